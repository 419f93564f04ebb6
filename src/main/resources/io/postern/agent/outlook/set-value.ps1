# Sets one value of the object model guard, or removes it; its key must be as it was read.
. (Join-Path -Path $PSScriptRoot -ChildPath 'registry.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

function Get-StepText {
    return Get-KeyText -Hive $request.hive -Path $request.path -User $request.user -View $request.view -Version $request.version -Name $request.names
}

# The registry's classes know no -WhatIf: it is seen whether the key may be written to.
function Write-Value {
    param([bool] $WhatIf)
    $root = Open-Hive -Hive $request.hive
    try {
        $key = $root.OpenSubKey($request.path, $true)
        if ($WhatIf) {
            return
        }
        if ($null -eq $request.value) {
            $key.DeleteValue($request.name, $true)
            return
        }
        if ($null -eq $key) {
            $key = $root.CreateSubKey($request.path)
        }
        $key.SetValue($request.name, [int] $request.value, [Microsoft.Win32.RegistryValueKind]::DWord)
    } finally {
        $root.Dispose()
    }
}

function Set-GuardValue {
    try {
        $script:phase = 'check'
        if (-not [string]::Equals((Get-StepText), $request.expected, [StringComparison]::Ordinal)) {
            throw 'the key was changed since it was read'
        }
        Write-Value -WhatIf $true
        if ($request.whatIf) {
            return Complete-Request -Outcome 'done' -Message 'nothing was written: -WhatIf'
        }
        $script:phase = 'write'
        Write-Value -WhatIf $false
        Write-MarkedLine -Kind 'state' -Json (Get-StepText)
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        if ($script:phase -eq 'check') {
            return Complete-Request -Outcome 'refused' -Message "$($_.Exception.Message)"
        }
        return Complete-Request -Outcome 'cannot-tell' -Message "$($_.Exception.Message)"
    }
}

exit (Set-GuardValue)

# What the task runs when nobody confirmed in time: enables the originals that dead-man.json names
# and says so in dead-man.log, both beside the directory of scripts. Needs no agent and no network.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$global:ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$directory = Split-Path -Path $PSScriptRoot -Parent
$log = Join-Path -Path $directory -ChildPath 'dead-man.log'
$failed = 0

function Write-Log {
    param([string] $Text)
    $line = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture) + ' ' + $Text
    Add-Content -LiteralPath $log -Value $line -Encoding 'UTF8'
}

try {
    Write-Log -Text 'nobody confirmed in time'
    $file = Join-Path -Path $directory -ChildPath 'dead-man.json'
    $request = ConvertFrom-Json -InputObject ([IO.File]::ReadAllText($file))
    $rules = @(Get-NetFirewallRule -PolicyStore 'PersistentStore' -ErrorAction 'Stop')
    foreach ($name in @($request.names)) {
        try {
            $found = @($rules | Where-Object -FilterScript {
                [string]::Equals("$($_.InstanceID)", $name, [StringComparison]::Ordinal)
            })
            if ($found.Count -ne 1) {
                throw "must be there exactly once, found $($found.Count)"
            }
            Set-NetFirewallRule -InputObject $found[0] -Enabled 'True' -Confirm:$false -ErrorAction 'Stop'
            Write-Log -Text "enabled '$name'"
        } catch {
            $failed++
            Write-Log -Text "could not enable '$name': $($_.Exception.Message)"
        }
    }
} catch {
    $failed++
    Write-Log -Text "failed: $($_.Exception.Message)"
}
exit $failed

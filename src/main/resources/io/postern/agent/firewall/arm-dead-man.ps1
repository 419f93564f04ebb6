# Registers the task that enables the disabled originals again unless it is removed in time. It runs
# dead-man.ps1 as the system; the names are in a file, so none is on a command line.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

# What the task runs as the system must not be anybody's to write but administrators', the system's
# and this account's own: whoever could would be the system.
function Assert-Private {
    param([string] $Path)
    $trusted = @('S-1-5-18', 'S-1-5-32-544', 'S-1-3-0', [Security.Principal.WindowsIdentity]::GetCurrent().User.Value)
    $writing = [Security.AccessControl.FileSystemRights] 'WriteData, AppendData, WriteAttributes, WriteExtendedAttributes, Delete, DeleteSubdirectoriesAndFiles, ChangePermissions, TakeOwnership'
    $acl = Get-Acl -LiteralPath $Path -ErrorAction 'Stop'
    $owner = $acl.GetOwner([Security.Principal.SecurityIdentifier]).Value
    if ($trusted -notcontains $owner) {
        throw "'$Path' is owned by $owner; only administrators, the system or the agent's account may own it"
    }
    foreach ($rule in @($acl.GetAccessRules($true, $true, [Security.Principal.SecurityIdentifier]))) {
        $isAllow = $rule.AccessControlType -eq [Security.AccessControl.AccessControlType]::Allow
        $isWriting = ([int] $rule.FileSystemRights -band [int] $writing) -ne 0
        # Generic rights stand for others that they are mapped to later.
        $isGeneric = ([int] $rule.FileSystemRights -band 0x50000000) -ne 0
        if ($isAllow -and ($isWriting -or $isGeneric) -and $trusted -notcontains $rule.IdentityReference.Value) {
            throw "'$Path' can be written by $($rule.IdentityReference.Value); only administrators, the system and the agent's account may"
        }
    }
}

function Register-DeadMan {
    try {
        $directory = Split-Path -Path $PSScriptRoot -Parent
        Assert-Private -Path $directory
        Assert-Private -Path $PSScriptRoot
        Assert-Private -Path (Join-Path -Path $PSScriptRoot -ChildPath 'dead-man.ps1')
        Assert-Private -Path (Join-Path -Path $directory -ChildPath 'dead-man.json')
        if (-not (Test-Path -LiteralPath (Join-Path -Path $directory -ChildPath 'dead-man.json') -PathType 'Leaf')) {
            throw 'the file of names, dead-man.json, is missing'
        }
        $powerShell = Join-Path -Path $env:SystemRoot -ChildPath 'System32\WindowsPowerShell\v1.0\powershell.exe'
        $script = Join-Path -Path $PSScriptRoot -ChildPath 'dead-man.ps1'
        $parameters = @{
            'Action' = New-ScheduledTaskAction -Execute $powerShell -Argument ('-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "' + $script + '"')
            'Trigger' = New-ScheduledTaskTrigger -Once -At ((Get-Date).AddSeconds([int] $request.seconds))
            'Principal' = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType 'ServiceAccount' -RunLevel 'Highest'
            'Settings' = New-ScheduledTaskSettingsSet -StartWhenAvailable -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
        }
        $null = Register-ScheduledTask @parameters -TaskPath '\Postern\' -TaskName $request.task -Force -ErrorAction 'Stop'
        $found = @(Get-ScheduledTask -TaskPath '\Postern\' -TaskName $request.task -ErrorAction 'Stop')
        if ($found.Count -ne 1) {
            throw 'the task is not there after it was registered'
        }
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        return Complete-Request -Outcome 'could-not-ask' -Message "$($_.Exception.Message)"
    }
}

exit (Register-DeadMan)

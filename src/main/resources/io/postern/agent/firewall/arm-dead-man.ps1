# Registers the task that enables the disabled originals again unless it is removed in time. It runs
# dead-man.ps1 as the system; the names are in a file, so none is on a command line.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

function Register-DeadMan {
    try {
        $directory = Split-Path -Path $PSScriptRoot -Parent
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

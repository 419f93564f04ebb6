# Removes the task; says if it has run before that.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

function Unregister-DeadMan {
    try {
        $found = @(Get-ScheduledTask -TaskPath '\Postern\' -ErrorAction 'SilentlyContinue' | Where-Object -FilterScript {
            [string]::Equals("$($_.TaskName)", $request.task, [StringComparison]::OrdinalIgnoreCase)
        })
        foreach ($task in $found) {
            Unregister-ScheduledTask -InputObject $task -Confirm:$false -ErrorAction 'Stop'
        }
        $directory = Split-Path -Path $PSScriptRoot -Parent
        $fired = Test-Path -LiteralPath (Join-Path -Path $directory -ChildPath 'dead-man.log')
        if ($fired) {
            return Complete-Request -Outcome 'refused' -Message 'the task has run: the originals are enabled'
        }
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        return Complete-Request -Outcome 'could-not-ask' -Message "$($_.Exception.Message)"
    }
}

exit (Unregister-DeadMan)

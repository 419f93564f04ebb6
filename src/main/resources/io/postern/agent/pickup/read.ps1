# Reads the pickup folder of one server: where it is, its access list and those of its shares.
# Writes nothing.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

function Read-Pickup {
    try {
        Open-Session
        Write-MarkedLine -Kind 'state' -Json (Get-StateText)
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        return Complete-Request -Outcome 'could-not-ask' -Message "$($_.Exception.Message)"
    } finally {
        Close-Session
    }
}

exit (Read-Pickup)

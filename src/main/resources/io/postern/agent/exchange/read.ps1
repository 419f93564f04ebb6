# Reads every receive connector of one server with its access entries. Writes nothing.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

function Read-Connector {
    try {
        Open-Session
        foreach ($connector in @(Get-ServerConnector)) {
            Write-MarkedLine -Kind 'state' -Json (Get-StateText -Connector $connector)
        }
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        return Complete-Request -Outcome 'could-not-ask' -Message "$($_.Exception.Message)"
    } finally {
        Close-Session
    }
}

exit (Read-Connector)

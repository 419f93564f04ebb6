# Adds ranges to, and removes ranges from, one receive connector of ours, in one write.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($connector, $whatIf)
    $change = @{}
    if (@($request.add).Count -gt 0) {
        $change['Add'] = [string[]] $request.add
    }
    if (@($request.remove).Count -gt 0) {
        $change['Remove'] = [string[]] $request.remove
    }
    if ($change.Count -eq 0) {
        throw 'the request neither adds nor removes a range'
    }
    Set-ReceiveConnector -Identity "$($connector.Guid)" -RemoteIPRanges $change -DomainController $request.domainController -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
}
exit (Invoke-Step -Check { Get-StepConnector } -Write $write)

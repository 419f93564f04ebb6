# Removes one receive connector of ours.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($connector, $whatIf)
    Remove-ReceiveConnector -Identity "$($connector.Guid)" -DomainController $request.domainController -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
}
exit (Invoke-Step -Check { Get-StepConnector } -Write $write)

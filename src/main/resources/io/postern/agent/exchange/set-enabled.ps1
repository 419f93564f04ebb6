# Enables or disables one receive connector of ours.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($connector, $whatIf)
    Set-ReceiveConnector -Identity "$($connector.Guid)" -Enabled ([bool] $request.enabled) -DomainController $request.domainController -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
}
exit (Invoke-Step -Check { Get-StepConnector } -Write $write)

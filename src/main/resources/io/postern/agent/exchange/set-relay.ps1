# Gives ANONYMOUS LOGON the right to relay through one receive connector of ours, or takes it.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($connector, $whatIf)
    $parameters = @{
        'Identity' = "$($connector.DistinguishedName)"
        'User' = $request.anonymousLogon
        'ExtendedRights' = $relayRight
        'DomainController' = $request.domainController
    }
    if ($request.relay) {
        Add-ADPermission @parameters -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
    } else {
        Remove-ADPermission @parameters -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
    }
}
exit (Invoke-Step -Check { Get-StepConnector } -Write $write)

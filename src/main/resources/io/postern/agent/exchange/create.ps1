# Creates one receive connector, disabled and complete; its name must be free.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$check = {
    $found = @(Get-NamedConnector)
    if ($found.Count -ne 0) {
        throw "there is a connector '$($request.name)' on '$($request.server)' already"
    }
}
$write = {
    param($connector, $whatIf)
    $parameters = @{
        'Name' = $request.name
        'Server' = $request.server
        'TransportRole' = $request.transportRole
        'Custom' = $true
        'Bindings' = [string[]] $request.bindings
        'RemoteIPRanges' = [string[]] $request.remoteIPRanges
        'PermissionGroups' = $request.permissionGroups
        'AuthMechanism' = $request.authMechanism
        'Comment' = $request.comment
        'TarpitInterval' = $request.tarpitInterval
        'ProtocolLoggingLevel' = $request.protocolLoggingLevel
        'Enabled' = $false
    }
    if (-not [string]::IsNullOrEmpty($request.fqdn)) {
        $parameters['Fqdn'] = $request.fqdn
    }
    New-ReceiveConnector @parameters -DomainController $request.domainController -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
}
exit (Invoke-Step -Check $check -Write $write)

# Sets those properties of one receive connector of ours that the request names.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($connector, $whatIf)
    $parameters = @{}
    $allowed = @(
        'PermissionGroups', 'AuthMechanism', 'Fqdn', 'Comment', 'TarpitInterval', 'ProtocolLoggingLevel'
    )
    foreach ($name in $allowed) {
        $property = $request.properties.PSObject.Properties[$name]
        if ($null -ne $property) {
            $parameters[$name] = $property.Value
        }
    }
    if ($parameters.Count -eq 0) {
        throw 'the request sets no property'
    }
    Set-ReceiveConnector -Identity "$($connector.Guid)" @parameters -DomainController $request.domainController -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
}
exit (Invoke-Step -Check { Get-StepConnector } -Write $write)

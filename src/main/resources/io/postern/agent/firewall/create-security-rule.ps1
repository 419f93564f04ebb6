# Creates one connection security rule of ours; its name must be free and its sets there.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($found, $whatIf)
    $parameters = @{
        'IPsecRuleName' = $request.name
        'DisplayName' = $request.displayName
        'Group' = $ownGroup
        'Enabled' = $request.enabled
        'Profile' = $request.profile
        'InboundSecurity' = $request.inboundSecurity
        'OutboundSecurity' = $request.outboundSecurity
        'Protocol' = $request.protocol
        'LocalPort' = [string[]] $request.localPorts
        'RemotePort' = [string[]] $request.remotePorts
        'LocalAddress' = [string[]] $request.localAddresses
        'RemoteAddress' = [string[]] $request.remoteAddresses
    }
    if (-not [string]::IsNullOrEmpty($request.phase1Set)) {
        $parameters['Phase1AuthSet'] = $request.phase1Set
    }
    if (-not [string]::IsNullOrEmpty($request.phase2Set)) {
        $parameters['Phase2AuthSet'] = $request.phase2Set
    }
    New-NetIPsecRule @parameters -PolicyStore $localStore -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
}
exit (Invoke-Step -List 'securityRules' -Check { Assert-FreeName -List 'securityRules' } -Write $write)

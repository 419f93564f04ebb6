# Creates one firewall rule of ours, complete, in one write; its name must be free.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($found, $whatIf)
    $parameters = @{
        'Name' = $request.name
        'DisplayName' = $request.displayName
        'Group' = $ownGroup
        'Enabled' = $request.enabled
        'Direction' = 'Inbound'
        'Action' = $request.action
        'Profile' = $request.profile
        'Protocol' = $request.protocol
        'LocalPort' = [string[]] $request.localPorts
        'LocalAddress' = [string[]] $request.localAddresses
        'RemoteAddress' = [string[]] $request.remoteAddresses
        'Authentication' = $request.authentication
        'Encryption' = $request.encryption
        'Program' = $request.program
        'Service' = $request.service
        'EdgeTraversalPolicy' = 'Block'
    }
    if (-not [string]::IsNullOrEmpty($request.remoteUser)) {
        $parameters['RemoteUser'] = $request.remoteUser
    }
    if (-not [string]::IsNullOrEmpty($request.remoteMachine)) {
        $parameters['RemoteMachine'] = $request.remoteMachine
    }
    New-NetFirewallRule @parameters -PolicyStore $localStore -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
}
exit (Invoke-Step -List 'rules' -Check { Assert-FreeName -List 'rules' } -Write $write)

# Copies one rule that is not ours under a name of ours, with other ports, in one write: a copy that
# is made and then changed would be open, and nobody's, in between. Everything that the original
# sets is set; that nothing was lost is seen in the read-back.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$copyName = $request.name

# The original, as it was read; the copy's name must be free.
$check = {
    Assert-FreeName -List 'rules'
    $request.name = $request.original
    try {
        return Get-StepObject -List 'rules'
    } finally {
        $request.name = $copyName
    }
}

function Add-Condition {
    param([hashtable] $Parameters, $Filter, [string[]] $Name)
    foreach ($one in $Name) {
        $values = @(ConvertTo-SortedText -Values (Get-PropertyValue -InputObject $Filter -Name $one))
        if ($values.Count -gt 0 -and -not ($values.Count -eq 1 -and ($values[0] -eq 'Any' -or $values[0] -eq ''))) {
            $Parameters[$one] = if ($values.Count -eq 1) { $values[0] } else { [string[]] $values }
        }
    }
}

$write = {
    param($found, $whatIf)
    $scope = @{ 'PolicyStore' = $localStore; 'AssociatedNetFirewallRule' = $found }
    $parameters = @{
        'Name' = $request.name
        'DisplayName' = $request.displayName
        'Group' = $ownGroup
        'Enabled' = $request.enabled
        'Direction' = 'Inbound'
    }
    Add-Condition -Parameters $parameters -Filter $found -Name @(
        'Description', 'Action', 'Profile', 'Platform', 'EdgeTraversalPolicy', 'Owner'
    )
    foreach ($name in @('LooseSourceMapping', 'LocalOnlyMapping')) {
        if ("$(Get-PropertyValue -InputObject $found -Name $name)" -eq 'True') {
            $parameters[$name] = $true
        }
    }
    $conditions = @{
        'portFilters' = @('Protocol', 'RemotePort', 'IcmpType', 'DynamicTarget')
        'addressFilters' = @('LocalAddress', 'RemoteAddress', 'RemoteDynamicKeywordAddresses')
        'securityFilters' = @('Authentication', 'Encryption', 'LocalUser', 'RemoteUser', 'RemoteMachine')
        'applicationFilters' = @('Program', 'Package')
        'serviceFilters' = @('Service')
        'interfaceFilters' = @('InterfaceAlias')
        'interfaceTypeFilters' = @('InterfaceType')
    }
    foreach ($list in $filterLists) {
        foreach ($filter in @(Get-Filter -List $list -Scope $scope)) {
            Add-Condition -Parameters $parameters -Filter $filter -Name $conditions[$list]
            if ("$(Get-PropertyValue -InputObject $filter -Name 'OverrideBlockRules')" -eq 'True') {
                $parameters['OverrideBlockRules'] = $true
            }
        }
    }
    $parameters['LocalPort'] = [string[]] $request.localPorts
    New-NetFirewallRule @parameters -PolicyStore $localStore -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
}
exit (Invoke-Step -List 'rules' -Check $check -Write $write)

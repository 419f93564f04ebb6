<#
.SYNOPSIS
Makes the Exchange role group that a Postern agent needs, and puts the agent's account into it.

.DESCRIPTION
Run once by a member of Organization Management, in the Exchange Management Shell, on a machine
that has the ActiveDirectory module. Running it again changes nothing. A role group of that name
that can do more than it should is refused, not changed. Honours -WhatIf.

.PARAMETER Member
The agent's group managed service account, as DOMAIN\name$.

.PARAMETER RoleGroup
Name of the role group.

.EXAMPLE
.\new-postern-role-group.ps1 -Member 'CONTOSO\postern$' -WhatIf
#>
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
param(
    [Parameter(Mandatory = $true)]
    [ValidatePattern('^[A-Za-z0-9.-]{1,64}\\[A-Za-z0-9_.-]{1,19}\$$')]
    [string] $Member,

    [ValidatePattern('^[A-Za-z0-9 _-]{1,64}$')]
    [string] $RoleGroup = 'Postern Agents'
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# The first two are the cmdlets of the agent's scripts; the third only reads (Get-AcceptedDomain).
$roles = @('Receive Connectors', 'Active Directory Permissions', 'View-Only Configuration')

if ($null -eq (Get-Command -Name 'New-RoleGroup' -ErrorAction 'SilentlyContinue')) {
    throw 'New-RoleGroup is not known: run this in the Exchange Management Shell, as a member of Organization Management'
}
Import-Module -Name 'ActiveDirectory'

$domain, $name = $Member.Split('\')
$account = @(Get-ADServiceAccount -Filter * -Server $domain | Where-Object -FilterScript {
    [string]::Equals($_.SamAccountName, $name, [StringComparison]::OrdinalIgnoreCase)
})
if ($account.Count -ne 1) {
    throw "'$Member' must be exactly one managed service account, found $($account.Count)"
}

$groups = @(Get-RoleGroup | Where-Object -FilterScript {
    [string]::Equals("$($_.Name)", $RoleGroup, [StringComparison]::OrdinalIgnoreCase)
})
if ($groups.Count -gt 1) {
    throw "there are $($groups.Count) role groups named '$RoleGroup'"
}

if ($groups.Count -eq 0) {
    if (-not $PSCmdlet.ShouldProcess($RoleGroup, "Create the role group with the roles $($roles -join ', ')")) {
        return
    }
    $group = New-RoleGroup -Name $RoleGroup -Roles $roles -Description 'Postern agents: receive connectors and their permissions, nothing more.' -Confirm:$false
} else {
    $group = $groups[0]
    $held = @(Get-ManagementRoleAssignment -RoleAssignee "$($group.Guid)" | ForEach-Object -Process { "$($_.Role)" } | Sort-Object -Unique)
    $more = @($held | Where-Object -FilterScript { $roles -notcontains $_ })
    if ($more.Count -gt 0) {
        throw "the role group '$RoleGroup' holds more than it should: $($more -join ', '); remove that, or choose another name"
    }
    foreach ($role in $roles) {
        if ($held -notcontains $role) {
            if ($PSCmdlet.ShouldProcess($RoleGroup, "Add the role $role")) {
                $null = New-ManagementRoleAssignment -SecurityGroup "$($group.Guid)" -Role $role -Confirm:$false
            }
        }
    }
}

# Through Active Directory: a managed service account is no recipient that Exchange would find.
$groupName = "$($group.DistinguishedName)"
$members = @(Get-ADGroupMember -Identity $groupName | ForEach-Object -Process { "$($_.SID)" })
if ($members -contains "$($account[0].SID)") {
    Write-Output "'$Member' is in '$RoleGroup' already"
} elseif ($PSCmdlet.ShouldProcess($RoleGroup, "Add the member $Member")) {
    Add-ADGroupMember -Identity $groupName -Members $account[0].DistinguishedName -Confirm:$false
    Write-Output "'$Member' is in '$RoleGroup' now; it counts from the account's next logon"
}

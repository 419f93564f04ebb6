# Clients of EX01 offer to prove their computer and account by Kerberos, by Postern.
# For a group policy object of the clients. Run it first with -WhatIf; -Undo takes it back.
# Clients need the services MpsSvc and IKEEXT, and UDP 500 and ESP (protocol 50) open to and from the server; address translation in between breaks it.
#Requires -Version 5.1
#Requires -Modules NetSecurity
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    # The group policy object, as domain\name, such as 'contoso.example\Mail'.
    [Parameter(Mandatory = $true)] [string] $PolicyStore,
    # The domain controller to write to; else one that Windows picks.
    [string] $DomainController,
    # Takes out what this script puts in.
    [switch] $Undo
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$open = @{ PolicyStore = $PolicyStore }
if ($DomainController) { $open.DomainController = $DomainController }
$Session = Open-NetGPO @open
$Store = @{ GPOSession = $Session }
$Group = 'Postern client of EX01'

function Find-Rule([string] $Name) {
    return @(Get-NetFirewallRule @Store -Name ([WildcardPattern]::Escape($Name)) -ErrorAction SilentlyContinue |
        Where-Object { $_.Name -ceq $Name })
}

function Find-SecurityRule([string] $Name) {
    return @(Get-NetIPsecRule @Store -Name ([WildcardPattern]::Escape($Name)) -ErrorAction SilentlyContinue |
        Where-Object { $_.Name -ceq $Name })
}

function Find-Set([int] $Phase, [string] $Name) {
    $pattern = [WildcardPattern]::Escape($Name)
    if ($Phase -eq 1) {
        $found = @(Get-NetIPsecPhase1AuthSet @Store -Name $pattern -ErrorAction SilentlyContinue)
    } else {
        $found = @(Get-NetIPsecPhase2AuthSet @Store -Name $pattern -ErrorAction SilentlyContinue)
    }
    return @($found | Where-Object { $_.Name -ceq $Name })
}

# Exactly one, and of our group, or the script stops. With -WhatIf none yet is no error.
function Select-Own([object[]] $Found, [string] $Name) {
    if ($Found.Count -eq 0 -and $WhatIfPreference) { return $null }
    if ($Found.Count -ne 1) { throw ('There must be one ' + $Name + ', found ' + $Found.Count) }
    if ([string]$Found[0].Group -cne $Group) { throw ($Name + ' is not of the group ' + $Group) }
    return $Found[0]
}

function Assert-Free([object[]] $Found, [string] $Name) {
    if ($Found.Count -ne 0 -and -not $WhatIfPreference) { throw ($Name + ' is there already') }
}

function New-OwnRule([hashtable] $Values) {
    Assert-Free @(Find-Rule $Values.Name) $Values.Name
    if ($PSCmdlet.ShouldProcess($Values.Name, 'Create the rule')) {
        New-NetFirewallRule @Store -Group $Group @Values | Out-Null
    }
}

function Remove-OwnRule([string] $Name) {
    $one = Select-Own @(Find-Rule $Name) $Name
    if ($PSCmdlet.ShouldProcess($Name, 'Remove the rule')) {
        Remove-NetFirewallRule -InputObject $one -Confirm:$false
    }
}

function New-OwnSecurityRule([hashtable] $Values) {
    Assert-Free @(Find-SecurityRule $Values.Name) $Values.Name
    if ($PSCmdlet.ShouldProcess($Values.Name, 'Create the connection security rule')) {
        New-NetIPsecRule @Store -Group $Group @Values | Out-Null
    }
}

function Remove-OwnSecurityRule([string] $Name) {
    $one = Select-Own @(Find-SecurityRule $Name) $Name
    if ($PSCmdlet.ShouldProcess($Name, 'Remove the connection security rule')) {
        Remove-NetIPsecRule -InputObject $one -Confirm:$false
    }
}

function New-OwnSet([int] $Phase, [string] $Name, [string] $DisplayName, [string[]] $Proposals) {
    Assert-Free @(Find-Set $Phase $Name) $Name
    if (-not $PSCmdlet.ShouldProcess($Name, 'Create the authentication set')) { return }
    $made = @(foreach ($proposal in $Proposals) {
        switch ($proposal) {
            'MachineKerberos' { New-NetIPsecAuthProposal -Machine -Kerberos }
            'UserKerberos' { New-NetIPsecAuthProposal -User -Kerberos }
            'Anonymous' { New-NetIPsecAuthProposal -Anonymous }
            default { throw ('No proposal is known by the name ' + $proposal) }
        }
    })
    if ($Phase -eq 1) {
        New-NetIPsecPhase1AuthSet @Store -Name $Name -DisplayName $DisplayName -Group $Group -Proposal $made | Out-Null
    } else {
        New-NetIPsecPhase2AuthSet @Store -Name $Name -DisplayName $DisplayName -Group $Group -Proposal $made | Out-Null
    }
}

function Remove-OwnSet([int] $Phase, [string] $Name) {
    $one = Select-Own @(Find-Set $Phase $Name) $Name
    if (-not $PSCmdlet.ShouldProcess($Name, 'Remove the authentication set')) { return }
    if ($Phase -eq 1) {
        Remove-NetIPsecPhase1AuthSet -InputObject $one -Confirm:$false
    } else {
        Remove-NetIPsecPhase2AuthSet -InputObject $one -Confirm:$false
    }
}


$Wanted = @()
if (-not $Undo) {
    $Wanted = @('postern-client-ex01-4b02-phase1', 'postern-client-ex01-4b02-phase2', 'postern-client-ex01-4b02-25-0f91cdd3a5c5')
    if (@(Find-Set 1 'postern-client-ex01-4b02-phase1').Count -eq 0) {
        New-OwnSet 1 'postern-client-ex01-4b02-phase1' 'Postern: computer' @('MachineKerberos')
    }
    if (@(Find-Set 2 'postern-client-ex01-4b02-phase2').Count -eq 0) {
        New-OwnSet 2 'postern-client-ex01-4b02-phase2' 'Postern: account' @('UserKerberos')
    }
    if (@(Find-SecurityRule 'postern-client-ex01-4b02-25-0f91cdd3a5c5').Count -eq 0) {
        New-OwnSecurityRule @{
            Name = 'postern-client-ex01-4b02-25-0f91cdd3a5c5'
            DisplayName = 'Postern 25: proof to EX01'
            Enabled = 'True'
            Profile = 'Any'
            InboundSecurity = 'Request'
            OutboundSecurity = 'Request'
            Protocol = 'TCP'
            RemotePort = '25'
            RemoteAddress = @('10.20.0.11', 'fd00:20::11')
            Phase1AuthSet = 'postern-client-ex01-4b02-phase1'
            Phase2AuthSet = 'postern-client-ex01-4b02-phase2'
        }
    }
}

# What is ours and no longer wanted goes last; sets when no rule uses them.
Get-NetFirewallRule @Store | Where-Object { $_.Group -ceq $Group -and $Wanted -cnotcontains $_.Name } |
    ForEach-Object { Remove-OwnRule $_.Name }
Get-NetIPsecRule @Store | Where-Object { $_.Group -ceq $Group -and $Wanted -cnotcontains $_.Name } |
    ForEach-Object { Remove-OwnSecurityRule $_.Name }
Get-NetIPsecPhase2AuthSet @Store | Where-Object { $_.Group -ceq $Group -and $Wanted -cnotcontains $_.Name } |
    ForEach-Object { Remove-OwnSet 2 $_.Name }
Get-NetIPsecPhase1AuthSet @Store | Where-Object { $_.Group -ceq $Group -and $Wanted -cnotcontains $_.Name } |
    ForEach-Object { Remove-OwnSet 1 $_.Name }

if ($PSCmdlet.ShouldProcess($PolicyStore, 'Save the group policy object')) {
    Save-NetGPO -GPOSession $Session
}

# Windows Firewall of EX01, by Postern.
# Run it there in Windows PowerShell as administrator, first with -WhatIf. Keep it: -Undo takes it back.
#Requires -Version 5.1
#Requires -RunAsAdministrator
#Requires -Modules NetSecurity
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    # Takes the steps back, last first.
    [switch] $Undo,
    # Where what is there now is kept before the first write.
    [string] $DumpFolder = (Join-Path $env:ProgramData (
        'Postern\firewall-' + (Get-Date -Format 'yyyyMMdd-HHmmss')))
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$Store = @{ PolicyStore = 'PersistentStore' }
$Group = 'Postern'
$NeedsSecurityRules = $false

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

# A rule that is not ours: exactly one, also with -WhatIf.
function Get-Original([string] $Name) {
    $found = @(Find-Rule $Name)
    if ($found.Count -ne 1) { throw ('There must be one rule ' + $Name + ', found ' + $found.Count) }
    if ([string]$found[0].Group -ceq $Group) { throw ($Name + ' is of the group ' + $Group) }
    return $found[0]
}

function Copy-Original([string] $Original, [string] $Name, [string] $DisplayName, [string[]] $Ports,
        [string] $Enabled) {
    $one = Get-Original $Original
    Assert-Free @(Find-Rule $Name) $Name
    if (-not $PSCmdlet.ShouldProcess($Name, 'Copy the rule ' + $Original)) { return }
    Copy-NetFirewallRule -InputObject $one -NewName $Name
    # One write, so that a copy is never on with the ports of an original that is off.
    Set-NetFirewallRule @Store -Name $Name -NewDisplayName $DisplayName -LocalPort $Ports -Enabled $Enabled
    $copy = Get-Original $Name
    $copy.Group = $Group
    Set-NetFirewallRule -InputObject $copy
    Select-Own @(Find-Rule $Name) $Name | Out-Null
}

function Switch-Original([string] $Name, [string] $Enabled) {
    $one = Get-Original $Name
    if (-not $PSCmdlet.ShouldProcess($Name, 'Set Enabled to ' + $Enabled)) { return }
    if ($Enabled -eq 'True') {
        Enable-NetFirewallRule -InputObject $one
    } else {
        Disable-NetFirewallRule -InputObject $one
    }
}

# Local rules must hold and the default must be to block, on every profile in use.
function Assert-Profiles {
    $used = @(Get-NetConnectionProfile | ForEach-Object {
        ([string]$_.NetworkCategory).Replace('DomainAuthenticated', 'Domain')
    })
    foreach ($one in Get-NetFirewallProfile -PolicyStore ActiveStore) {
        if ($used -notcontains [string]$one.Name) { continue }
        $wrong = @(
            if ([string]$one.Enabled -eq 'False') { 'the firewall is off' }
            if ([string]$one.DefaultInboundAction -eq 'Allow') { 'the default inbound action is Allow' }
            if ([string]$one.AllowInboundRules -eq 'False') { 'all inbound connections are blocked' }
            if ([string]$one.AllowLocalFirewallRules -eq 'False') { 'local rules are void' }
            if ($NeedsSecurityRules -and [string]$one.AllowLocalIPsecRules -eq 'False') {
                'local connection security rules are void'
            }
        )
        if ($wrong.Count -gt 0) { throw ('Profile ' + $one.Name + ': ' + ($wrong -join ', ')) }
    }
}

# To look at, and to go back to by hand. A netsh import replaces the whole firewall policy.
function Save-Firewall {
    if (-not $PSCmdlet.ShouldProcess($DumpFolder, 'Keep a dump of the firewall')) { return }
    New-Item -ItemType Directory -Force -Path $DumpFolder | Out-Null
    $parts = [ordered]@{
        'profiles' = { Get-NetFirewallProfile -PolicyStore ActiveStore }
        'rules' = { Get-NetFirewallRule @Store }
        'ports' = { Get-NetFirewallPortFilter @Store }
        'addresses' = { Get-NetFirewallAddressFilter @Store }
        'security' = { Get-NetFirewallSecurityFilter @Store }
        'applications' = { Get-NetFirewallApplicationFilter @Store }
        'services' = { Get-NetFirewallServiceFilter @Store }
        'interfaces' = { Get-NetFirewallInterfaceFilter @Store }
        'interface-types' = { Get-NetFirewallInterfaceTypeFilter @Store }
        'security-rules' = { Get-NetIPsecRule @Store }
        'phase1-sets' = { Get-NetIPsecPhase1AuthSet @Store }
        'phase2-sets' = { Get-NetIPsecPhase2AuthSet @Store }
    }
    foreach ($part in $parts.Keys) {
        ConvertTo-Json -Depth 4 -InputObject @(& $parts[$part] | Select-Object * -ExcludeProperty 'Cim*') |
            Set-Content -Encoding UTF8 -LiteralPath (Join-Path $DumpFolder ($part + '.json'))
    }
    & "$env:SystemRoot\System32\netsh.exe" advfirewall export (Join-Path $DumpFolder 'firewall.wfw') | Out-Null
    if ($LASTEXITCODE -ne 0) { throw 'netsh could not export the firewall; nothing was written' }
    Write-Output ('What was there is kept in ' + $DumpFolder)
}

$Addresses1 = @(
    '10.20.0.11', '10.20.0.50/31', '10.20.30.0-10.20.30.40', '10.20.30.42-10.20.30.98', '10.20.30.100-10.20.30.255', '10.20.31.5',
    '127.0.0.1', '192.168.7.7', '::1', 'fd00:20::11', 'fd00:20:30::/64'
)

# Whatever is missing is found before the first write.
Get-Original '{18A02F09-69BA-3884-BAC5-BCE9429C3DA8}' | Out-Null
Get-Original '{53E3914E-45C0-39F9-8EC2-7CE4509AB461}' | Out-Null
Get-Original '{CAF77D7F-33B0-350F-9AA0-B29CB4509E6E}' | Out-Null
if (-not $Undo) { Assert-Profiles }
Save-Firewall

if (-not $Undo) {
    # 1. Create the rule 'Postern 25: addresses' (postern-25-addresses-6baac46b4b08).
    New-OwnRule @{
        Name = 'postern-25-addresses-6baac46b4b08'
        DisplayName = 'Postern 25: addresses'
        Enabled = 'True'
        Direction = 'Inbound'
        Action = 'Allow'
        Profile = 'Any'
        Protocol = 'TCP'
        LocalPort = '25'
        RemoteAddress = $Addresses1
        Authentication = 'NotRequired'
        Encryption = 'NotRequired'
    }

    # 2. Copy the rule {18A02F09-69BA-3884-BAC5-BCE9429C3DA8} to '!MSExchangeFrontendTransport (TCP-In)' (postern-copy-1c56919dc24f) with the ports 587, 717.
    Copy-Original '{18A02F09-69BA-3884-BAC5-BCE9429C3DA8}' 'postern-copy-1c56919dc24f' '!MSExchangeFrontendTransport (TCP-In)' @('587', '717') 'True'

    # 3. Copy the rule {53E3914E-45C0-39F9-8EC2-7CE4509AB461} to '!MSExchangeTransportWorker (TCP-In)' (postern-copy-2679495d3c8c) with the ports 465, 587, 2525.
    Copy-Original '{53E3914E-45C0-39F9-8EC2-7CE4509AB461}' 'postern-copy-2679495d3c8c' '!MSExchangeTransportWorker (TCP-In)' @('465', '587', '2525') 'True'

    # 4. Copy the rule {CAF77D7F-33B0-350F-9AA0-B29CB4509E6E} to '!MSExchangeTransportWorker (GFW) (TCP-In)' (postern-copy-992945dbfa7b) with the ports 587.
    Copy-Original '{CAF77D7F-33B0-350F-9AA0-B29CB4509E6E}' 'postern-copy-992945dbfa7b' '!MSExchangeTransportWorker (GFW) (TCP-In)' @('587') 'True'

    # 5. Disable 'MSExchangeFrontendTransport (TCP-In)' ({18A02F09-69BA-3884-BAC5-BCE9429C3DA8}).
    Switch-Original '{18A02F09-69BA-3884-BAC5-BCE9429C3DA8}' 'False'

    # 6. Disable 'MSExchangeTransportWorker (TCP-In)' ({53E3914E-45C0-39F9-8EC2-7CE4509AB461}).
    Switch-Original '{53E3914E-45C0-39F9-8EC2-7CE4509AB461}' 'False'

    # 7. Disable 'MSExchangeTransportWorker (GFW) (TCP-In)' ({CAF77D7F-33B0-350F-9AA0-B29CB4509E6E}).
    Switch-Original '{CAF77D7F-33B0-350F-9AA0-B29CB4509E6E}' 'False'
} else {
    # 1. Enable 'MSExchangeTransportWorker (GFW) (TCP-In)' ({CAF77D7F-33B0-350F-9AA0-B29CB4509E6E}).
    Switch-Original '{CAF77D7F-33B0-350F-9AA0-B29CB4509E6E}' 'True'

    # 2. Enable 'MSExchangeTransportWorker (TCP-In)' ({53E3914E-45C0-39F9-8EC2-7CE4509AB461}).
    Switch-Original '{53E3914E-45C0-39F9-8EC2-7CE4509AB461}' 'True'

    # 3. Enable 'MSExchangeFrontendTransport (TCP-In)' ({18A02F09-69BA-3884-BAC5-BCE9429C3DA8}).
    Switch-Original '{18A02F09-69BA-3884-BAC5-BCE9429C3DA8}' 'True'

    # 4. Remove the copy '!MSExchangeTransportWorker (GFW) (TCP-In)' (postern-copy-992945dbfa7b).
    Remove-OwnRule 'postern-copy-992945dbfa7b'

    # 5. Remove the copy '!MSExchangeTransportWorker (TCP-In)' (postern-copy-2679495d3c8c).
    Remove-OwnRule 'postern-copy-2679495d3c8c'

    # 6. Remove the copy '!MSExchangeFrontendTransport (TCP-In)' (postern-copy-1c56919dc24f).
    Remove-OwnRule 'postern-copy-1c56919dc24f'

    # 7. Remove the rule 'Postern 25: addresses' (postern-25-addresses-6baac46b4b08).
    Remove-OwnRule 'postern-25-addresses-6baac46b4b08'
}

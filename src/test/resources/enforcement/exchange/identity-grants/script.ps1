# Receive connectors of EX01, by Postern.
# Run it in the Exchange Management Shell, first with -WhatIf. Keep it: -Undo takes it back.
# Not held: logs: it asks for a proven account or computer, which a receive connector never sees; its addresses get the tier they have without identity. Remedy: give EX01 an enforcement point that proves identity.
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    # Takes the steps back, last first.
    [switch] $Undo,
    # Reads and writes all go to this domain controller; else to one that is picked now.
    [string] $DomainController
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$Server = 'EX01'
$Mark = '[postern:managed]'
if (-not $DomainController) {
    $DomainController = [string](Get-ReceiveConnector -Server $Server |
        Select-Object -First 1).OriginatingServer
}

# The account of an unauthenticated session; its name differs by language.
$Anonymous = (New-Object System.Security.Principal.SecurityIdentifier('S-1-5-7')).Translate(
    [System.Security.Principal.NTAccount]).Value

# Exactly one connector of that name, with Postern's mark, or the script stops.
function Get-ManagedConnector([string] $Name) {
    $found = @(Get-ReceiveConnector -Server $Server -DomainController $DomainController |
        Where-Object { $_.Name -eq $Name })
    if ($found.Count -ne 1) {
        if ($WhatIfPreference -and $found.Count -eq 0) { return $null }
        throw ('There must be one connector named ' + $Name + ', found ' + $found.Count)
    }
    if (-not ([string]$found[0].Comment).StartsWith($Mark)) {
        throw ($Name + ' does not carry the mark ' + $Mark)
    }
    return $found[0]
}

function Set-Managed([string] $Name, [hashtable] $Values) {
    $one = Get-ManagedConnector $Name
    if ($null -eq $one) { Write-Output ('What if: set ' + $Name); return }
    Set-ReceiveConnector -Identity ([string]$one.DistinguishedName) -DomainController $DomainController @Values
}

function Set-ManagedRelay([string] $Name, [bool] $Allowed) {
    $one = Get-ManagedConnector $Name
    if ($null -eq $one) { Write-Output ('What if: relay right of ' + $Name); return }
    $right = @{
        Identity = [string]$one.DistinguishedName
        User = $Anonymous
        ExtendedRights = 'Ms-Exch-SMTP-Accept-Any-Recipient'
        DomainController = $DomainController
    }
    if ($Allowed) {
        Add-ADPermission @right | Out-Null
    } else {
        Remove-ADPermission @right -Confirm:$false | Out-Null
    }
}

function Remove-Managed([string] $Name) {
    $one = Get-ManagedConnector $Name
    if ($null -eq $one) { Write-Output ('What if: remove ' + $Name); return }
    Remove-ReceiveConnector -Identity ([string]$one.DistinguishedName) -DomainController $DomainController -Confirm:$false
}

if (-not $Undo) {
    # 1. Create 'Postern Internal', disabled, for 10.20.30.0/24.
    $new = @{
        Server = $Server
        DomainController = $DomainController
        Name = 'Postern Internal'
        TransportRole = 'FrontendTransport'
        Custom = $true
        Enabled = $false
        Bindings = @('0.0.0.0:25', '[::]:25')
        RemoteIPRanges = @('10.20.30.0/24')
        PermissionGroups = 'AnonymousUsers'
        AuthMechanism = 'Tls'
        Fqdn = 'EX01.contoso.example'
        Comment = '[postern:managed] Managed by Postern. Do not edit.'
        TarpitInterval = '00:00:05'
        ProtocolLoggingLevel = 'Verbose'
    }
    New-ReceiveConnector @new | Out-Null

    # 2. Enable 'Postern Internal'.
    Set-Managed 'Postern Internal' @{ Enabled = $true }

    # 3. Create 'Postern Closed', disabled, for 0.0.0.0-127.0.0.0, 127.0.0.2-255.255.255.255, :: and 1 more ranges.
    $new = @{
        Server = $Server
        DomainController = $DomainController
        Name = 'Postern Closed'
        TransportRole = 'FrontendTransport'
        Custom = $true
        Enabled = $false
        Bindings = @('0.0.0.0:25', '[::]:25')
        RemoteIPRanges = @('0.0.0.0-127.0.0.0', '127.0.0.2-255.255.255.255', '::', '::2-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')
        PermissionGroups = 'ExchangeServers, ExchangeLegacyServers'
        AuthMechanism = 'Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer'
        Fqdn = 'EX01.contoso.example'
        Comment = '[postern:managed] Managed by Postern. Do not edit.'
        TarpitInterval = '00:00:05'
        ProtocolLoggingLevel = 'Verbose'
    }
    New-ReceiveConnector @new | Out-Null

    # 4. Enable 'Postern Closed'.
    Set-Managed 'Postern Closed' @{ Enabled = $true }
} else {
    # 1. Disable 'Postern Closed'.
    Set-Managed 'Postern Closed' @{ Enabled = $false }

    # 2. Remove 'Postern Closed'.
    Remove-Managed 'Postern Closed'

    # 3. Disable 'Postern Internal'.
    Set-Managed 'Postern Internal' @{ Enabled = $false }

    # 4. Remove 'Postern Internal'.
    Remove-Managed 'Postern Internal'
}

# Receive connectors of EX01, by Postern.
# Run it in the Exchange Management Shell, first with -WhatIf. Keep it: -Undo takes it back.
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
    # 1. Add 10.20.30.128/26, 10.20.30.192/26 to 'Postern Internal'.
    Set-Managed 'Postern Internal' @{ RemoteIPRanges = @{ Add = @('10.20.30.128/26', '10.20.30.192/26') } }

    # 2. Replace 10.20.29.0-10.20.30.127, 10.20.31.5, fd00:20:30::/64 of 'Postern Internal' by 10.20.30.0-10.20.30.40, 10.20.30.42-10.20.30.127.
    Set-Managed 'Postern Internal' @{ RemoteIPRanges = @{ Remove = @('10.20.29.0-10.20.30.127', '10.20.31.5', 'fd00:20:30::/64'); Add = @('10.20.30.0-10.20.30.40', '10.20.30.42-10.20.30.127') } }

    # 3. Disable 'Postern Relay'.
    Set-Managed 'Postern Relay' @{ Enabled = $false }

    # 4. Stop anonymous clients of 'Postern Relay' from sending to any recipient.
    Set-ManagedRelay 'Postern Relay' $false

    # 5. Remove 'Postern Relay'.
    Remove-Managed 'Postern Relay'

    # 6. Disable 'Postern Trusted'.
    Set-Managed 'Postern Trusted' @{ Enabled = $false }

    # 7. Remove 'Postern Trusted'.
    Remove-Managed 'Postern Trusted'

    # 8. Create 'Postern Relay', disabled, for 10.20.40.8.
    $new = @{
        Server = $Server
        DomainController = $DomainController
        Name = 'Postern Relay'
        TransportRole = 'FrontendTransport'
        Custom = $true
        Enabled = $false
        Bindings = @('0.0.0.0:25', '[::]:25')
        RemoteIPRanges = @('10.20.40.8')
        PermissionGroups = 'AnonymousUsers'
        AuthMechanism = 'Tls'
        Fqdn = 'EX01.contoso.example'
        Comment = '[postern:managed] Managed by Postern. Do not edit.'
        TarpitInterval = '00:00:05'
        ProtocolLoggingLevel = 'Verbose'
    }
    New-ReceiveConnector @new | Out-Null

    # 9. Let anonymous clients of 'Postern Relay' send to any recipient.
    Set-ManagedRelay 'Postern Relay' $true

    # 10. Enable 'Postern Relay'.
    Set-Managed 'Postern Relay' @{ Enabled = $true }

    # 11. Replace 10.20.30.128/26, 10.20.30.192/26, 10.20.30.42-10.20.30.127 of 'Postern Internal' by 10.20.30.42-10.20.30.255.
    Set-Managed 'Postern Internal' @{ RemoteIPRanges = @{ Remove = @('10.20.30.128/26', '10.20.30.192/26', '10.20.30.42-10.20.30.127'); Add = @('10.20.30.42-10.20.30.255') } }
} else {
    # 1. Replace 10.20.30.42-10.20.30.255 of 'Postern Internal' by 10.20.30.128/26, 10.20.30.192/26, 10.20.30.42-10.20.30.127.
    Set-Managed 'Postern Internal' @{ RemoteIPRanges = @{ Remove = @('10.20.30.42-10.20.30.255'); Add = @('10.20.30.128/26', '10.20.30.192/26', '10.20.30.42-10.20.30.127') } }

    # 2. Disable 'Postern Relay'.
    Set-Managed 'Postern Relay' @{ Enabled = $false }

    # 3. Stop anonymous clients of 'Postern Relay' from sending to any recipient.
    Set-ManagedRelay 'Postern Relay' $false

    # 4. Remove 'Postern Relay'.
    Remove-Managed 'Postern Relay'

    # 5. Create 'Postern Trusted', disabled, for 10.20.40.8.
    $new = @{
        Server = $Server
        DomainController = $DomainController
        Name = 'Postern Trusted'
        TransportRole = 'FrontendTransport'
        Custom = $true
        Enabled = $false
        Bindings = @('0.0.0.0:25', '[::]:25')
        RemoteIPRanges = @('10.20.40.8')
        PermissionGroups = 'ExchangeServers'
        AuthMechanism = 'Tls, ExternalAuthoritative'
        Fqdn = 'EX01.contoso.example'
        Comment = '[postern:managed] Managed by Postern. Do not edit.'
        TarpitInterval = '00:00:05'
        ProtocolLoggingLevel = 'Verbose'
    }
    New-ReceiveConnector @new | Out-Null

    # 6. Enable 'Postern Trusted'.
    Set-Managed 'Postern Trusted' @{ Enabled = $true }

    # 7. Create 'Postern Relay', disabled, for 10.20.30.128/25, 10.20.40.7.
    $new = @{
        Server = $Server
        DomainController = $DomainController
        Name = 'Postern Relay'
        TransportRole = 'FrontendTransport'
        Custom = $true
        Enabled = $false
        Bindings = @('0.0.0.0:25', '[::]:25')
        RemoteIPRanges = @('10.20.30.128/25', '10.20.40.7')
        PermissionGroups = 'AnonymousUsers'
        AuthMechanism = 'Tls'
        Fqdn = 'EX01.contoso.example'
        Comment = '[postern:managed] Managed by Postern. Do not edit.'
        TarpitInterval = '00:00:05'
        ProtocolLoggingLevel = 'Verbose'
    }
    New-ReceiveConnector @new | Out-Null

    # 8. Let anonymous clients of 'Postern Relay' send to any recipient.
    Set-ManagedRelay 'Postern Relay' $true

    # 9. Enable 'Postern Relay'.
    Set-Managed 'Postern Relay' @{ Enabled = $true }

    # 10. Replace 10.20.30.0-10.20.30.40, 10.20.30.42-10.20.30.127 of 'Postern Internal' by 10.20.29.0-10.20.30.127, 10.20.31.5, fd00:20:30::/64.
    Set-Managed 'Postern Internal' @{ RemoteIPRanges = @{ Remove = @('10.20.30.0-10.20.30.40', '10.20.30.42-10.20.30.127'); Add = @('10.20.29.0-10.20.30.127', '10.20.31.5', 'fd00:20:30::/64') } }

    # 11. Remove 10.20.30.128/26, 10.20.30.192/26 from 'Postern Internal'.
    Set-Managed 'Postern Internal' @{ RemoteIPRanges = @{ Remove = @('10.20.30.128/26', '10.20.30.192/26') } }
}

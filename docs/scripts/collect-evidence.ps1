<#
.SYNOPSIS
Writes the exports that "postern assess" reads. Reads only; changes nothing on any server.

.DESCRIPTION
Writes four files into a new or empty folder:
  connectors.clixml        Get-ReceiveConnector of every server (or of the ones named)
  permissions.json         Get-ADPermission of each of these connectors, allow and deny, inherited ones told apart
  accepted-domains.clixml  Get-AcceptedDomain
  about.txt                when, where and by whom it was collected, and what failed
Run it in the Exchange Management Shell, or give -ConnectionUri to open a remote session with Kerberos.
The account needs View-Only Configuration and, for the permissions, the role Active Directory Permissions; where that is missing the
file is left out and assess says that the relay right is unknown.

.EXAMPLE
.\collect-evidence.ps1 -OutputFolder C:\Temp\evidence

.EXAMPLE
.\collect-evidence.ps1 -OutputFolder C:\Temp\evidence -ConnectionUri http://ex01.contoso.example/PowerShell/ -Server EX01, EX02
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)]
    [ValidateNotNullOrEmpty()]
    [string] $OutputFolder,

    [string[]] $Server = @(),

    [string] $ConnectionUri = '',

    [string] $DomainController = ''
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$utf8 = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
$faults = New-Object -TypeName System.Collections.Generic.List[string]

function Write-TextFile {
    param([string] $Path, [string] $Text)
    [System.IO.File]::WriteAllText($Path, $Text, $utf8)
}

# A member that is not there is no fault under strict mode.
function Get-PropertyOf {
    param([object] $Object, [string] $Name)
    if ($null -eq $Object) { return $null }
    $property = $Object.PSObject.Properties[$Name]
    if ($null -eq $property) { return $null }
    return $property.Value
}

# ANONYMOUS LOGON has another name in every language; its SID has not.
function Get-UserSid {
    param([object] $User)
    $known = Get-PropertyOf -Object $User -Name 'SecurityIdentifier'
    if ($null -ne $known) { return "$known" }
    $name = "$User"
    if ($name -match '^S-1-[0-9-]+$') { return $name }
    try {
        $account = New-Object -TypeName System.Security.Principal.NTAccount -ArgumentList $name
        return $account.Translate([System.Security.Principal.SecurityIdentifier]).Value
    }
    catch {
        return $null
    }
}

$folder = [System.IO.Path]::GetFullPath($OutputFolder)
if (Test-Path -LiteralPath $folder) {
    if (@(Get-ChildItem -LiteralPath $folder -Force).Count -gt 0) {
        throw "The folder $folder is not empty; name a new one, so that nothing is overwritten."
    }
}
else {
    New-Item -ItemType Directory -Path $folder | Out-Null
}

$session = $null
try {
    if ($ConnectionUri -ne '') {
        $session = New-PSSession -ConfigurationName 'Microsoft.Exchange' -ConnectionUri $ConnectionUri -Authentication 'Kerberos'
        Import-PSSession -Session $session -DisableNameChecking -AllowClobber -CommandName @('Get-ReceiveConnector', 'Get-ADPermission', 'Get-AcceptedDomain') | Out-Null
    }
    if ($null -eq (Get-Command -Name 'Get-ReceiveConnector' -ErrorAction SilentlyContinue)) {
        throw 'Get-ReceiveConnector is not known here. Use the Exchange Management Shell, or give -ConnectionUri.'
    }

    $from = @{}
    if ($DomainController -ne '') { $from['DomainController'] = $DomainController }

    $connectors = @()
    if ($Server.Count -eq 0) {
        $connectors = @(Get-ReceiveConnector @from)
    }
    else {
        foreach ($name in $Server) {
            if ([string]::IsNullOrWhiteSpace($name)) { throw 'A server name is empty.' }
            $connectors += @(Get-ReceiveConnector -Server $name @from)
        }
    }
    if ($connectors.Count -eq 0) { throw 'No receive connector was found.' }
    $connectors | Export-Clixml -LiteralPath (Join-Path -Path $folder -ChildPath 'connectors.clixml') -Depth 3 -Encoding 'UTF8'

    $permissions = New-Object -TypeName System.Collections.Generic.List[object]
    $readable = $null -ne (Get-Command -Name 'Get-ADPermission' -ErrorAction SilentlyContinue)
    if (-not $readable) { $faults.Add('Get-ADPermission is not available to this account; permissions.json is left out.') }
    foreach ($connector in $connectors) {
        if (-not $readable) { break }
        # The short name was reported not to resolve in remote sessions; an empty identity would return everything.
        $dn = "$($connector.DistinguishedName)"
        if ([string]::IsNullOrWhiteSpace($dn)) { throw "The connector $($connector.Identity) has no distinguished name." }
        try {
            foreach ($entry in @(Get-ADPermission -Identity $dn @from)) {
                $rights = @()
                foreach ($right in @(Get-PropertyOf -Object $entry -Name 'ExtendedRights')) {
                    if ($null -ne $right) { $rights += "$right" }
                }
                $access = @()
                foreach ($right in @(Get-PropertyOf -Object $entry -Name 'AccessRights')) {
                    if ($null -ne $right) { $access += "$right" }
                }
                $user = Get-PropertyOf -Object $entry -Name 'User'
                $permissions.Add([ordered]@{
                        'Identity'       = "$($connector.Identity)"
                        'User'           = "$user"
                        'UserSid'        = Get-UserSid -User $user
                        'Deny'           = [bool](Get-PropertyOf -Object $entry -Name 'Deny')
                        'IsInherited'    = [bool](Get-PropertyOf -Object $entry -Name 'IsInherited')
                        'ExtendedRights' = $rights
                        'AccessRights'   = $access
                    })
            }
        }
        catch {
            $faults.Add("Permissions of $($connector.Identity): $($_.Exception.Message)")
        }
    }
    if ($permissions.Count -gt 0) {
        $json = ConvertTo-Json -InputObject @{ 'permissions' = $permissions.ToArray() } -Depth 4
        Write-TextFile -Path (Join-Path -Path $folder -ChildPath 'permissions.json') -Text $json
    }

    try {
        $domains = @(Get-AcceptedDomain @from)
        if ($domains.Count -gt 0) {
            $domains | Export-Clixml -LiteralPath (Join-Path -Path $folder -ChildPath 'accepted-domains.clixml') -Depth 2 -Encoding 'UTF8'
        }
        else {
            $faults.Add('Get-AcceptedDomain returned nothing; accepted-domains.clixml is left out.')
        }
    }
    catch {
        $faults.Add("Accepted domains: $($_.Exception.Message)")
    }
}
finally {
    if ($null -ne $session) { Remove-PSSession -Session $session }
}

$about = @(
    "Collected $([DateTime]::UtcNow.ToString('u')) on $env:COMPUTERNAME by $env:USERDOMAIN\$env:USERNAME",
    "PowerShell $($PSVersionTable.PSVersion)",
    "Connectors $($connectors.Count), access entries $($permissions.Count)"
)
foreach ($fault in $faults) {
    $about += "Missing: $fault"
    Write-Warning -Message $fault
}
Write-TextFile -Path (Join-Path -Path $folder -ChildPath 'about.txt') -Text ($about -join "`r`n")
Get-ChildItem -LiteralPath $folder | Select-Object -Property @('Name', 'Length')

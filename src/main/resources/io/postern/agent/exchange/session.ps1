# Shared by the scripts beside it, which dot-source it: how a request comes in, how an answer goes
# out, the session with Exchange, and how the one connector is found that may be written to.
# Windows PowerShell 5.1. Every decision is made by the program that calls; nothing here is code
# made from values.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# Proxy functions of a remote session live in a module, which sees the global preference only.
$global:ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$utf8 = New-Object -TypeName 'System.Text.UTF8Encoding' -ArgumentList $false
$relayRight = 'ms-Exch-SMTP-Accept-Any-Recipient'
$ownershipMark = '[postern:managed]'
$commands = @(
    'Get-ReceiveConnector', 'New-ReceiveConnector', 'Set-ReceiveConnector',
    'Remove-ReceiveConnector', 'Get-ADPermission', 'Add-ADPermission', 'Remove-ADPermission'
)

# How far it came: what a failure means depends on it.
$phase = 'connect'
$session = $null
$exitCodes = @{ 'done' = 0; 'refused' = 1; 'could-not-ask' = 2; 'cannot-tell' = 3 }

# The standard streams as UTF-8, whatever code page the console has.
function Read-Request {
    $reader = New-Object -TypeName 'System.IO.StreamReader' -ArgumentList @(
        [Console]::OpenStandardInput(), $utf8
    )
    $request = ConvertFrom-Json -InputObject $reader.ReadToEnd()
    foreach ($name in @('mark', 'connect', 'server')) {
        if ([string]::IsNullOrWhiteSpace($request.$name)) {
            throw "the request lacks '$name'"
        }
    }
    return $request
}

# Warnings and what -WhatIf prints share standard output; only marked lines are the answer.
function Write-MarkedLine {
    param([string] $Kind, [string] $Json)
    $bytes = $utf8.GetBytes("`n" + $request.mark + ' ' + $Kind + ' ' + $Json + "`n")
    $output = [Console]::OpenStandardOutput()
    $output.Write($bytes, 0, $bytes.Length)
    $output.Flush()
}

function Complete-Request {
    param([string] $Outcome, [string] $Message)
    $answer = [ordered] @{
        'outcome' = $Outcome
        'message' = $Message
        'domainController' = $request.domainController
        'anonymousLogon' = $request.anonymousLogon
    }
    Write-MarkedLine -Kind 'answer' -Json (ConvertTo-Json -InputObject $answer -Depth 6 -Compress)
    return $exitCodes[$Outcome]
}

# Of the session, as if it were a command of this host.
function Import-SessionCommand {
    param([string[]] $Name)
    $module = Import-PSSession -Session $script:session -CommandName $Name -AllowClobber -DisableNameChecking
    Import-Module -ModuleInfo $module -Global -DisableNameChecking
}

function Open-Session {
    $uri = 'http://' + $request.connect + '/PowerShell/'
    $script:session = New-PSSession -ConfigurationName 'Microsoft.Exchange' -ConnectionUri $uri -Authentication 'Kerberos'
    Import-SessionCommand -Name $commands
    if ([string]::IsNullOrWhiteSpace($request.domainController)) {
        $writeable = [System.DirectoryServices.ActiveDirectory.LocatorOptions]::WriteableRequired
        $domain = [System.DirectoryServices.ActiveDirectory.Domain]::GetComputerDomain()
        $request.domainController = $domain.FindDomainController($writeable).Name
    }
    # The account's name is in the language of Windows; its SID is not.
    if ([string]::IsNullOrWhiteSpace($request.anonymousLogon)) {
        $sid = New-Object -TypeName 'System.Security.Principal.SecurityIdentifier' -ArgumentList 'S-1-5-7'
        $account = $sid.Translate([System.Security.Principal.NTAccount])
        $request.anonymousLogon = $account.Value
    }
}

# Every connector of the server and of no other one.
function Get-ServerConnector {
    $found = @(Get-ReceiveConnector -Server $request.server -DomainController $request.domainController -ErrorAction 'Stop')
    foreach ($connector in $found) {
        if (-not [string]::Equals("$($connector.Server)", $request.server, [StringComparison]::OrdinalIgnoreCase)) {
            throw "asked for connectors of '$($request.server)', got one of '$($connector.Server)'"
        }
    }
    return $found
}

# Those whose name is exactly the asked one, in any case; no wildcard, no empty name.
function Get-NamedConnector {
    if ([string]::IsNullOrWhiteSpace($request.name)) {
        throw 'the request names no connector'
    }
    return @(Get-ServerConnector | Where-Object -FilterScript {
        [string]::Equals("$($_.Name)", $request.name, [StringComparison]::OrdinalIgnoreCase)
    })
}

function ConvertTo-SortedText {
    param($Values)
    return @($Values | Where-Object -FilterScript { $null -ne $_ } | ForEach-Object -Process { "$_" } | Sort-Object)
}

# What is known of a connector, as one line of text: equal text, equal connector.
function Get-StateText {
    param($Connector)
    $dn = "$($Connector.DistinguishedName)"
    if ([string]::IsNullOrWhiteSpace($dn)) {
        throw "connector '$($Connector.Name)' has no distinguished name"
    }
    $entries = @(Get-ADPermission -Identity $dn -DomainController $request.domainController -ErrorAction 'Stop')
    $permissions = @($entries | Where-Object -FilterScript { $null -ne $_.ExtendedRights } | ForEach-Object -Process {
        [ordered] @{
            'user' = "$($_.User)"
            'deny' = [bool]::Parse("$($_.Deny)")
            'inherited' = [bool]::Parse("$($_.IsInherited)")
            'extendedRights' = @(ConvertTo-SortedText -Values $_.ExtendedRights)
        }
    } | Sort-Object -Property { $_.user }, { $_.deny }, { $_.inherited }, { $_.extendedRights -join ' ' })
    $state = [ordered] @{
        'name' = "$($Connector.Name)"
        'server' = "$($Connector.Server)"
        'guid' = "$($Connector.Guid)"
        'distinguishedName' = $dn
        'enabled' = [bool]::Parse("$($Connector.Enabled)")
        'transportRole' = "$($Connector.TransportRole)"
        'bindings' = @(ConvertTo-SortedText -Values $Connector.Bindings)
        'remoteIPRanges' = @(ConvertTo-SortedText -Values $Connector.RemoteIPRanges)
        'permissionGroups' = "$($Connector.PermissionGroups)"
        'authMechanism' = "$($Connector.AuthMechanism)"
        'fqdn' = "$($Connector.Fqdn)"
        'comment' = "$($Connector.Comment)"
        'tarpitInterval' = "$($Connector.TarpitInterval)"
        'protocolLoggingLevel' = "$($Connector.ProtocolLoggingLevel)"
        'permissions' = $permissions
    }
    return ConvertTo-Json -InputObject $state -Depth 6 -Compress
}

# The one connector a step starts from: there exactly once, ours, and as it was read.
function Get-StepConnector {
    $found = @(Get-NamedConnector)
    if ($found.Count -ne 1) {
        throw "'$($request.name)' must be there exactly once on '$($request.server)', found $($found.Count)"
    }
    $connector = $found[0]
    if (-not "$($connector.Comment)".Trim().StartsWith($ownershipMark, [StringComparison]::Ordinal)) {
        throw "'$($request.name)' lacks Postern's mark in its comment"
    }
    if (-not [string]::Equals((Get-StateText -Connector $connector), $request.expected, [StringComparison]::Ordinal)) {
        throw "'$($request.name)' was changed since it was read"
    }
    return $connector
}

function Write-NamedState {
    foreach ($connector in @(Get-NamedConnector)) {
        Write-MarkedLine -Kind 'state' -Json (Get-StateText -Connector $connector)
    }
}

# Checks, tries with -WhatIf, writes, reads back. Check gives the object to write to, if any; Write
# takes it and whether to write in earnest.
function Invoke-Step {
    param([scriptblock] $Check, [scriptblock] $Write)
    try {
        Open-Session
        $script:phase = 'check'
        $connector = & $Check
        $null = & $Write $connector $true
        if ($request.whatIf) {
            return Complete-Request -Outcome 'done' -Message 'nothing was written: -WhatIf'
        }
        $script:phase = 'write'
        $null = & $Write $connector $false
        $script:phase = 'read-back'
        Write-NamedState
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        return Complete-Failure -Failure $_
    } finally {
        Close-Session
    }
}

function Complete-Failure {
    param($Failure)
    $message = "$($Failure.Exception.Message)"
    $lost = $Failure.Exception -is [System.Management.Automation.Remoting.PSRemotingTransportException]
    if ($null -ne $script:session) {
        $lost = $lost -or "$($script:session.State)" -ne 'Opened'
    }
    if ($script:phase -eq 'connect') {
        return Complete-Request -Outcome 'could-not-ask' -Message $message
    }
    if ($script:phase -eq 'check') {
        if ($lost) {
            return Complete-Request -Outcome 'could-not-ask' -Message $message
        }
        return Complete-Request -Outcome 'refused' -Message $message
    }
    if ($script:phase -eq 'write' -and -not $lost) {
        # Exchange said no: what is there now is shown with its answer.
        try {
            Write-NamedState
            return Complete-Request -Outcome 'refused' -Message $message
        } catch {
            return Complete-Request -Outcome 'cannot-tell' -Message $message
        }
    }
    return Complete-Request -Outcome 'cannot-tell' -Message $message
}

function Close-Session {
    if ($null -ne $script:session) {
        Remove-PSSession -Session $script:session -ErrorAction 'SilentlyContinue'
        $script:session = $null
    }
}

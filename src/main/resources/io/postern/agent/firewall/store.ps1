# Shared by the scripts beside it, which dot-source it: how a request comes in, how an answer goes
# out, how rules and sets are read and written as text, and how the one object is found that may be
# written to. Windows PowerShell 5.1. Every decision is made by the program that calls; nothing here
# is code made from values. Names are compared here and never given to -Name or -DisplayName of a
# cmdlet that looks for something, where they would be patterns.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# Functions of a module see the global preference only.
$global:ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$utf8 = New-Object -TypeName 'System.Text.UTF8Encoding' -ArgumentList $false
$ownGroup = 'Postern'
# What is written to, and what holds in the end, Group Policy included.
$localStore = 'PersistentStore'
$activeStore = 'ActiveStore'

# How far it came: what a failure means depends on it.
$phase = 'begin'
$exitCodes = @{ 'done' = 0; 'refused' = 1; 'could-not-ask' = 2; 'cannot-tell' = 3 }

# The properties that are read of each kind of object: single ones as text, others as lists.
$single = @{
    'rules' = @(
        'DisplayName', 'Group', 'Description', 'Enabled', 'Direction', 'Action', 'Profile',
        'PolicyStoreSourceType', 'EdgeTraversalPolicy', 'LooseSourceMapping', 'LocalOnlyMapping', 'Owner'
    )
    'securityRules' = @(
        'DisplayName', 'Group', 'Enabled', 'Profile', 'InboundSecurity', 'OutboundSecurity',
        'Phase1AuthSet', 'Phase2AuthSet', 'Mode', 'KeyModule', 'PolicyStoreSourceType'
    )
    'phase1Sets' = @('DisplayName', 'Group')
    'phase2Sets' = @('DisplayName', 'Group')
    'portFilters' = @('Protocol', 'DynamicTarget')
    'addressFilters' = @()
    'securityFilters' = @(
        'Authentication', 'Encryption', 'OverrideBlockRules', 'LocalUser', 'RemoteUser', 'RemoteMachine'
    )
    'applicationFilters' = @('Program', 'Package')
    'serviceFilters' = @('Service')
    'interfaceFilters' = @()
    'interfaceTypeFilters' = @('InterfaceType')
}
$many = @{
    'rules' = @('Platform')
    'portFilters' = @('LocalPort', 'RemotePort', 'IcmpType')
    'addressFilters' = @('LocalAddress', 'RemoteAddress', 'RemoteDynamicKeywordAddresses')
    'interfaceFilters' = @('InterfaceAlias')
}
$filterLists = @(
    'portFilters', 'addressFilters', 'securityFilters', 'applicationFilters', 'serviceFilters',
    'interfaceFilters', 'interfaceTypeFilters'
)

# The standard streams as UTF-8, whatever code page the console has.
function Read-Request {
    $reader = New-Object -TypeName 'System.IO.StreamReader' -ArgumentList @(
        [Console]::OpenStandardInput(), $utf8
    )
    $request = ConvertFrom-Json -InputObject $reader.ReadToEnd()
    if ([string]::IsNullOrWhiteSpace($request.mark)) {
        throw "the request lacks 'mark'"
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
    $answer = [ordered] @{ 'outcome' = $Outcome; 'message' = $Message }
    Write-MarkedLine -Kind 'answer' -Json (ConvertTo-Json -InputObject $answer -Depth 4 -Compress)
    return $exitCodes[$Outcome]
}

function ConvertTo-SortedText {
    param($Values)
    return @($Values | Where-Object -FilterScript { $null -ne $_ } | ForEach-Object -Process { "$_" } | Sort-Object)
}

# A property of an object; older versions of Windows lack some.
function Get-PropertyValue {
    param($InputObject, [string] $Name)
    $property = $InputObject.PSObject.Properties[$Name]
    if ($null -eq $property) {
        return $null
    }
    return $property.Value
}

# What is known of an object, as one line of text: equal text, equal object.
function Get-ObjectText {
    param([string] $List, $InputObject, [string] $Store)
    $text = [ordered] @{ 'InstanceID' = "$($InputObject.InstanceID)"; 'PolicyStore' = $Store }
    foreach ($name in $single[$List]) {
        $value = Get-PropertyValue -InputObject $InputObject -Name $name
        if ($null -ne $value) {
            $text[$name] = "$value"
        }
    }
    if ($many.ContainsKey($List)) {
        foreach ($name in $many[$List]) {
            $values = @(ConvertTo-SortedText -Values (Get-PropertyValue -InputObject $InputObject -Name $name))
            if ($values.Count -gt 0) {
                $text[$name] = $values
            }
        }
    }
    # In their order: the first that both sides know is taken.
    if ($List -eq 'phase1Sets' -or $List -eq 'phase2Sets') {
        $text['Proposals'] = @($InputObject.Proposal | ForEach-Object -Process { "$($_.AuthenticationMethod)" })
    }
    return ConvertTo-Json -InputObject $text -Depth 4 -Compress
}

# Every object of a list in a store.
function Get-StoredObject {
    param([string] $List, [string] $Store)
    switch ($List) {
        'rules' { return @(Get-NetFirewallRule -PolicyStore $Store -ErrorAction 'Stop') }
        'securityRules' { return @(Get-NetIPsecRule -PolicyStore $Store -ErrorAction 'Stop') }
        'phase1Sets' { return @(Get-NetIPsecPhase1AuthSet -PolicyStore $Store -ErrorAction 'Stop') }
        'phase2Sets' { return @(Get-NetIPsecPhase2AuthSet -PolicyStore $Store -ErrorAction 'Stop') }
    }
    throw "there is no list '$List'"
}

# The filters of one kind that a scope selects: a whole store, or one rule of it.
function Get-Filter {
    param([string] $List, [hashtable] $Scope)
    switch ($List) {
        'portFilters' { return @(Get-NetFirewallPortFilter @Scope -ErrorAction 'Stop') }
        'addressFilters' { return @(Get-NetFirewallAddressFilter @Scope -ErrorAction 'Stop') }
        'securityFilters' { return @(Get-NetFirewallSecurityFilter @Scope -ErrorAction 'Stop') }
        'applicationFilters' { return @(Get-NetFirewallApplicationFilter @Scope -ErrorAction 'Stop') }
        'serviceFilters' { return @(Get-NetFirewallServiceFilter @Scope -ErrorAction 'Stop') }
        'interfaceFilters' { return @(Get-NetFirewallInterfaceFilter @Scope -ErrorAction 'Stop') }
        'interfaceTypeFilters' { return @(Get-NetFirewallInterfaceTypeFilter @Scope -ErrorAction 'Stop') }
    }
    throw "there is no list '$List'"
}

# The local objects of a list whose name is exactly the asked one; a name in another case is the
# same to Windows.
function Get-NamedObject {
    param([string] $List)
    if ([string]::IsNullOrEmpty($request.name)) {
        throw 'the request names nothing'
    }
    return @(Get-StoredObject -List $List -Store $localStore | Where-Object -FilterScript {
        [string]::Equals("$($_.InstanceID)", $request.name, [StringComparison]::OrdinalIgnoreCase)
    })
}

# An object and its filters, a line each: list, blank, text.
function Get-StateLine {
    param([string] $List, $InputObject)
    $lines = @("$List " + (Get-ObjectText -List $List -InputObject $InputObject -Store $localStore))
    $scope = @{ 'PolicyStore' = $localStore }
    $lists = @()
    if ($List -eq 'rules') {
        $scope['AssociatedNetFirewallRule'] = $InputObject
        $lists = $filterLists
    }
    if ($List -eq 'securityRules') {
        $scope['AssociatedNetIPsecRule'] = $InputObject
        $lists = @('portFilters', 'addressFilters')
    }
    foreach ($one in $lists) {
        foreach ($filter in @(Get-Filter -List $one -Scope $scope)) {
            $lines += "$one " + (Get-ObjectText -List $one -InputObject $filter -Store $localStore)
        }
    }
    return $lines
}

# The one object a step starts from: there exactly once, as it was read, and ours unless the step is
# for one that is not.
function Get-StepObject {
    param([string] $List)
    $found = @(Get-NamedObject -List $List)
    if ($found.Count -ne 1 -or -not [string]::Equals("$($found[0].InstanceID)", $request.name, [StringComparison]::Ordinal)) {
        throw "'$($request.name)' must be there exactly once, found $($found.Count)"
    }
    $isOwn = [string]::Equals("$($found[0].Group)", $ownGroup, [StringComparison]::Ordinal)
    if ($isOwn -ne [bool] $request.own) {
        throw "'$($request.name)' has the group '$($found[0].Group)'"
    }
    $lines = @(Get-StateLine -List $List -InputObject $found[0])
    [array]::Sort($lines, [StringComparer]::Ordinal)
    if (-not [string]::Equals(($lines -join "`n"), $request.expected, [StringComparison]::Ordinal)) {
        throw "'$($request.name)' was changed since it was read"
    }
    return $found[0]
}

function Assert-FreeName {
    param([string] $List)
    if (@(Get-NamedObject -List $List).Count -ne 0) {
        throw "there is a '$($request.name)' already"
    }
}

function Write-NamedState {
    param([string] $List)
    foreach ($found in @(Get-NamedObject -List $List)) {
        foreach ($line in @(Get-StateLine -List $List -InputObject $found)) {
            Write-MarkedLine -Kind 'object' -Json $line
        }
    }
}

# Checks, tries with -WhatIf, writes, reads back. Check gives the object to write to, if any; Write
# takes it and whether to write in earnest.
function Invoke-Step {
    param([string] $List, [scriptblock] $Check, [scriptblock] $Write)
    try {
        Import-Module -Name 'NetSecurity'
        $script:phase = 'check'
        $found = & $Check
        $null = & $Write $found $true
        if ($request.whatIf) {
            return Complete-Request -Outcome 'done' -Message 'nothing was written: -WhatIf'
        }
        $script:phase = 'write'
        $null = & $Write $found $false
        $script:phase = 'read-back'
        Write-NamedState -List $List
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        return Complete-Failure -List $List -Message "$($_.Exception.Message)"
    }
}

function Complete-Failure {
    param([string] $List, [string] $Message)
    if ($script:phase -eq 'begin') {
        return Complete-Request -Outcome 'could-not-ask' -Message $Message
    }
    if ($script:phase -eq 'check') {
        return Complete-Request -Outcome 'refused' -Message $Message
    }
    if ($script:phase -eq 'write') {
        # Windows said no: what is there now is shown with its answer.
        try {
            Write-NamedState -List $List
            return Complete-Request -Outcome 'refused' -Message $Message
        } catch {
            return Complete-Request -Outcome 'cannot-tell' -Message $Message
        }
    }
    return Complete-Request -Outcome 'cannot-tell' -Message $Message
}

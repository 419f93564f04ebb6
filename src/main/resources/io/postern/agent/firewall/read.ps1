# Reads the inbound rules with their filters, the profiles, the connection security rules and the
# authentication sets: one call for each kind of object and store. What is local is read from the
# store that is written to, what Group Policy and Windows itself add from the one that holds. The
# lines are joined by the program that calls. Writes nothing.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

function Write-Object {
    param([string] $List, $InputObject, [string] $Store)
    Write-MarkedLine -Kind 'object' -Json ("$List " + (Get-ObjectText -List $List -InputObject $InputObject -Store $Store))
}

# Words of the profiles that an interface uses now; nothing if Windows cannot say.
function Get-ActiveProfile {
    try {
        return @(Get-NetConnectionProfile -ErrorAction 'Stop' | ForEach-Object -Process {
            "$($_.NetworkCategory)".Replace('DomainAuthenticated', 'Domain')
        })
    } catch {
        return $null
    }
}

function Write-Profile {
    $active = Get-ActiveProfile
    foreach ($profile in @(Get-NetFirewallProfile -PolicyStore $activeStore -ErrorAction 'Stop')) {
        $text = [ordered] @{ 'Name' = "$($profile.Name)" }
        foreach ($name in @(
            'Enabled', 'DefaultInboundAction', 'AllowInboundRules', 'AllowLocalFirewallRules', 'AllowLocalIPsecRules'
        )) {
            $text[$name] = "$($profile.$name)"
        }
        if ($null -ne $active) {
            $text['Active'] = "$(@($active) -contains $profile.Name)"
        }
        Write-MarkedLine -Kind 'object' -Json ('profiles ' + (ConvertTo-Json -InputObject $text -Depth 4 -Compress))
    }
}

# What a store adds: everything of the local one, of the other one what is not local.
function Get-AddedObject {
    param([string] $List, [string] $Store)
    return @(Get-StoredObject -List $List -Store $Store | Where-Object -FilterScript {
        $isLocal = "$(Get-PropertyValue -InputObject $_ -Name 'PolicyStoreSourceType')" -eq 'Local'
        ($Store -eq $localStore -or -not $isLocal) -and
            ($List -ne 'rules' -or "$($_.Direction)" -eq 'Inbound')
    })
}

function Write-Store {
    param([string] $Store)
    $wanted = New-Object -TypeName 'System.Collections.Generic.HashSet[string]' -ArgumentList @(
        [StringComparer]::Ordinal
    )
    $seen = New-Object -TypeName 'System.Collections.Generic.HashSet[string]' -ArgumentList @(
        [StringComparer]::Ordinal
    )
    foreach ($rule in @(Get-AddedObject -List 'rules' -Store $Store)) {
        $null = $wanted.Add("$($rule.InstanceID)")
        Write-Object -List 'rules' -InputObject $rule -Store $Store
    }
    # Of connection security rules just those filters count that a step compares.
    $wantedSecurity = New-Object -TypeName 'System.Collections.Generic.HashSet[string]'
    $securityRules = @(Get-AddedObject -List 'securityRules' -Store $Store)
    foreach ($rule in $securityRules) {
        $null = $wantedSecurity.Add("$($rule.InstanceID)")
        Write-Object -List 'securityRules' -InputObject $rule -Store $Store
    }
    foreach ($list in $filterLists) {
        foreach ($filter in @(Get-Filter -List $list -Scope @{ 'PolicyStore' = $Store })) {
            $isOfSecurity = @('portFilters', 'addressFilters') -contains $list -and $wantedSecurity.Contains("$($filter.InstanceID)")
            if ($wanted.Contains("$($filter.InstanceID)") -or $isOfSecurity) {
                $null = $seen.Add("$list $($filter.InstanceID)")
                Write-Object -List $list -InputObject $filter -Store $Store
            }
        }
    }
    # There are few of these rules, and not every Windows gives their filters with all others.
    foreach ($rule in $securityRules) {
        foreach ($list in @('portFilters', 'addressFilters')) {
            if (-not $seen.Contains("$list $($rule.InstanceID)")) {
                $scope = @{ 'PolicyStore' = $Store; 'AssociatedNetIPsecRule' = $rule }
                foreach ($filter in @(Get-Filter -List $list -Scope $scope)) {
                    Write-Object -List $list -InputObject $filter -Store $Store
                }
            }
        }
    }
    foreach ($list in @('phase1Sets', 'phase2Sets')) {
        foreach ($set in @(Get-AddedObject -List $list -Store $Store)) {
            Write-Object -List $list -InputObject $set -Store $Store
        }
    }
}

function Read-Firewall {
    try {
        Import-Module -Name 'NetSecurity'
        Write-Profile
        Write-Store -Store $localStore
        Write-Store -Store $activeStore
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        return Complete-Request -Outcome 'could-not-ask' -Message "$($_.Exception.Message)"
    }
}

exit (Read-Firewall)

# Reads every receive connector of one server with its access entries, and the organisation's
# accepted domains. Writes nothing.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

# The text of a domain; every domain may come without a text of its own.
function Get-DomainText {
    param($Value)
    $star = $Value.PSObject.Properties['IsStar']
    if ($null -ne $star -and [bool]::Parse("$($star.Value)")) {
        return '*'
    }
    return "$Value"
}

# Imported apart, and no reason to fail: an account without the right to it must still read its
# connectors. Nothing is shown then, which is not the same as an empty list. Gives what went wrong.
function Write-AcceptedDomain {
    try {
        Import-SessionCommand -Name @('Get-AcceptedDomain')
        $found = @(Get-AcceptedDomain -DomainController $request.domainController -ErrorAction 'Stop')
        $shown = @($found | ForEach-Object -Process {
            [ordered] @{
                'name' = "$($_.Name)"
                'domainName' = Get-DomainText -Value $_.DomainName
                'domainType' = "$($_.DomainType)"
                'isDefault' = [bool]::Parse("$($_.Default)")
            }
        })
        $list = [ordered] @{ 'acceptedDomains' = $shown }
        Write-MarkedLine -Kind 'domains' -Json (ConvertTo-Json -InputObject $list -Depth 6 -Compress)
        return ''
    } catch {
        return "accepted domains were not read: $($_.Exception.Message)"
    }
}

function Read-Connector {
    try {
        Open-Session
        foreach ($connector in @(Get-ServerConnector)) {
            Write-MarkedLine -Kind 'state' -Json (Get-StateText -Connector $connector)
        }
        $lacking = Write-AcceptedDomain
        return Complete-Request -Outcome 'done' -Message $lacking
    } catch {
        return Complete-Request -Outcome 'could-not-ask' -Message "$($_.Exception.Message)"
    } finally {
        Close-Session
    }
}

exit (Read-Connector)

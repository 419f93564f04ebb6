# Shared by the scripts beside it, which dot-source it: how a request comes in, how an answer goes
# out, and how the pickup folder with its access lists is read as text. Windows PowerShell 5.1, on
# the Exchange server itself. Every decision is made by the program that calls; nothing here is code
# made from values.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# Proxy functions of a remote session live in a module, which sees the global preference only.
$global:ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$utf8 = New-Object -TypeName 'System.Text.UTF8Encoding' -ArgumentList $false
$sidType = [System.Security.Principal.SecurityIdentifier]
$accountType = [System.Security.Principal.NTAccount]

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

function Open-Session {
    foreach ($name in @('connect', 'server')) {
        if ([string]::IsNullOrWhiteSpace($request.$name)) {
            throw "the request lacks '$name'"
        }
    }
    $uri = 'http://' + $request.connect + '/PowerShell/'
    $script:session = New-PSSession -ConfigurationName 'Microsoft.Exchange' -ConnectionUri $uri -Authentication 'Kerberos'
    $module = Import-PSSession -Session $script:session -CommandName @('Get-TransportService') -AllowClobber -DisableNameChecking
    Import-Module -ModuleInfo $module -Global -DisableNameChecking
}

function Close-Session {
    if ($null -ne $script:session) {
        Remove-PSSession -Session $script:session -ErrorAction 'SilentlyContinue'
        $script:session = $null
    }
}

# Where the folder is; empty = disabled.
function Get-FolderPath {
    $found = @(Get-TransportService -Identity $request.server -ErrorAction 'Stop')
    if ($found.Count -ne 1 -or -not [string]::Equals("$($found[0].Name)", $request.server, [StringComparison]::OrdinalIgnoreCase)) {
        throw "'$($request.server)' must have exactly one transport service, found $($found.Count)"
    }
    return "$($found[0].PickupDirectoryPath)".TrimEnd('\')
}

function Get-AccountName {
    param($Sid)
    try {
        return $Sid.Translate($accountType).Value
    } catch {
        return $null
    }
}

# An access list of a folder, owner included.
function Get-FolderList {
    param([string] $Path)
    $sections = [System.Security.AccessControl.AccessControlSections]'Access, Owner'
    $item = New-Object -TypeName 'System.IO.DirectoryInfo' -ArgumentList $Path
    return $item.GetAccessControl($sections)
}

function Get-FolderEntry {
    param($List)
    return @($List.GetAccessRules($true, $true, $sidType) | ForEach-Object -Process {
        [ordered] @{
            'sid' = $_.IdentityReference.Value
            'account' = Get-AccountName -Sid $_.IdentityReference
            'type' = "$($_.AccessControlType)"
            'mask' = [int] $_.FileSystemRights
            'inheritance' = "$($_.InheritanceFlags)"
            'propagation' = "$($_.PropagationFlags)"
            'inherited' = [bool] $_.IsInherited
        }
    } | Sort-Object -Property { $_.sid }, { $_.type }, { $_.mask }, { $_.inheritance }, { $_.propagation }, { $_.inherited })
}

# Shares of the folder and of folders above it; administrative ones are for administrators only.
function Get-FolderShare {
    param([string] $Path, $Notes)
    $inside = $Path + '\'
    foreach ($share in @(Get-SmbShare -ErrorAction 'Stop' | Sort-Object -Property 'Name')) {
        $shared = "$($share.Path)".TrimEnd('\')
        if ($share.Special -or $shared -eq '' -or -not $inside.StartsWith($shared + '\', [StringComparison]::OrdinalIgnoreCase)) {
            continue
        }
        $entries = @()
        foreach ($entry in @(Get-SmbShareAccess -InputObject $share -ErrorAction 'Stop')) {
            try {
                $account = New-Object -TypeName $accountType.FullName -ArgumentList "$($entry.AccountName)"
                $sid = $account.Translate($sidType).Value
            } catch {
                $null = $Notes.Add("share '$($share.Name)' has an entry of an unknown account '$($entry.AccountName)'")
                continue
            }
            $entries += [ordered] @{
                'sid' = $sid
                'account' = "$($entry.AccountName)"
                'type' = "$($entry.AccessControlType)"
                'right' = "$($entry.AccessRight)"
            }
        }
        [ordered] @{
            'name' = "$($share.Name)"
            'isOfFolder' = [string]::Equals($shared, $Path, [StringComparison]::OrdinalIgnoreCase)
            'entries' = @($entries | Sort-Object -Property { $_.sid }, { $_.type }, { $_.right })
        }
    }
}

# What is known of the folder, as one line of text: equal text, equal folder.
function Get-StateText {
    $path = Get-FolderPath
    $notes = New-Object -TypeName 'System.Collections.ArrayList'
    $state = [ordered] @{
        'path' = $null
        'isDefaultPath' = $false
        'inherits' = $false
        'owner' = $null
        'entries' = @()
        'shares' = @()
        'notes' = @()
    }
    if ($path -ne '') {
        $list = Get-FolderList -Path $path
        $default = Join-Path -Path "$($env:ExchangeInstallPath)" -ChildPath 'TransportRoles\Pickup'
        $state['path'] = $path
        $state['isDefaultPath'] = [string]::Equals($default, $path, [StringComparison]::OrdinalIgnoreCase)
        $state['inherits'] = -not $list.AreAccessRulesProtected
        $state['owner'] = $list.GetOwner($sidType).Value
        $state['entries'] = @(Get-FolderEntry -List $list)
        $state['shares'] = @(Get-FolderShare -Path $path -Notes $notes)
        $state['notes'] = @($notes)
    }
    return ConvertTo-Json -InputObject $state -Depth 6 -Compress
}

# The path of the folder a step starts from: everything as it was read.
function Get-StepFolder {
    if (-not [string]::Equals((Get-StateText), $request.expected, [StringComparison]::Ordinal)) {
        throw 'the pickup folder or its shares were changed since they were read'
    }
    $path = Get-FolderPath
    if ($path -eq '') {
        throw 'the pickup folder is disabled'
    }
    return $path
}

# Checks, tries without writing, writes, reads back. Write takes the folder and whether not to write
# in earnest.
function Invoke-Step {
    param([scriptblock] $Write)
    try {
        Open-Session
        $script:phase = 'check'
        $path = Get-StepFolder
        $null = & $Write $path $true
        if ($request.whatIf) {
            return Complete-Request -Outcome 'done' -Message 'nothing was written: -WhatIf'
        }
        $script:phase = 'write'
        $null = & $Write $path $false
        $script:phase = 'read-back'
        Write-MarkedLine -Kind 'state' -Json (Get-StateText)
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        return Complete-Failure -Message "$($_.Exception.Message)"
    } finally {
        Close-Session
    }
}

function Complete-Failure {
    param([string] $Message)
    if ($script:phase -eq 'connect') {
        return Complete-Request -Outcome 'could-not-ask' -Message $Message
    }
    if ($script:phase -eq 'check') {
        return Complete-Request -Outcome 'refused' -Message $Message
    }
    return Complete-Request -Outcome 'cannot-tell' -Message $Message
}

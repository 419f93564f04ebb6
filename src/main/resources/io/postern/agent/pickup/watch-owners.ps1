# Looks into the pickup folder for some seconds and says of each file that comes whose it is: the
# SHA-256 of its name without ending, its owner and when it was made. Neither a name nor a content
# leaves this script, no file is opened, none is changed.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

function Get-NameHash {
    param([string] $Name)
    # Exchange renames a file while it works on it; the ending is what changes.
    $text = [System.IO.Path]::GetFileNameWithoutExtension($Name).ToUpperInvariant()
    $sha256 = [System.Security.Cryptography.SHA256]::Create()
    try {
        return [BitConverter]::ToString($sha256.ComputeHash($utf8.GetBytes($text))).Replace('-', '').ToLowerInvariant()
    } finally {
        $sha256.Dispose()
    }
}

# A file can be gone at any moment: then its owner is not known.
function Write-Drop {
    param([System.IO.FileInfo] $File)
    $drop = [ordered] @{
        'nameHash' = Get-NameHash -Name $File.Name
        'ownerSid' = $null
        'owner' = $null
        'createdAt' = $File.CreationTimeUtc.ToString('yyyy-MM-ddTHH:mm:ss.fffZ', [Globalization.CultureInfo]::InvariantCulture)
    }
    try {
        $sid = $File.GetAccessControl([System.Security.AccessControl.AccessControlSections]::Owner).GetOwner($sidType)
        $drop['ownerSid'] = $sid.Value
        $drop['owner'] = Get-AccountName -Sid $sid
    } catch [System.IO.IOException], [System.UnauthorizedAccessException] {
        $drop['owner'] = $null
    }
    Write-MarkedLine -Kind 'state' -Json (ConvertTo-Json -InputObject $drop -Depth 4 -Compress)
}

function Watch-Owner {
    try {
        $directory = New-Object -TypeName 'System.IO.DirectoryInfo' -ArgumentList $request.path
        if (-not $directory.Exists) {
            throw 'the pickup folder is not there'
        }
        $seen = New-Object -TypeName 'System.Collections.Generic.HashSet[string]' -ArgumentList @(
            [StringComparer]::OrdinalIgnoreCase
        )
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        while ($clock.Elapsed.TotalSeconds -lt [int] $request.seconds -and $seen.Count -lt [int] $request.most) {
            foreach ($file in $directory.EnumerateFiles()) {
                if ($seen.Count -lt [int] $request.most -and $seen.Add([System.IO.Path]::GetFileNameWithoutExtension($file.Name))) {
                    Write-Drop -File $file
                }
            }
            Start-Sleep -Milliseconds 200
        }
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        return Complete-Request -Outcome 'could-not-ask' -Message "$($_.Exception.Message)"
    }
}

exit (Watch-Owner)

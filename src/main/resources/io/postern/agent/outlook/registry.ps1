# Shared by the scripts beside it, which dot-source it: how a request comes in, how an answer goes
# out, and how a key of the object model guard is read as text. Windows PowerShell 5.1. Which keys,
# versions and values there are is said by the program that calls; nothing here is code made from
# values.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$utf8 = New-Object -TypeName 'System.Text.UTF8Encoding' -ArgumentList $false
# How far it came: what a failure means depends on it.
$phase = 'begin'
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

# The 64-bit registry, whatever this process is; the other half has a path of its own there.
function Open-Hive {
    param([string] $Hive)
    return [Microsoft.Win32.RegistryKey]::OpenBaseKey([Microsoft.Win32.RegistryHive] $Hive, [Microsoft.Win32.RegistryView]::Registry64)
}

# What is known of a key, as one line of text: equal text, equal key.
function Get-KeyText {
    param([string] $Hive, [string] $Path, $User, $View, [string] $Version, [string[]] $Name)
    $present = [ordered] @{}
    $unreadable = @()
    $root = Open-Hive -Hive $Hive
    try {
        $key = $root.OpenSubKey($Path, $false)
        foreach ($one in $Name) {
            if ($null -eq $key -or $null -eq $key.GetValue($one, $null)) {
                continue
            }
            if ($key.GetValueKind($one) -eq [Microsoft.Win32.RegistryValueKind]::DWord) {
                $present[$one] = [int] $key.GetValue($one)
            } else {
                $unreadable += $one
            }
        }
    } catch [System.Security.SecurityException], [System.UnauthorizedAccessException] {
        $present = [ordered] @{}
        $unreadable = $Name
    } finally {
        $root.Dispose()
    }
    $text = [ordered] @{
        'user' = $User
        'view' = $View
        'version' = $Version
        'present' = $present
        'unreadable' = @($unreadable)
    }
    return ConvertTo-Json -InputObject $text -Depth 4 -Compress
}

# Reads the object model guard: for each version of Outlook that is installed the machine's values,
# and the policy of each user whose hive is loaded. Writes nothing and loads no hive.
. (Join-Path -Path $PSScriptRoot -ChildPath 'registry.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

function Test-Key {
    param([string] $Hive, [string] $Path)
    $root = Open-Hive -Hive $Hive
    try {
        return $null -ne $root.OpenSubKey($Path, $false)
    } finally {
        $root.Dispose()
    }
}

# People: of a domain, of this machine, of Entra. Services and class hives are left out.
function Get-LoadedUser {
    $root = Open-Hive -Hive 'Users'
    try {
        return @($root.GetSubKeyNames() | Where-Object -FilterScript { $_ -match '^S-1-(5-21|12-1)-[0-9-]+$' } | Sort-Object)
    } finally {
        $root.Dispose()
    }
}

function Read-Guard {
    try {
        $versions = @()
        foreach ($place in @($request.machine)) {
            if (Test-Key -Hive 'LocalMachine' -Path $place.installed) {
                $versions += $place.version
                Write-MarkedLine -Kind 'state' -Json (Get-KeyText -Hive 'LocalMachine' -Path $place.path -User $null -View $place.view -Version $place.version -Name $request.machineNames)
            }
        }
        $installed = @($versions | Sort-Object -Unique)
        foreach ($user in @(Get-LoadedUser)) {
            foreach ($version in $installed) {
                $path = $user + '\' + $request.userPath.Replace('{version}', $version)
                Write-MarkedLine -Kind 'state' -Json (Get-KeyText -Hive 'Users' -Path $path -User $user -View $null -Version $version -Name $request.userNames)
            }
        }
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        return Complete-Request -Outcome 'could-not-ask' -Message "$($_.Exception.Message)"
    }
}

exit (Read-Guard)

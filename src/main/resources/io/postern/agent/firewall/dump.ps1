# Exports the whole local policy to a file that is not there yet, for a person to import by hand:
# that replaces everything, so it is the last resort only.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

function Export-Policy {
    try {
        $netsh = Join-Path -Path $env:SystemRoot -ChildPath 'System32\netsh.exe'
        if (Test-Path -LiteralPath $request.file) {
            throw "'$($request.file)' is there already"
        }
        $said = @(& $netsh 'advfirewall' 'export' $request.file)
        if ($LASTEXITCODE -ne 0 -or -not (Test-Path -LiteralPath $request.file -PathType 'Leaf')) {
            throw "netsh advfirewall export ended with code ${LASTEXITCODE}: $($said -join ' ')"
        }
        return Complete-Request -Outcome 'done' -Message ''
    } catch {
        return Complete-Request -Outcome 'could-not-ask' -Message "$($_.Exception.Message)"
    }
}

exit (Export-Policy)

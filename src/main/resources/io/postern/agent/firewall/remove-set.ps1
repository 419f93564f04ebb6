# Removes one authentication set of ours.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($found, $whatIf)
    if ($request.list -eq 'phase1Sets') {
        Remove-NetIPsecPhase1AuthSet -InputObject $found -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
    } else {
        Remove-NetIPsecPhase2AuthSet -InputObject $found -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
    }
}
exit (Invoke-Step -List $request.list -Check { Get-StepObject -List $request.list } -Write $write)

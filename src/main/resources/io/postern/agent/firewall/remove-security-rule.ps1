# Removes one connection security rule of ours.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($found, $whatIf)
    Remove-NetIPsecRule -InputObject $found -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
}
exit (Invoke-Step -List 'securityRules' -Check { Get-StepObject -List 'securityRules' } -Write $write)

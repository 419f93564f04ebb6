# Removes one firewall rule of ours.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($found, $whatIf)
    Remove-NetFirewallRule -InputObject $found -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
}
exit (Invoke-Step -List 'rules' -Check { Get-StepObject -List 'rules' } -Write $write)

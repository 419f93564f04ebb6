# Disables one firewall rule that is not ours, or enables it again.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($found, $whatIf)
    Set-NetFirewallRule -InputObject $found -Enabled $request.enabled -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
}
exit (Invoke-Step -List 'rules' -Check { Get-StepObject -List 'rules' } -Write $write)

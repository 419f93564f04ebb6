# Object model guard of Outlook on TS01, by Postern.
# Run it there in Windows PowerShell as administrator, first with -WhatIf. Keep it: -Undo takes it back.
#Requires -Version 5.1
#Requires -RunAsAdministrator
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    # Takes the steps back, last first.
    [switch] $Undo
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# There is nothing to do.

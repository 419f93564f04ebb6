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

# Before and After are numbers; nothing = absent.
function Set-GuardValue([string] $Path, [string] $Name, $Before, $After) {
    $key = 'Registry::' + $Path
    $there = $null
    if (Test-Path -LiteralPath $key) {
        $there = (Get-Item -LiteralPath $key).GetValue($Name, $null)
    }
    if ([string]$there -cne [string]$Before) {
        throw ($Name + ' of ' + $Path + ' is not as it was when this script was written')
    }
    if (-not $PSCmdlet.ShouldProcess($Path, 'Set ' + $Name + ' to ' + $After)) { return }
    if ($null -eq $After) {
        Remove-ItemProperty -LiteralPath $key -Name $Name -Confirm:$false
        return
    }
    if (-not (Test-Path -LiteralPath $key)) { New-Item -Path $key -Force | Out-Null }
    New-ItemProperty -LiteralPath $key -Name $Name -PropertyType DWord -Value $After -Force | Out-Null
}

if (-not $Undo) {
    # 1. Set ObjectModelGuard of HKLM\SOFTWARE\Microsoft\Office\16.0\Outlook\Security to 1 (always warn) (was absent).
    Set-GuardValue 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Office\16.0\Outlook\Security' 'ObjectModelGuard' $null 1
    # 2. Set PromptOOMMeetingTaskRequestResponse of HKU\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security to 1 (ask) (was absent).
    Set-GuardValue 'HKEY_USERS\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security' 'PromptOOMMeetingTaskRequestResponse' $null 1
    # 3. Set PromptOOMSend of HKU\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security to 1 (ask) (was absent).
    Set-GuardValue 'HKEY_USERS\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security' 'PromptOOMSend' $null 1
    # 4. Set PromptSimpleMAPISend of HKU\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security to 1 (ask) (was absent).
    Set-GuardValue 'HKEY_USERS\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security' 'PromptSimpleMAPISend' $null 1
    # 5. Set AdminSecurityMode of HKU\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security to 3 (policy) (was absent).
    Set-GuardValue 'HKEY_USERS\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security' 'AdminSecurityMode' $null 3
} else {
    # 1. Remove AdminSecurityMode of HKU\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security (was 3 (policy)).
    Set-GuardValue 'HKEY_USERS\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security' 'AdminSecurityMode' 3 $null
    # 2. Remove PromptSimpleMAPISend of HKU\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security (was 1 (ask)).
    Set-GuardValue 'HKEY_USERS\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security' 'PromptSimpleMAPISend' 1 $null
    # 3. Remove PromptOOMSend of HKU\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security (was 1 (ask)).
    Set-GuardValue 'HKEY_USERS\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security' 'PromptOOMSend' 1 $null
    # 4. Remove PromptOOMMeetingTaskRequestResponse of HKU\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security (was 1 (ask)).
    Set-GuardValue 'HKEY_USERS\S-1-5-21-1-2-3-1104\Software\Policies\Microsoft\Office\16.0\Outlook\Security' 'PromptOOMMeetingTaskRequestResponse' 1 $null
    # 5. Remove ObjectModelGuard of HKLM\SOFTWARE\Microsoft\Office\16.0\Outlook\Security (was 1 (always warn)).
    Set-GuardValue 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Office\16.0\Outlook\Security' 'ObjectModelGuard' 1 $null
}

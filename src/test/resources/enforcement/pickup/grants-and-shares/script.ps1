# Pickup folder of EX01, by Postern.
# Run it there in Windows PowerShell as administrator, first with -WhatIf. Keep it: -Undo takes it back.
# Not held: unknown: no SID is known of 'CONTOSO\nobody', so no entry can name it. Remedy: state the SID under principals.
#Requires -Version 5.1
#Requires -RunAsAdministrator
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    # Takes the steps back, last first.
    [switch] $Undo
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$Folder = 'C:\Program Files\Microsoft\Exchange Server\V15\TransportRoles\Pickup'
$Mask = 1048978

function New-OwnRule([string] $Sid) {
    $account = New-Object System.Security.Principal.SecurityIdentifier $Sid
    return New-Object System.Security.AccessControl.FileSystemAccessRule @(
        $account, [System.Security.AccessControl.FileSystemRights] $Mask, 'Allow')
}

# How many entries of exactly that shape the folder has.
function Measure-OwnRule([System.Security.AccessControl.DirectorySecurity] $List, [string] $Sid) {
    $rules = $List.GetAccessRules($true, $false, [System.Security.Principal.SecurityIdentifier])
    return @($rules | Where-Object {
        $_.IdentityReference.Value -eq $Sid -and [int]$_.FileSystemRights -eq $Mask -and
        [string]$_.AccessControlType -eq 'Allow' -and [string]$_.InheritanceFlags -eq 'None'
    }).Count
}

function Set-FolderEntry([string] $Sid, [bool] $Wanted) {
    $item = Get-Item -LiteralPath $Folder
    $list = $item.GetAccessControl('Access')
    if ((Measure-OwnRule $list $Sid) -ne [int](-not $Wanted) -and -not $WhatIfPreference) {
        throw ('The entry of ' + $Sid + ' is not as it was when this script was written')
    }
    if (-not $PSCmdlet.ShouldProcess($Folder, 'Set the entry of ' + $Sid + ' to ' + $Wanted)) { return }
    if ($Wanted) { $list.AddAccessRule((New-OwnRule $Sid)) } else { $list.RemoveAccessRuleSpecific((New-OwnRule $Sid)) }
    $item.SetAccessControl($list)
    if ((Measure-OwnRule $item.GetAccessControl('Access') $Sid) -ne [int]$Wanted) {
        throw ('The entry of ' + $Sid + ' reads back otherwise than it was written')
    }
}

function Set-ShareEntry([string] $Share, [string] $Sid, [bool] $Wanted) {
    $found = @(Get-SmbShare | Where-Object { $_.Name -eq $Share })
    if ($found.Count -ne 1) { throw ('There must be one share ' + $Share + ', found ' + $found.Count) }
    $account = (New-Object System.Security.Principal.SecurityIdentifier $Sid).Translate(
        [System.Security.Principal.NTAccount]).Value
    if (-not $PSCmdlet.ShouldProcess($Share, 'Set the entry of ' + $account + ' to ' + $Wanted)) { return }
    if ($Wanted) {
        $found[0] | Grant-SmbShareAccess -AccountName $account -AccessRight Change -Confirm:$false -Force | Out-Null
    } else {
        $found[0] | Revoke-SmbShareAccess -AccountName $account -Confirm:$false -Force | Out-Null
    }
}

if (-not $Undo) {
    # 1. Let S-1-5-21-1-2-3-1104 create files in the pickup folder.
    Set-FolderEntry 'S-1-5-21-1-2-3-1104' $true
    # 2. Let S-1-5-21-1-2-3-1104 through the share 'Pickup' (Change).
    Set-ShareEntry 'Pickup' 'S-1-5-21-1-2-3-1104' $true
    # 3. Let S-1-5-21-1-2-3-1104 through the share 'O'Brien’s' (Change).
    Set-ShareEntry 'O''Brien’’s' 'S-1-5-21-1-2-3-1104' $true
    # 4. Let S-1-5-21-1-2-3-1105 through the share 'Pickup' (Change).
    Set-ShareEntry 'Pickup' 'S-1-5-21-1-2-3-1105' $true
    # 5. Let S-1-5-21-1-2-3-1105 through the share 'O'Brien’s' (Change).
    Set-ShareEntry 'O''Brien’’s' 'S-1-5-21-1-2-3-1105' $true
    # 6. Let S-1-5-21-1-2-3-1106 create files in the pickup folder.
    Set-FolderEntry 'S-1-5-21-1-2-3-1106' $true
    # 7. Let S-1-5-21-1-2-3-1106 through the share 'Pickup' (Change).
    Set-ShareEntry 'Pickup' 'S-1-5-21-1-2-3-1106' $true
    # 8. Let S-1-5-21-1-2-3-1106 through the share 'O'Brien’s' (Change).
    Set-ShareEntry 'O''Brien’’s' 'S-1-5-21-1-2-3-1106' $true
    # 9. Take from S-1-5-21-1-2-3-1999 its way through the share 'Pickup'.
    Set-ShareEntry 'Pickup' 'S-1-5-21-1-2-3-1999' $false
    # 10. Take from S-1-5-21-1-2-3-1999 the right to create files in the pickup folder.
    Set-FolderEntry 'S-1-5-21-1-2-3-1999' $false
} else {
    # 1. Let S-1-5-21-1-2-3-1999 create files in the pickup folder.
    Set-FolderEntry 'S-1-5-21-1-2-3-1999' $true
    # 2. Let S-1-5-21-1-2-3-1999 through the share 'Pickup' (Change).
    Set-ShareEntry 'Pickup' 'S-1-5-21-1-2-3-1999' $true
    # 3. Take from S-1-5-21-1-2-3-1106 its way through the share 'O'Brien’s'.
    Set-ShareEntry 'O''Brien’’s' 'S-1-5-21-1-2-3-1106' $false
    # 4. Take from S-1-5-21-1-2-3-1106 its way through the share 'Pickup'.
    Set-ShareEntry 'Pickup' 'S-1-5-21-1-2-3-1106' $false
    # 5. Take from S-1-5-21-1-2-3-1106 the right to create files in the pickup folder.
    Set-FolderEntry 'S-1-5-21-1-2-3-1106' $false
    # 6. Take from S-1-5-21-1-2-3-1105 its way through the share 'O'Brien’s'.
    Set-ShareEntry 'O''Brien’’s' 'S-1-5-21-1-2-3-1105' $false
    # 7. Take from S-1-5-21-1-2-3-1105 its way through the share 'Pickup'.
    Set-ShareEntry 'Pickup' 'S-1-5-21-1-2-3-1105' $false
    # 8. Take from S-1-5-21-1-2-3-1104 its way through the share 'O'Brien’s'.
    Set-ShareEntry 'O''Brien’’s' 'S-1-5-21-1-2-3-1104' $false
    # 9. Take from S-1-5-21-1-2-3-1104 its way through the share 'Pickup'.
    Set-ShareEntry 'Pickup' 'S-1-5-21-1-2-3-1104' $false
    # 10. Take from S-1-5-21-1-2-3-1104 the right to create files in the pickup folder.
    Set-FolderEntry 'S-1-5-21-1-2-3-1104' $false
}

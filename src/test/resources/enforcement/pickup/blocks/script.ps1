# Pickup folder of EX01, by Postern.
# Run it there in Windows PowerShell as administrator, first with -WhatIf. Keep it: -Undo takes it back.
# Not held: account: whom it blocks may be a member of 'CONTOSO\Backup', and Postern writes no denying entries to the pickup folder. Remedy: state the kind or the members under principals, or name accounts in the grant.
# Not held: account-there: it names addresses, and the pickup folder's list knows accounts only: who may write there may do so from everywhere. Remedy: block the accounts alone, or take pickup from the grant.
# Not held: computer: it asks for a computer, and the pickup folder's list knows accounts only: who may write there may do so from every computer. Remedy: block the accounts alone, or take pickup from the grant.
# Not held: address: it names addresses, and the pickup folder's list knows accounts only: who may write there may do so from everywhere. Remedy: block the accounts alone, or take pickup from the grant.
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
    # 2. Let S-1-5-21-1-2-3-1106 create files in the pickup folder.
    Set-FolderEntry 'S-1-5-21-1-2-3-1106' $true
    # 3. Let S-1-5-21-1-2-3-1200 create files in the pickup folder.
    Set-FolderEntry 'S-1-5-21-1-2-3-1200' $true
} else {
    # 1. Take from S-1-5-21-1-2-3-1200 the right to create files in the pickup folder.
    Set-FolderEntry 'S-1-5-21-1-2-3-1200' $false
    # 2. Take from S-1-5-21-1-2-3-1106 the right to create files in the pickup folder.
    Set-FolderEntry 'S-1-5-21-1-2-3-1106' $false
    # 3. Take from S-1-5-21-1-2-3-1104 the right to create files in the pickup folder.
    Set-FolderEntry 'S-1-5-21-1-2-3-1104' $false
}

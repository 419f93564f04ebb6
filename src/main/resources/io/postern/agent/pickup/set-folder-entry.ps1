# Adds one entry of ours to the pickup folder's access list, or removes it. Entries of others stay
# as they are: the list is read, changed and written in one go, and only its access part.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($path, $whatIf)
    $item = New-Object -TypeName 'System.IO.DirectoryInfo' -ArgumentList $path
    $list = $item.GetAccessControl([System.Security.AccessControl.AccessControlSections]::Access)
    $sid = New-Object -TypeName $sidType.FullName -ArgumentList $request.sid
    $rights = [System.Security.AccessControl.FileSystemRights] [int] $request.mask
    $rule = New-Object -TypeName 'System.Security.AccessControl.FileSystemAccessRule' -ArgumentList @(
        $sid, $rights, [System.Security.AccessControl.AccessControlType]::Allow
    )
    if ($request.wanted) {
        $list.AddAccessRule($rule)
    } else {
        $list.RemoveAccessRuleSpecific($rule)
    }
    # .NET knows no -WhatIf: the new list is made and not written.
    if (-not $whatIf) {
        $item.SetAccessControl($list)
    }
}
exit (Invoke-Step -Write $write)

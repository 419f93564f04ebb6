# Adds one entry of ours to the access list of one share of the pickup folder, or removes it.
. (Join-Path -Path $PSScriptRoot -ChildPath 'session.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

$write = {
    param($path, $whatIf)
    $found = @(Get-SmbShare -ErrorAction 'Stop' | Where-Object -FilterScript {
        [string]::Equals("$($_.Name)", $request.share, [StringComparison]::OrdinalIgnoreCase)
    })
    if ($found.Count -ne 1 -or -not [string]::Equals("$($found[0].Path)".TrimEnd('\'), $path, [StringComparison]::OrdinalIgnoreCase)) {
        throw "'$($request.share)' must be exactly one share of the pickup folder, found $($found.Count)"
    }
    $sid = New-Object -TypeName $sidType.FullName -ArgumentList $request.sid
    $account = $sid.Translate($accountType).Value
    if ($request.wanted) {
        Grant-SmbShareAccess -InputObject $found[0] -AccountName $account -AccessRight 'Change' -Force -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
    } else {
        Revoke-SmbShareAccess -InputObject $found[0] -AccountName $account -Force -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
    }
}
exit (Invoke-Step -Write $write)

# Creates one authentication set of ours; its name must be free.
. (Join-Path -Path $PSScriptRoot -ChildPath 'store.ps1')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$request = Read-Request

function Get-Proposal {
    foreach ($method in @($request.proposals)) {
        switch ($method) {
            'MachineKerberos' { New-NetIPsecAuthProposal -Machine -Kerberos -ErrorAction 'Stop' }
            'UserKerberos' { New-NetIPsecAuthProposal -User -Kerberos -ErrorAction 'Stop' }
            'Anonymous' { New-NetIPsecAuthProposal -Anonymous -ErrorAction 'Stop' }
            default { throw "there is no proposal '$method'" }
        }
    }
}

$write = {
    param($found, $whatIf)
    $parameters = @{
        'Name' = $request.name
        'DisplayName' = $request.displayName
        'Group' = $ownGroup
        'Proposal' = @(Get-Proposal)
    }
    if ($request.list -eq 'phase1Sets') {
        New-NetIPsecPhase1AuthSet @parameters -PolicyStore $localStore -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
    } else {
        New-NetIPsecPhase2AuthSet @parameters -PolicyStore $localStore -WhatIf:$whatIf -Confirm:$false -ErrorAction 'Stop'
    }
}
exit (Invoke-Step -List $request.list -Check { Assert-FreeName -List $request.list } -Write $write)

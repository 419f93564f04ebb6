package io.postern.enforcement.firewall;

/**
 * What the scripts share, in PowerShell 5.1. {@code $Store} says where rules are kept, {@code
 * $Group} marks ours. Every write is to exactly one object, found by its whole name; names are
 * compared here, since cmdlets read {@code [ ] * ?} in them as wildcards.
 */
final class ScriptFunctions {
    static final String TEXT =
            """
            function Find-Rule([string] $Name) {
                return @(Get-NetFirewallRule @Store -Name ([WildcardPattern]::Escape($Name)) -ErrorAction SilentlyContinue |
                    Where-Object { $_.Name -ceq $Name })
            }

            function Find-SecurityRule([string] $Name) {
                return @(Get-NetIPsecRule @Store -Name ([WildcardPattern]::Escape($Name)) -ErrorAction SilentlyContinue |
                    Where-Object { $_.Name -ceq $Name })
            }

            function Find-Set([int] $Phase, [string] $Name) {
                $pattern = [WildcardPattern]::Escape($Name)
                if ($Phase -eq 1) {
                    $found = @(Get-NetIPsecPhase1AuthSet @Store -Name $pattern -ErrorAction SilentlyContinue)
                } else {
                    $found = @(Get-NetIPsecPhase2AuthSet @Store -Name $pattern -ErrorAction SilentlyContinue)
                }
                return @($found | Where-Object { $_.Name -ceq $Name })
            }

            # Exactly one, and of our group, or the script stops. With -WhatIf none yet is no error.
            function Select-Own([object[]] $Found, [string] $Name) {
                if ($Found.Count -eq 0 -and $WhatIfPreference) { return $null }
                if ($Found.Count -ne 1) { throw ('There must be one ' + $Name + ', found ' + $Found.Count) }
                if ([string]$Found[0].Group -cne $Group) { throw ($Name + ' is not of the group ' + $Group) }
                return $Found[0]
            }

            function Assert-Free([object[]] $Found, [string] $Name) {
                if ($Found.Count -ne 0 -and -not $WhatIfPreference) { throw ($Name + ' is there already') }
            }

            function New-OwnRule([hashtable] $Values) {
                Assert-Free @(Find-Rule $Values.Name) $Values.Name
                if ($PSCmdlet.ShouldProcess($Values.Name, 'Create the rule')) {
                    New-NetFirewallRule @Store -Group $Group @Values | Out-Null
                }
            }

            function Remove-OwnRule([string] $Name) {
                $one = Select-Own @(Find-Rule $Name) $Name
                if ($PSCmdlet.ShouldProcess($Name, 'Remove the rule')) {
                    Remove-NetFirewallRule -InputObject $one -Confirm:$false
                }
            }

            function New-OwnSecurityRule([hashtable] $Values) {
                Assert-Free @(Find-SecurityRule $Values.Name) $Values.Name
                if ($PSCmdlet.ShouldProcess($Values.Name, 'Create the connection security rule')) {
                    New-NetIPsecRule @Store -Group $Group @Values | Out-Null
                }
            }

            function Remove-OwnSecurityRule([string] $Name) {
                $one = Select-Own @(Find-SecurityRule $Name) $Name
                if ($PSCmdlet.ShouldProcess($Name, 'Remove the connection security rule')) {
                    Remove-NetIPsecRule -InputObject $one -Confirm:$false
                }
            }

            function New-OwnSet([int] $Phase, [string] $Name, [string] $DisplayName, [string[]] $Proposals) {
                Assert-Free @(Find-Set $Phase $Name) $Name
                if (-not $PSCmdlet.ShouldProcess($Name, 'Create the authentication set')) { return }
                $made = @(foreach ($proposal in $Proposals) {
                    switch ($proposal) {
                        'MachineKerberos' { New-NetIPsecAuthProposal -Machine -Kerberos }
                        'UserKerberos' { New-NetIPsecAuthProposal -User -Kerberos }
                        'Anonymous' { New-NetIPsecAuthProposal -Anonymous }
                        default { throw ('No proposal is known by the name ' + $proposal) }
                    }
                })
                if ($Phase -eq 1) {
                    New-NetIPsecPhase1AuthSet @Store -Name $Name -DisplayName $DisplayName -Group $Group -Proposal $made | Out-Null
                } else {
                    New-NetIPsecPhase2AuthSet @Store -Name $Name -DisplayName $DisplayName -Group $Group -Proposal $made | Out-Null
                }
            }

            function Remove-OwnSet([int] $Phase, [string] $Name) {
                $one = Select-Own @(Find-Set $Phase $Name) $Name
                if (-not $PSCmdlet.ShouldProcess($Name, 'Remove the authentication set')) { return }
                if ($Phase -eq 1) {
                    Remove-NetIPsecPhase1AuthSet -InputObject $one -Confirm:$false
                } else {
                    Remove-NetIPsecPhase2AuthSet -InputObject $one -Confirm:$false
                }
            }
            """;

    private ScriptFunctions() {}
}

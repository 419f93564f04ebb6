package io.postern.enforcement.outlook;

import io.postern.enforcement.PowerShellText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A plan as a PowerShell 5.1 script that an administrator reads, runs with -WhatIf on the machine,
 * and keeps: -Undo takes the same steps back.
 */
public final class OutlookGuardScript {
    private static final String HEAD =
            """
            #Requires -Version 5.1
            #Requires -RunAsAdministrator
            [CmdletBinding(SupportsShouldProcess = $true)]
            param(
                # Takes the steps back, last first.
                [switch] $Undo
            )
            Set-StrictMode -Version Latest
            $ErrorActionPreference = 'Stop'
            """;

    private static final String FUNCTIONS =
            """

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
            """;

    private OutlookGuardScript() {}

    /**
     * The script of a plan.
     *
     * @param server name, for people
     * @param steps in order; none = a script that says so
     * @throws IllegalArgumentException if the name holds a control character
     */
    public static String of(String server, List<OutlookGuardStep> steps) {
        StringBuilder script = new StringBuilder();
        String title = "Object model guard of Outlook on " + server + ", by Postern.";
        script.append(PowerShellText.comment(title));
        script.append("\n# Run it there in Windows PowerShell as administrator, first with");
        script.append(" -WhatIf. Keep it: -Undo takes it back.\n").append(HEAD);
        if (steps.isEmpty()) {
            return script.append("\n# There is nothing to do.\n").toString();
        }
        List<OutlookGuardStep> back = new ArrayList<>();
        steps.forEach(step -> back.add(step.inverse()));
        Collections.reverse(back);
        script.append(FUNCTIONS).append("\nif (-not $Undo) {\n").append(body(steps));
        return script.append("} else {\n").append(body(back)).append("}\n").toString();
    }

    private static String body(List<OutlookGuardStep> steps) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            OutlookGuardStep step = steps.get(i);
            body.append("    ").append(PowerShellText.comment(i + 1 + ". " + step.description()));
            body.append("\n    Set-GuardValue ").append(PowerShellText.quoted(hive(step.key())));
            body.append(' ').append(PowerShellText.quoted(step.name()));
            body.append(' ').append(number(step.before()));
            body.append(' ').append(number(step.after())).append('\n');
        }
        return body.toString();
    }

    private static String hive(GuardKey key) {
        return key.path()
                .replaceFirst("^HKU", "HKEY_USERS")
                .replaceFirst("^HKLM", "HKEY_LOCAL_MACHINE");
    }

    private static String number(Integer value) {
        return value == null ? "$null" : value.toString();
    }
}

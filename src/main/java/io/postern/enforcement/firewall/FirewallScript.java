package io.postern.enforcement.firewall;

import io.postern.enforcement.PowerShellText;
import io.postern.enforcement.Unsupported;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A plan as a PowerShell 5.1 script that an administrator reads, runs with -WhatIf, runs on the
 * server, and keeps: -Undo takes the same steps back. Cmdlets as in Microsoft's reference of
 * NetSecurity. Before the first write it asks whether local rules hold at all and keeps a dump.
 */
public final class FirewallScript {
    private static final String HEAD =
            """
            #Requires -Version 5.1
            #Requires -RunAsAdministrator
            #Requires -Modules NetSecurity
            [CmdletBinding(SupportsShouldProcess = $true)]
            param(
                # Takes the steps back, last first.
                [switch] $Undo,
                # Where what is there now is kept before the first write.
                [string] $DumpFolder = (Join-Path $env:ProgramData (
                    'Postern\\firewall-' + (Get-Date -Format 'yyyyMMdd-HHmmss')))
            )
            Set-StrictMode -Version Latest
            $ErrorActionPreference = 'Stop'
            $Store = @{ PolicyStore = 'PersistentStore' }
            """;

    private static final String FUNCTIONS =
            """

            # A rule that is not ours: exactly one, also with -WhatIf.
            function Get-Original([string] $Name) {
                $found = @(Find-Rule $Name)
                if ($found.Count -ne 1) { throw ('There must be one rule ' + $Name + ', found ' + $found.Count) }
                if ([string]$found[0].Group -ceq $Group) { throw ($Name + ' is of the group ' + $Group) }
                return $found[0]
            }

            function Copy-Original([string] $Original, [string] $Name, [string] $DisplayName, [string[]] $Ports,
                    [string] $Enabled) {
                $one = Get-Original $Original
                Assert-Free @(Find-Rule $Name) $Name
                if (-not $PSCmdlet.ShouldProcess($Name, 'Copy the rule ' + $Original)) { return }
                Copy-NetFirewallRule -InputObject $one -NewName $Name
                # One write, so that a copy is never on with the ports of an original that is off.
                Set-NetFirewallRule @Store -Name $Name -NewDisplayName $DisplayName -LocalPort $Ports -Enabled $Enabled
                $copy = Get-Original $Name
                $copy.Group = $Group
                Set-NetFirewallRule -InputObject $copy
                Select-Own @(Find-Rule $Name) $Name | Out-Null
            }

            function Switch-Original([string] $Name, [string] $Enabled) {
                $one = Get-Original $Name
                if (-not $PSCmdlet.ShouldProcess($Name, 'Set Enabled to ' + $Enabled)) { return }
                if ($Enabled -eq 'True') {
                    Enable-NetFirewallRule -InputObject $one
                } else {
                    Disable-NetFirewallRule -InputObject $one
                }
            }

            # Local rules must hold and the default must be to block, on every profile in use.
            function Assert-Profiles {
                $used = @(Get-NetConnectionProfile | ForEach-Object {
                    ([string]$_.NetworkCategory).Replace('DomainAuthenticated', 'Domain')
                })
                foreach ($one in Get-NetFirewallProfile -PolicyStore ActiveStore) {
                    if ($used -notcontains [string]$one.Name) { continue }
                    $wrong = @(
                        if ([string]$one.Enabled -eq 'False') { 'the firewall is off' }
                        if ([string]$one.DefaultInboundAction -eq 'Allow') { 'the default inbound action is Allow' }
                        if ([string]$one.AllowInboundRules -eq 'False') { 'all inbound connections are blocked' }
                        if ([string]$one.AllowLocalFirewallRules -eq 'False') { 'local rules are void' }
                        if ($NeedsSecurityRules -and [string]$one.AllowLocalIPsecRules -eq 'False') {
                            'local connection security rules are void'
                        }
                    )
                    if ($wrong.Count -gt 0) { throw ('Profile ' + $one.Name + ': ' + ($wrong -join ', ')) }
                }
            }

            # To look at, and to go back to by hand. A netsh import replaces the whole firewall policy.
            function Save-Firewall {
                if (-not $PSCmdlet.ShouldProcess($DumpFolder, 'Keep a dump of the firewall')) { return }
                New-Item -ItemType Directory -Force -Path $DumpFolder | Out-Null
                $parts = [ordered]@{
                    'profiles' = { Get-NetFirewallProfile -PolicyStore ActiveStore }
                    'rules' = { Get-NetFirewallRule @Store }
                    'ports' = { Get-NetFirewallPortFilter @Store }
                    'addresses' = { Get-NetFirewallAddressFilter @Store }
                    'security' = { Get-NetFirewallSecurityFilter @Store }
                    'applications' = { Get-NetFirewallApplicationFilter @Store }
                    'services' = { Get-NetFirewallServiceFilter @Store }
                    'interfaces' = { Get-NetFirewallInterfaceFilter @Store }
                    'interface-types' = { Get-NetFirewallInterfaceTypeFilter @Store }
                    'security-rules' = { Get-NetIPsecRule @Store }
                    'phase1-sets' = { Get-NetIPsecPhase1AuthSet @Store }
                    'phase2-sets' = { Get-NetIPsecPhase2AuthSet @Store }
                }
                foreach ($part in $parts.Keys) {
                    ConvertTo-Json -Depth 4 -InputObject @(& $parts[$part] | Select-Object * -ExcludeProperty 'Cim*') |
                        Set-Content -Encoding UTF8 -LiteralPath (Join-Path $DumpFolder ($part + '.json'))
                }
                & "$env:SystemRoot\\System32\\netsh.exe" advfirewall export (Join-Path $DumpFolder 'firewall.wfw') | Out-Null
                if ($LASTEXITCODE -ne 0) { throw 'netsh could not export the firewall; nothing was written' }
                Write-Output ('What was there is kept in ' + $DumpFolder)
            }
            """;

    private FirewallScript() {}

    /**
     * The script of a plan.
     *
     * @param server name, for people
     * @param steps in order; none = a script that says so
     * @param unsupported told at the top, for whoever reads the script alone
     * @throws IllegalArgumentException if a name or text in it holds a control character
     */
    public static String of(
            String server, List<FirewallStep> steps, List<Unsupported> unsupported) {
        StringBuilder script = new StringBuilder();
        script.append(PowerShellText.comment("Windows Firewall of " + server + ", by Postern."));
        script.append(
                "\n# Run it there in Windows PowerShell as administrator, first with -WhatIf.");
        script.append(" Keep it: -Undo takes it back.\n");
        unsupported.forEach(
                one -> script.append(PowerShellText.comment(notHeld(one))).append('\n'));
        script.append(HEAD);
        script.append("$Group = ").append(PowerShellText.quoted(FirewallRule.OWN_GROUP));
        script.append("\n$NeedsSecurityRules = ").append(makesSecurityRules(steps)).append("\n\n");
        script.append(ScriptFunctions.TEXT).append(FUNCTIONS);
        if (steps.isEmpty()) {
            return script.append("\n# There is nothing to do.\n").toString();
        }
        List<FirewallStep> back = new ArrayList<>();
        steps.forEach(step -> back.add(step.inverse()));
        Collections.reverse(back);
        ScriptValues values = new ScriptValues();
        FirewallCommands commands = new FirewallCommands(values);
        String forth = body(steps, commands);
        String undo = body(back, commands);
        script.append('\n').append(values.assignments());
        script.append("\n# Whatever is missing is found before the first write.\n");
        for (String original : originals(steps)) {
            script.append("Get-Original ").append(PowerShellText.quoted(original));
            script.append(" | Out-Null\n");
        }
        script.append("if (-not $Undo) { Assert-Profiles }\nSave-Firewall\n");
        script.append("\nif (-not $Undo) {\n").append(forth);
        return script.append("} else {\n").append(undo).append("}\n").toString();
    }

    /** What is not held, as a line for people. */
    static String notHeld(Unsupported one) {
        return "Not held: " + one.entry() + ": " + one.reason() + ". Remedy: " + one.remedy() + ".";
    }

    private static String makesSecurityRules(List<FirewallStep> steps) {
        boolean makes = steps.stream().anyMatch(FirewallStep.CreateSecurityRule.class::isInstance);
        return makes ? "$true" : "$false";
    }

    private static Set<String> originals(List<FirewallStep> steps) {
        Set<String> names = new TreeSet<>();
        for (FirewallStep step : steps) {
            if (step instanceof FirewallStep.CopyRule copy) {
                names.add(copy.original());
            } else if (step instanceof FirewallStep.RemoveCopy remove) {
                names.add(remove.original());
            } else if (step instanceof FirewallStep.DisableOriginal
                    || step instanceof FirewallStep.EnableOriginal) {
                names.add(step.name());
            }
        }
        return names;
    }

    private static String body(List<FirewallStep> steps, FirewallCommands commands) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            FirewallStep step = steps.get(i);
            body.append(i == 0 ? "" : "\n");
            String text =
                    PowerShellText.comment(i + 1 + ". " + step.description())
                            + "\n"
                            + commands.of(step);
            text.lines().forEach(line -> body.append("    ").append(line).append('\n'));
        }
        return body.toString();
    }
}

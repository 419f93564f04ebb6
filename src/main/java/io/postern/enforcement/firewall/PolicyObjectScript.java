package io.postern.enforcement.firewall;

import io.postern.enforcement.PowerShellText;
import java.util.ArrayList;
import java.util.List;

/**
 * A script that brings a group policy object to hold exactly given objects of one group, others of
 * it untouched. One session with the object, saved once; last writer wins, as Open-NetGPO is.
 */
final class PolicyObjectScript {
    private static final String HEAD =
            """
            #Requires -Version 5.1
            #Requires -Modules NetSecurity
            [CmdletBinding(SupportsShouldProcess = $true)]
            param(
                # The group policy object, as domain\\name, such as 'contoso.example\\Mail'.
                [Parameter(Mandatory = $true)] [string] $PolicyStore,
                # The domain controller to write to; else one that Windows picks.
                [string] $DomainController,
                # Takes out what this script puts in.
                [switch] $Undo
            )
            Set-StrictMode -Version Latest
            $ErrorActionPreference = 'Stop'
            $open = @{ PolicyStore = $PolicyStore }
            if ($DomainController) { $open.DomainController = $DomainController }
            $Session = Open-NetGPO @open
            $Store = @{ GPOSession = $Session }
            """;

    private static final String END =
            """

            # What is ours and no longer wanted goes last; sets when no rule uses them.
            Get-NetFirewallRule @Store | Where-Object { $_.Group -ceq $Group -and $Wanted -cnotcontains $_.Name } |
                ForEach-Object { Remove-OwnRule $_.Name }
            Get-NetIPsecRule @Store | Where-Object { $_.Group -ceq $Group -and $Wanted -cnotcontains $_.Name } |
                ForEach-Object { Remove-OwnSecurityRule $_.Name }
            Get-NetIPsecPhase2AuthSet @Store | Where-Object { $_.Group -ceq $Group -and $Wanted -cnotcontains $_.Name } |
                ForEach-Object { Remove-OwnSet 2 $_.Name }
            Get-NetIPsecPhase1AuthSet @Store | Where-Object { $_.Group -ceq $Group -and $Wanted -cnotcontains $_.Name } |
                ForEach-Object { Remove-OwnSet 1 $_.Name }

            if ($PSCmdlet.ShouldProcess($PolicyStore, 'Save the group policy object')) {
                Save-NetGPO -GPOSession $Session
            }
            """;

    private PolicyObjectScript() {}

    /**
     * The script.
     *
     * @param comments lines at the top, for people
     * @param group the mark of what is ours in the object
     */
    static String of(
            List<String> comments,
            String group,
            List<AuthenticationSet> sets,
            List<ConnectionSecurityRule> securityRules,
            List<FirewallRule> rules) {
        StringBuilder script = new StringBuilder();
        comments.forEach(line -> script.append(PowerShellText.comment(line)).append('\n'));
        script.append(HEAD);
        script.append("$Group = ").append(PowerShellText.quoted(group)).append("\n\n");
        script.append(ScriptFunctions.TEXT);
        ScriptValues values = new ScriptValues();
        FirewallCommands commands = new FirewallCommands(values);
        StringBuilder body = new StringBuilder();
        List<String> names = new ArrayList<>();
        for (AuthenticationSet set : sets) {
            names.add(set.name());
            make(body, "Find-Set " + set.phase(), set.name(), commands.create(set));
        }
        for (ConnectionSecurityRule rule : securityRules) {
            names.add(rule.name());
            make(body, "Find-SecurityRule", rule.name(), commands.create(rule));
        }
        for (FirewallRule rule : rules) {
            names.add(rule.name());
            make(body, "Find-Rule", rule.name(), commands.create(rule));
        }
        script.append('\n').append(values.assignments());
        script.append("\n$Wanted = @()\nif (-not $Undo) {\n");
        indented(script, "$Wanted = " + PowerShellText.array(names));
        indented(script, body.toString());
        return script.append("}\n").append(END).toString();
    }

    private static void make(StringBuilder body, String find, String name, String command) {
        body.append("if (@(").append(find).append(' ').append(PowerShellText.quoted(name));
        body.append(").Count -eq 0) {\n");
        indented(body, command);
        body.append("}\n");
    }

    private static void indented(StringBuilder into, String text) {
        text.lines().forEach(line -> into.append("    ").append(line).append('\n'));
    }
}

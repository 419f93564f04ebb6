package io.postern.enforcement.firewall;

import io.postern.enforcement.PowerShellText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Steps as commands of the functions in {@link ScriptFunctions}. */
final class FirewallCommands {
    private static final List<String> INTERFACE_TYPES =
            List.of("Wired", "Wireless", "RemoteAccess");

    private final ScriptValues values;

    FirewallCommands(ScriptValues values) {
        this.values = values;
    }

    /** The command of one step, of one or more lines. */
    String of(FirewallStep step) {
        String name = PowerShellText.quoted(step.name());
        if (step instanceof FirewallStep.CreateRule create) {
            return create(create.rule());
        }
        if (step instanceof FirewallStep.RemoveRule || step instanceof FirewallStep.RemoveCopy) {
            return "Remove-OwnRule " + name;
        }
        if (step instanceof FirewallStep.CopyRule copy) {
            return "Copy-Original "
                    + PowerShellText.quoted(copy.original())
                    + " "
                    + name
                    + " "
                    + PowerShellText.quoted(copy.copy().displayName())
                    + " "
                    + PowerShellText.array(copy.copy().localPorts())
                    + (copy.copy().enabled() ? " 'True'" : " 'False'");
        }
        if (step instanceof FirewallStep.DisableOriginal) {
            return "Switch-Original " + name + " 'False'";
        }
        if (step instanceof FirewallStep.EnableOriginal) {
            return "Switch-Original " + name + " 'True'";
        }
        if (step instanceof FirewallStep.CreateSet create) {
            return create(create.set());
        }
        if (step instanceof FirewallStep.RemoveSet remove) {
            return "Remove-OwnSet " + remove.set().phase() + " " + name;
        }
        if (step instanceof FirewallStep.CreateSecurityRule create) {
            return create(create.rule());
        }
        return "Remove-OwnSecurityRule " + name;
    }

    String create(FirewallRule rule) {
        List<String> lines = new ArrayList<>();
        add(lines, "Name", PowerShellText.quoted(rule.name()));
        add(lines, "DisplayName", PowerShellText.quoted(rule.displayName()));
        add(lines, "Enabled", rule.enabled() ? "'True'" : "'False'");
        add(lines, "Direction", "'Inbound'");
        add(lines, "Action", PowerShellText.quoted(rule.action()));
        add(lines, "Profile", words(List.of(rule.profile().split(", *"))));
        add(lines, "Protocol", PowerShellText.quoted(rule.protocol()));
        unlessAny(lines, "LocalPort", rule.localPorts());
        unlessAny(lines, "LocalAddress", rule.localAddresses());
        add(lines, "RemoteAddress", values.addresses(rule.remoteAddresses()));
        if (!rule.remoteUser().isEmpty()) {
            add(lines, "RemoteUser", values.accounts(rule.remoteUser()));
        }
        if (!rule.remoteMachine().isEmpty()) {
            add(lines, "RemoteMachine", values.accounts(rule.remoteMachine()));
        }
        add(lines, "Authentication", PowerShellText.quoted(rule.authentication()));
        add(lines, "Encryption", PowerShellText.quoted(rule.encryption()));
        unlessAny(lines, "Program", List.of(rule.program()));
        unlessAny(lines, "Service", List.of(rule.service()));
        unlessAny(
                lines,
                "InterfaceType",
                rule.interfaces().stream().filter(INTERFACE_TYPES::contains).toList());
        unlessAny(
                lines,
                "InterfaceAlias",
                rule.interfaces().stream().filter(one -> !INTERFACE_TYPES.contains(one)).toList());
        return "New-OwnRule " + table(lines);
    }

    String create(ConnectionSecurityRule rule) {
        List<String> lines = new ArrayList<>();
        add(lines, "Name", PowerShellText.quoted(rule.name()));
        add(lines, "DisplayName", PowerShellText.quoted(rule.displayName()));
        add(lines, "Enabled", rule.enabled() ? "'True'" : "'False'");
        add(lines, "Profile", words(List.of(rule.profile().split(", *"))));
        add(lines, "InboundSecurity", PowerShellText.quoted(rule.inboundSecurity()));
        add(lines, "OutboundSecurity", PowerShellText.quoted(rule.outboundSecurity()));
        add(lines, "Protocol", PowerShellText.quoted(rule.protocol()));
        unlessAny(lines, "LocalPort", rule.localPorts());
        unlessAny(lines, "RemotePort", rule.remotePorts());
        unlessAny(lines, "LocalAddress", rule.localAddresses());
        add(lines, "RemoteAddress", values.addresses(rule.remoteAddresses()));
        if (!rule.phase1Set().isEmpty()) {
            add(lines, "Phase1AuthSet", PowerShellText.quoted(rule.phase1Set()));
        }
        if (!rule.phase2Set().isEmpty()) {
            add(lines, "Phase2AuthSet", PowerShellText.quoted(rule.phase2Set()));
        }
        return "New-OwnSecurityRule " + table(lines);
    }

    String create(AuthenticationSet set) {
        return "New-OwnSet "
                + set.phase()
                + " "
                + PowerShellText.quoted(set.name())
                + " "
                + PowerShellText.quoted(set.displayName())
                + " "
                + PowerShellText.array(set.proposals());
    }

    private static void unlessAny(List<String> lines, String name, List<String> texts) {
        if (!texts.isEmpty() && !texts.contains(FirewallRule.ANY)) {
            add(lines, name, words(texts));
        }
    }

    private static String words(List<String> texts) {
        return texts.size() == 1
                ? PowerShellText.quoted(texts.get(0))
                : PowerShellText.array(texts);
    }

    private static void add(List<String> lines, String name, String value) {
        lines.add("    " + name + " = " + value.lines().collect(Collectors.joining("\n    ")));
    }

    private static String table(List<String> lines) {
        return "@{\n" + String.join("\n", lines) + "\n}";
    }
}

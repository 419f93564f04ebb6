package io.postern.cli;

import io.postern.enforcement.Unsupported;
import io.postern.enforcement.VisibleText;
import io.postern.enforcement.firewall.AccountList;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallStep;
import java.io.PrintWriter;
import java.util.List;

/** A compiled firewall for people: ours, what is done to originals, and the steps. */
final class FirewallText {
    private static final int SHOWN = 4;

    private FirewallText() {}

    static void print(FirewallCompilation.Outcome outcome, PrintWriter out) {
        List<FirewallRule> rules =
                outcome.last().rules().stream().filter(FirewallRule::isOwn).toList();
        out.println(
                outcome.server()
                        + " should have "
                        + outcome.last().rules().size()
                        + " inbound firewall rules, "
                        + rules.size()
                        + " of them Postern's:");
        for (FirewallRule rule : rules) {
            out.println();
            out.println(
                    "* "
                            + VisibleText.of(rule.displayName())
                            + (rule.enabled() ? "" : " (disabled)"));
            out.println("    " + VisibleText.of(rule.name()));
            out.println("    ports " + String.join(", ", rule.localPorts()) + ", " + who(rule));
            out.println("    from " + few(rule.remoteAddresses()));
        }
        for (ConnectionSecurityRule rule : security(outcome)) {
            out.println();
            out.println("* " + VisibleText.of(rule.displayName()));
            out.println("    connection security " + VisibleText.of(rule.name()));
            out.println("    for " + few(rule.remoteAddresses()));
        }
        steps(outcome.steps(), out);
        if (!outcome.compiled().unsupported().isEmpty()) {
            out.println();
            out.println("What the firewall cannot hold of the policy:");
            for (Unsupported one : outcome.compiled().unsupported()) {
                out.println("  " + one.entry() + ": " + one.reason() + ".");
                out.println("     remedy: " + one.remedy() + ".");
            }
        }
        if (!outcome.refused().isEmpty()) {
            out.println();
            out.println("An agent would refuse to write these rules:");
            outcome.refused().forEach(reason -> out.println("  " + reason));
        }
    }

    private static List<ConnectionSecurityRule> security(FirewallCompilation.Outcome outcome) {
        return outcome.last().securityRules() == null
                ? List.of()
                : outcome.last().securityRules().stream()
                        .filter(ConnectionSecurityRule::isOwn)
                        .toList();
    }

    private static void steps(List<FirewallStep> steps, PrintWriter out) {
        out.println();
        if (steps.isEmpty()) {
            out.println("Nothing to do.");
            return;
        }
        out.println("Steps, each with what takes it back:");
        for (int i = 0; i < steps.size(); i++) {
            out.println("  " + (i + 1) + ". " + VisibleText.of(steps.get(i).description()));
            out.println("     back: " + VisibleText.of(steps.get(i).inverse().description()));
        }
    }

    private static String who(FirewallRule rule) {
        if (!rule.isSecure()) {
            return "nothing to prove";
        }
        return "proven"
                + list(" account", rule.remoteUser())
                + (rule.remoteUser().isEmpty() || rule.remoteMachine().isEmpty() ? "" : " on")
                + list(" computer", rule.remoteMachine());
    }

    private static String list(String word, String sddl) {
        if (sddl.isEmpty()) {
            return "";
        }
        try {
            AccountList list = AccountList.parse(sddl);
            return word
                    + " of "
                    + list.allowed().size()
                    + (list.denied().isEmpty() ? "" : " less " + list.denied().size());
        } catch (IllegalArgumentException e) {
            return word + " of a list that cannot be read";
        }
    }

    private static String few(List<String> texts) {
        return texts.size() <= SHOWN
                ? String.join(", ", texts)
                : String.join(", ", texts.subList(0, SHOWN - 1))
                        + " and "
                        + (texts.size() - SHOWN + 1)
                        + " more";
    }
}

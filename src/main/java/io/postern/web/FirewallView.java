package io.postern.web;

import io.postern.enforcement.firewall.AccountList;
import io.postern.enforcement.firewall.FirewallProfile;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.OriginalRules;
import java.util.Comparator;
import java.util.List;

/** A server's Windows firewall as read back, for its page. */
public record FirewallView(List<ProfileRow> profiles, List<RuleRow> rules, List<String> notes) {
    /** A profile that an interface uses, or may use, with what it does. */
    public record ProfileRow(String name, Badge state) {}

    /**
     * A rule that has to do with the server's ports.
     *
     * @param owner whose it is
     * @param whom whom it lets through beside the addresses
     */
    public record RuleRow(
            String displayName,
            String name,
            Badge owner,
            boolean enabled,
            String action,
            List<String> ports,
            List<String> addresses,
            String whom,
            String source) {}

    /** Null = the server has none that is kept. */
    static FirewallView of(ObservedFirewall firewall) {
        if (firewall == null) {
            return null;
        }
        return new FirewallView(
                firewall.profiles().stream()
                        .filter(profile -> !Boolean.FALSE.equals(profile.active()))
                        .map(profile -> new ProfileRow(profile.name(), state(profile)))
                        .toList(),
                firewall.rules().stream()
                        .sorted(
                                Comparator.comparing((FirewallRule rule) -> !rule.isOwn())
                                        .thenComparing(rule -> !rule.enabled())
                                        .thenComparing(FirewallRule::displayName)
                                        .thenComparing(FirewallRule::name))
                        .map(FirewallView::row)
                        .toList(),
                firewall.notes());
    }

    private static Badge state(FirewallProfile profile) {
        if (profile.enabled() == null || profile.inboundAllowed() == null) {
            return Badge.quiet("Not known");
        }
        if (!profile.enabled()) {
            return Badge.bad("Off: everything is open");
        }
        if (profile.inboundAllowed()) {
            return Badge.bad("Lets in what no rule names");
        }
        if (Boolean.FALSE.equals(profile.localRules())) {
            return Badge.warn("On, rules of the server itself are void");
        }
        return Badge.good("On, drops what no rule lets in");
    }

    private static RuleRow row(FirewallRule rule) {
        return new RuleRow(
                rule.displayName(),
                rule.name(),
                owner(rule),
                rule.enabled(),
                rule.action(),
                rule.localPorts(),
                rule.remoteAddresses(),
                whom(rule),
                rule.source());
    }

    private static Badge owner(FirewallRule rule) {
        if (rule.isOwn()) {
            return Badge.good(rule.isCopy() ? "Postern's copy" : "Postern's");
        }
        boolean isClosed = !rule.enabled() && OriginalRules.isClosable(rule);
        return Badge.quiet(isClosed ? "Found there, closed" : "Found there");
    }

    private static String whom(FirewallRule rule) {
        if (!rule.isSecure()) {
            return "anybody";
        }
        String accounts = count(rule.remoteUser(), "account");
        String computers = count(rule.remoteMachine(), "computer");
        if (accounts.isEmpty() && computers.isEmpty()) {
            return "any proven computer";
        }
        return accounts.isEmpty() || computers.isEmpty()
                ? accounts + computers
                : accounts + " on " + computers;
    }

    private static String count(String sddl, String what) {
        if (sddl.isEmpty()) {
            return "";
        }
        try {
            AccountList list = AccountList.parse(sddl);
            int size = list.allowed().size();
            String text = size + " " + what + (size == 1 ? "" : "s");
            return list.denied().isEmpty()
                    ? text
                    : text + " without " + list.denied().size() + " denied";
        } catch (IllegalArgumentException e) {
            return what + "s that cannot be read";
        }
    }
}

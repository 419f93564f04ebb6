package io.postern.enforcement.firewall;

import io.postern.policy.AddressSet;
import io.postern.policy.IdentityCondition;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What one rule means for the port that Exchange listens on. Immutable. */
final class RuleMeaning {
    /** Executables that listen for SMTP on an Exchange server. */
    private static final Set<String> LISTENERS =
            Set.of("msexchangefrontendtransport.exe", "edgetransport.exe");

    private static final List<String> EVERY = List.of(FirewallRule.ANY);

    private final FirewallRule rule;
    private final RemoteAddresses remote;
    private final IdentityCondition accounts;
    private final IdentityCondition computers;
    private final String unknown;

    private RuleMeaning(
            FirewallRule rule,
            RemoteAddresses remote,
            IdentityCondition accounts,
            IdentityCondition computers,
            String unknown) {
        this.rule = rule;
        this.remote = remote;
        this.accounts = accounts;
        this.computers = computers;
        this.unknown = unknown;
    }

    static RuleMeaning of(FirewallRule rule) {
        RemoteAddresses remote = null;
        String unknown = null;
        try {
            remote = RemoteAddresses.of(rule.remoteAddresses());
            if (!remote.keywords().isEmpty()) {
                unknown = "which addresses " + String.join(", ", remote.keywords()) + " stands for";
            }
        } catch (IllegalArgumentException e) {
            unknown = "what its addresses mean (" + e.getMessage() + ")";
        }
        IdentityCondition accounts = IdentityCondition.ANYBODY;
        IdentityCondition computers = IdentityCondition.ANYBODY;
        if (rule.isSecure()) {
            try {
                accounts = condition(rule.remoteUser());
                computers = condition(rule.remoteMachine());
                boolean asksNobody = rule.remoteUser().isEmpty() && rule.remoteMachine().isEmpty();
                computers = asksNobody ? IdentityCondition.PROVEN : computers;
            } catch (IllegalArgumentException e) {
                accounts = IdentityCondition.ANYBODY;
                computers = IdentityCondition.ANYBODY;
                unknown = "whom it asks for (" + e.getMessage() + ")";
            }
        }
        if (unknown == null && isBound(rule)) {
            unknown = "whether its local addresses or interfaces are those that clients come to";
        }
        return new RuleMeaning(rule, remote, accounts, computers, unknown);
    }

    private static boolean isBound(FirewallRule rule) {
        return !rule.localAddresses().equals(EVERY) || !rule.interfaces().equals(EVERY);
    }

    private static IdentityCondition condition(String sddl) {
        if (sddl.isEmpty()) {
            return IdentityCondition.ANYBODY;
        }
        AccountList list = AccountList.parse(sddl);
        boolean everybody =
                list.allowed().contains(AccountList.EVERYONE)
                        || list.allowed().contains(AccountList.AUTHENTICATED_USERS);
        List<String> except = List.copyOf(list.denied());
        return everybody
                ? IdentityCondition.provenBut(except)
                : IdentityCondition.oneOf(List.copyOf(list.allowed()), except);
    }

    FirewallRule rule() {
        return rule;
    }

    /** Whether it has anything to do with connections to a port that Exchange listens on. */
    boolean touches(int port) {
        return rule.enabled() && rule.coversTcp(port) && isForListener(rule);
    }

    /** Whether its program and service hold for a process of Exchange that listens for SMTP. */
    static boolean isForListener(FirewallRule rule) {
        boolean isProgram = rule.program().equals(FirewallRule.ANY) || isListener(rule.program());
        String service = rule.service().toLowerCase(Locale.ROOT);
        boolean isService =
                rule.service().equals(FirewallRule.ANY)
                        || service.equals("msexchangefrontendtransport")
                        || service.equals("msexchangetransport");
        return isProgram && isService;
    }

    /** Whether a path names a program of Exchange that listens for SMTP. */
    static boolean isListener(String program) {
        int slash = Math.max(program.lastIndexOf('\\'), program.lastIndexOf('/'));
        return LISTENERS.contains(program.substring(slash + 1).strip().toLowerCase(Locale.ROOT));
    }

    boolean isAllow() {
        return rule.action().equals("Allow");
    }

    boolean isBlock() {
        return rule.action().equals("Block");
    }

    boolean isBypass() {
        return rule.action().equals("Bypass");
    }

    boolean isSecure() {
        return rule.isSecure();
    }

    /** Whether it may hold in a profile: what is not known does. */
    boolean mayHoldIn(FirewallProfile profile) {
        return profile.isIn(rule.profile())
                && (!rule.isLocal() || !Boolean.FALSE.equals(profile.localRules()));
    }

    /** Whether it certainly holds in a profile. */
    boolean surelyHoldsIn(FirewallProfile profile) {
        return profile.isIn(rule.profile())
                && (!rule.isLocal() || Boolean.TRUE.equals(profile.localRules()));
    }

    /** Where it may apply: what is not known is everywhere. */
    AddressSet addresses() {
        return remote == null || !remote.keywords().isEmpty() ? AddressSet.ALL : remote.set();
    }

    /** Where it certainly blocks; one that asks for an identity blocks nobody for certain. */
    AddressSet surelyBlocked() {
        boolean isForEveryProgram =
                rule.program().equals(FirewallRule.ANY) && rule.service().equals(FirewallRule.ANY);
        return remote == null
                        || rule.isSecure()
                        || isBound(rule)
                        || !isForEveryProgram
                        || !rule.narrowing().isEmpty()
                ? AddressSet.EMPTY
                : remote.set();
    }

    IdentityCondition accounts() {
        return accounts;
    }

    IdentityCondition computers() {
        return computers;
    }

    /** What is not known of it, a sentence; empty = nothing. */
    Optional<String> unknown() {
        boolean isMoot = unknown == null || isBlock() && surelyBlocked().equals(AddressSet.ALL);
        return isMoot
                ? Optional.empty()
                : Optional.of(
                        "Of the rule '"
                                + rule.displayName()
                                + "' ("
                                + rule.name()
                                + ") it is not known "
                                + unknown
                                + "; it counts as "
                                + (isBlock() ? "blocking nothing there." : "open to all of them."));
    }
}

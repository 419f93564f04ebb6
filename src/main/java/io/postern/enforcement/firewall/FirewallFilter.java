package io.postern.enforcement.firewall;

import io.postern.enforcement.NetworkLayer.Peer;
import java.util.List;
import java.util.Optional;

/**
 * What a Windows firewall does with one connection, rule by rule: what a simulated server runs
 * behind, and the measure of {@link FirewallEffect}, which answers for every connection at once.
 * Only what is certain is let through here: what the firewall's data do not say is no permission.
 */
public final class FirewallFilter {
    private static final String NOBODY_MATCHED = "no rule";

    private FirewallFilter() {}

    /**
     * What lets a connection through.
     *
     * @param isAdmitted whether it gets through
     * @param because name of the rule or profile that decided
     */
    public record Outcome(boolean isAdmitted, String because) {}

    /**
     * Decides for a connection that comes in on the first active profile; without an active one, on
     * the first.
     *
     * @param port TCP port on which Exchange listens
     */
    public static Outcome decide(ObservedFirewall firewall, int port, Peer peer) {
        FirewallProfile profile = profile(firewall);
        if (!Boolean.TRUE.equals(profile.enabled())) {
            return new Outcome(true, "profile " + profile.name() + " (off)");
        }
        Proof proof = Proof.of(firewall, profile, port, peer);
        if (!proof.mayGoOn()) {
            return new Outcome(false, "an identity is required");
        }
        Optional<FirewallRule> found = first(firewall, "Bypass", profile, port, peer, proof);
        if (found.isPresent()) {
            return new Outcome(true, found.get().name());
        }
        found = first(firewall, "Block", profile, port, peer, proof);
        if (found.isPresent()) {
            return new Outcome(false, found.get().name());
        }
        if (!Boolean.TRUE.equals(profile.blocksAll())) {
            found = first(firewall, "Allow", profile, port, peer, proof);
        }
        if (found.isPresent()) {
            return new Outcome(true, found.get().name());
        }
        return Boolean.TRUE.equals(profile.inboundAllowed())
                ? new Outcome(true, "profile " + profile.name() + " (inbound allowed)")
                : new Outcome(false, NOBODY_MATCHED);
    }

    private static FirewallProfile profile(ObservedFirewall firewall) {
        List<FirewallProfile> profiles = firewall.profiles();
        return profiles.stream()
                .filter(profile -> Boolean.TRUE.equals(profile.active()))
                .findFirst()
                .orElseGet(() -> profiles.get(0));
    }

    private static Optional<FirewallRule> first(
            ObservedFirewall firewall,
            String action,
            FirewallProfile profile,
            int port,
            Peer peer,
            Proof proof) {
        return firewall.rules().stream()
                .filter(rule -> rule.enabled() && rule.action().equals(action))
                .filter(rule -> rule.coversTcp(port) && RuleMeaning.isForListener(rule))
                .filter(rule -> profile.isIn(rule.profile()))
                .filter(rule -> !rule.isLocal() || !Boolean.FALSE.equals(profile.localRules()))
                .filter(
                        rule ->
                                RemoteAddresses.of(rule.remoteAddresses())
                                        .set()
                                        .contains(peer.address()))
                .filter(rule -> !action.equals("Block") || isForEveryProgram(rule))
                .filter(rule -> proof.satisfies(rule))
                .findFirst();
    }

    /** A rule for one of Exchange's programs blocks that one only, and another may listen. */
    private static boolean isForEveryProgram(FirewallRule rule) {
        return rule.program().equals(FirewallRule.ANY) && rule.service().equals(FirewallRule.ANY);
    }

    /** What a peer has proven by the time that firewall rules are asked. */
    private record Proof(boolean asked, boolean required, boolean ofAccount, Peer peer) {
        static Proof of(ObservedFirewall firewall, FirewallProfile profile, int port, Peer peer) {
            List<ConnectionSecurityRule> matching =
                    firewall.securityRules() == null
                            ? List.of()
                            : firewall.securityRules().stream()
                                    .filter(rule -> rule.enabled() && matches(rule, profile, port))
                                    .filter(
                                            rule ->
                                                    RemoteAddresses.of(rule.remoteAddresses())
                                                            .set()
                                                            .contains(peer.address()))
                                    .toList();
            if (matching.stream().anyMatch(ConnectionSecurityRule::isExemption)) {
                return new Proof(false, false, false, peer);
            }
            List<ConnectionSecurityRule> asking =
                    matching.stream()
                            .filter(rule -> !rule.inboundSecurity().equals("None"))
                            .toList();
            boolean required =
                    asking.stream()
                            .anyMatch(
                                    rule ->
                                            rule.inboundSecurity().equals("Require")
                                                    && !set(firewall, rule.phase1Set())
                                                            .map(AuthenticationSet::isOptional)
                                                            .orElse(false));
            boolean ofAccount = asking.stream().anyMatch(rule -> asksAccount(firewall, rule));
            return new Proof(!asking.isEmpty(), required, ofAccount, peer);
        }

        private static boolean matches(
                ConnectionSecurityRule rule, FirewallProfile profile, int port) {
            return rule.coversTcp(port)
                    && profile.isIn(rule.profile())
                    && (!rule.isLocal() || !Boolean.FALSE.equals(profile.localSecurityRules()));
        }

        private static boolean asksAccount(ObservedFirewall firewall, ConnectionSecurityRule rule) {
            return !rule.phase2Set().isEmpty()
                    && set(firewall, rule.phase2Set())
                            .map(AuthenticationSet::provesAccount)
                            .orElse(true);
        }

        private static Optional<AuthenticationSet> set(ObservedFirewall firewall, String name) {
            return firewall.authenticationSets() == null
                    ? Optional.empty()
                    : firewall.authenticationSets().stream()
                            .filter(set -> set.name().equals(name))
                            .findFirst();
        }

        boolean mayGoOn() {
            return !required || !peer.computerSids().isEmpty();
        }

        boolean satisfies(FirewallRule rule) {
            if (!rule.isSecure()) {
                return true;
            }
            boolean asksNobody = rule.remoteUser().isEmpty() && rule.remoteMachine().isEmpty();
            if (asksNobody) {
                return asked && !peer.computerSids().isEmpty();
            }
            return (rule.remoteUser().isEmpty()
                            || ofAccount
                                    && AccountList.parse(rule.remoteUser())
                                            .admits(peer.accountSids()))
                    && (rule.remoteMachine().isEmpty()
                            || asked
                                    && AccountList.parse(rule.remoteMachine())
                                            .admits(peer.computerSids()));
        }
    }
}

package io.postern.enforcement.firewall;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * What of a server's firewall is Postern's business, as it should be or as it was read back: the
 * plain data that an agent is given and that a journal keeps. Immutable.
 *
 * @param ports the TCP ports that are kept, ascending
 * @param originalsClosed whether no other local rule with explicit ports opens one of them:
 *     Exchange's own rules are disabled and their copies without these ports enabled
 * @param rules our own, copies of originals not among them, by name
 * @param securityRules our own, by name
 * @param authenticationSets our own, by phase and name
 */
public record FirewallState(
        List<Integer> ports,
        boolean originalsClosed,
        List<FirewallRule> rules,
        List<ConnectionSecurityRule> securityRules,
        List<AuthenticationSet> authenticationSets) {
    public FirewallState {
        ports = ports.stream().distinct().sorted().toList();
        rules = rules.stream().sorted(Comparator.comparing(FirewallRule::name)).toList();
        securityRules =
                securityRules.stream()
                        .sorted(Comparator.comparing(ConnectionSecurityRule::name))
                        .toList();
        authenticationSets =
                authenticationSets.stream()
                        .sorted(
                                Comparator.comparingInt(AuthenticationSet::phase)
                                        .thenComparing(AuthenticationSet::name))
                        .toList();
        for (FirewallRule rule : rules) {
            if (!rule.isOwn()) {
                throw new IllegalArgumentException(
                        "rule '" + rule.name() + "' is not Postern's and no part of its state");
            }
        }
    }

    /** As it is before Postern comes: nothing of ours, originals as they are. */
    public static FirewallState asFound(List<Integer> ports, boolean originalsClosed) {
        return new FirewallState(ports, originalsClosed, List.of(), List.of(), List.of());
    }

    /**
     * SHA-256, lower-case hex, over the UTF-8 text of every component in the order of the records,
     * each as a line {@code name=value}; in a value a backslash, line feed and comma are escaped as
     * {@code \\}, {@code \n} and {@code \,}, lists joined by commas. Properties under {@link
     * FirewallRule#other} are no part of it.
     */
    public String digest() {
        StringBuilder text = new StringBuilder("postern-firewall-1\n");
        line(text, "ports", list(ports.stream().map(String::valueOf).toList()));
        line(text, "originalsClosed", String.valueOf(originalsClosed));
        rules.forEach(rule -> write(rule, text));
        securityRules.forEach(rule -> write(rule, text));
        for (AuthenticationSet set : authenticationSets) {
            line(text, "set", escape(set.name()));
            line(text, "displayName", escape(set.displayName()));
            line(text, "phase", String.valueOf(set.phase()));
            line(text, "proposals", list(set.proposals()));
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void write(FirewallRule rule, StringBuilder text) {
        line(text, "rule", escape(rule.name()));
        line(text, "displayName", escape(rule.displayName()));
        line(text, "enabled", String.valueOf(rule.enabled()));
        line(text, "action", escape(rule.action()));
        line(text, "profile", escape(rule.profile()));
        line(text, "protocol", escape(rule.protocol()));
        line(text, "localPorts", list(rule.localPorts()));
        line(text, "localAddresses", list(rule.localAddresses()));
        line(text, "remoteAddresses", list(rule.remoteAddresses()));
        line(text, "remoteUser", escape(rule.remoteUser()));
        line(text, "remoteMachine", escape(rule.remoteMachine()));
        line(text, "authentication", escape(rule.authentication()));
        line(text, "encryption", escape(rule.encryption()));
        line(text, "program", escape(rule.program()));
        line(text, "service", escape(rule.service()));
        line(text, "interfaces", list(rule.interfaces()));
    }

    private static void write(ConnectionSecurityRule rule, StringBuilder text) {
        line(text, "securityRule", escape(rule.name()));
        line(text, "displayName", escape(rule.displayName()));
        line(text, "enabled", String.valueOf(rule.enabled()));
        line(text, "profile", escape(rule.profile()));
        line(text, "inboundSecurity", escape(rule.inboundSecurity()));
        line(text, "outboundSecurity", escape(rule.outboundSecurity()));
        line(text, "protocol", escape(rule.protocol()));
        line(text, "localPorts", list(rule.localPorts()));
        line(text, "remotePorts", list(rule.remotePorts()));
        line(text, "localAddresses", list(rule.localAddresses()));
        line(text, "remoteAddresses", list(rule.remoteAddresses()));
        line(text, "phase1Set", escape(rule.phase1Set()));
        line(text, "phase2Set", escape(rule.phase2Set()));
    }

    private static void line(StringBuilder text, String component, String value) {
        text.append(component).append('=').append(value).append('\n');
    }

    private static String list(List<String> values) {
        return String.join(",", values.stream().map(FirewallState::escape).toList());
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,");
    }
}

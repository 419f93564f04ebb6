package io.postern.enforcement.firewall;

import java.util.List;
import java.util.Set;

/**
 * Rules that are not ours and open a port that we keep: Exchange's own, above all, which setup adds
 * and cumulative updates add again.
 */
public final class OriginalRules {
    /** Display names of the rules that setup makes. */
    private static final Set<String> NAMES =
            Set.of(
                    "MSExchangeFrontendTransport (TCP-In)",
                    "MSExchangeTransportWorker (TCP-In)",
                    "MSExchangeTransportWorker (GFW) (TCP-In)");

    private OriginalRules() {}

    /**
     * Whether the rule, which is not ours, now lets Exchange be reached at a TCP port: on, Allow,
     * covering the port, and for every program or one of Exchange's two.
     */
    public static boolean opens(FirewallRule rule, int port) {
        return rule.enabled()
                && !rule.isOwn()
                && rule.action().equals("Allow")
                && rule.coversTcp(port)
                && isForExchange(rule);
    }

    /**
     * Whether the rule, whoever's it is, lets connections through to Exchange at a TCP port: on,
     * Allow or Bypass, covering the port, and for a program and service that may be Exchange's.
     */
    public static boolean lets(FirewallRule rule, int port) {
        return rule.enabled()
                && !rule.action().equals("Block")
                && rule.coversTcp(port)
                && (isForExchange(rule) || RuleMeaning.isForListener(rule));
    }

    /** {@link #opens(FirewallRule, int)} for any of the ports. */
    static boolean opens(FirewallRule rule, List<Integer> ports) {
        return ports.stream().anyMatch(port -> opens(rule, port));
    }

    /**
     * Whether an agent may replace it by a copy without our ports: a local TCP rule with explicit
     * ports. What opens a port and is not closable is effective drift, told and never touched.
     */
    public static boolean isClosable(FirewallRule rule) {
        return !rule.isOwn()
                && rule.isLocal()
                && rule.action().equals("Allow")
                && rule.protocol().equals("TCP")
                && !LocalPorts.of(rule.localPorts()).any()
                && isForExchange(rule);
    }

    /** Whether its display name is that of a rule which Exchange's setup makes. */
    public static boolean isExchanges(FirewallRule rule) {
        return NAMES.contains(rule.displayName());
    }

    private static boolean isForExchange(FirewallRule rule) {
        String program = rule.program();
        if (program.equalsIgnoreCase(FirewallRule.ANY)) {
            return rule.service().equalsIgnoreCase(FirewallRule.ANY);
        }
        return RuleMeaning.isListener(program);
    }
}

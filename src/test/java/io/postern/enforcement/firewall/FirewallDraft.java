package io.postern.enforcement.firewall;

import io.postern.policy.Policy;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Policies and firewalls in the making, for tests. */
public final class FirewallDraft {
    static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");

    /** An executable of Exchange. */
    public static final String EXCHANGE = "C:\\Program Files\\Exchange\\Bin\\edgetransport.exe";

    private FirewallDraft() {}

    /** What the first server of a policy file compiles to. */
    static CompiledFirewall compile(String yaml) {
        Policy policy = PolicyDocument.parse(yaml).policy();
        return FirewallCompiler.compile(policy, policy.servers().get(0), NOW);
    }

    /** A policy of one server with a Kerberos range; the rest in the file's own words. */
    public static String policy(String more) {
        return """
        version: 1
        servers:
          - {name: EX01, addresses: [10.20.0.11], ports: [25], kerberosRanges: [10.20.0.0/16]}
        """
                + more.stripIndent();
    }

    /** An enabled local allow rule for TCP, of any program. */
    public static FirewallRule rule(
            String name, String displayName, String program, String... ports) {
        return new FirewallRule(
                name,
                displayName,
                "",
                true,
                "Allow",
                "Any",
                "TCP",
                List.of(ports),
                List.of("Any"),
                List.of("Any"),
                "",
                "",
                "NotRequired",
                "NotRequired",
                program,
                "Any",
                List.of("Any"),
                "Local",
                Map.of());
    }

    /** The same rule with another protocol and source. */
    public static FirewallRule of(FirewallRule rule, String protocol, String source) {
        return new FirewallRule(
                rule.name(),
                rule.displayName(),
                rule.group(),
                rule.enabled(),
                rule.action(),
                rule.profile(),
                protocol,
                rule.localPorts(),
                rule.localAddresses(),
                rule.remoteAddresses(),
                rule.remoteUser(),
                rule.remoteMachine(),
                rule.authentication(),
                rule.encryption(),
                rule.program(),
                rule.service(),
                rule.interfaces(),
                source,
                rule.other());
    }

    /** The same rule for other remote addresses. */
    public static FirewallRule remote(FirewallRule rule, String... addresses) {
        return new FirewallRule(
                rule.name(),
                rule.displayName(),
                rule.group(),
                rule.enabled(),
                rule.action(),
                rule.profile(),
                rule.protocol(),
                rule.localPorts(),
                rule.localAddresses(),
                List.of(addresses),
                rule.remoteUser(),
                rule.remoteMachine(),
                rule.authentication(),
                rule.encryption(),
                rule.program(),
                rule.service(),
                rule.interfaces(),
                rule.source(),
                rule.other());
    }

    /** The same rule with other ports. */
    public static FirewallRule ports(FirewallRule rule, String... ports) {
        return new FirewallRule(
                rule.name(),
                rule.displayName(),
                rule.group(),
                rule.enabled(),
                rule.action(),
                rule.profile(),
                rule.protocol(),
                List.of(ports),
                rule.localAddresses(),
                rule.remoteAddresses(),
                rule.remoteUser(),
                rule.remoteMachine(),
                rule.authentication(),
                rule.encryption(),
                rule.program(),
                rule.service(),
                rule.interfaces(),
                rule.source(),
                rule.other());
    }

    /** The usual profiles, and these rules. */
    public static ObservedFirewall observed(FirewallRule... rules) {
        return with(DefaultFirewall.ofFreshServer(), List.of(rules));
    }

    /** The same firewall with these rules alone. */
    public static ObservedFirewall with(ObservedFirewall observed, List<FirewallRule> rules) {
        return new ObservedFirewall(
                observed.profiles(),
                rules,
                observed.securityRules(),
                observed.authenticationSets(),
                observed.notes());
    }

    /** The same firewall with more rules. */
    public static ObservedFirewall plus(ObservedFirewall observed, FirewallRule... rules) {
        List<FirewallRule> all = new ArrayList<>(observed.rules());
        all.addAll(List.of(rules));
        return with(observed, all);
    }

    /** After every step that leads to the state. */
    public static ObservedFirewall reached(ObservedFirewall observed, FirewallState wanted) {
        return after(observed, FirewallPlan.between(observed, wanted));
    }

    static ObservedFirewall after(ObservedFirewall observed, List<FirewallStep> steps) {
        ObservedFirewall now = observed;
        for (FirewallStep step : steps) {
            now = FirewallPlan.apply(now, step);
        }
        return now;
    }

    /** The rule of a name. */
    public static FirewallRule named(ObservedFirewall observed, String name) {
        return observed.rules().stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static List<String> kinds(List<FirewallStep> steps) {
        return steps.stream().map(step -> step.getClass().getSimpleName()).toList();
    }

    static Stream<FirewallRule> own(CompiledFirewall compiled, String slug) {
        return compiled.state().rules().stream()
                .filter(rule -> rule.name().startsWith("postern-25-" + slug + "-"));
    }
}

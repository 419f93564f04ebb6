package io.postern.enforcement.firewall;

import io.postern.enforcement.Unsupported;
import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.ProvenEntries;
import io.postern.policy.ProvenEntries.Entry;
import io.postern.policy.Server;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Compiles a policy to the firewall of one server: plain rules for addresses, secure ones for
 * identities, and the connection security that has them proven. Deterministic; no block rule, and
 * nothing that is not ours is ever changed but the originals that {@link FirewallPlan} closes. What
 * cannot be held is {@link Unsupported}, never a weaker rule.
 */
public final class FirewallCompiler {
    /** More rules for one server are refused. */
    public static final int MAX_RULES = 2000;

    private final Policy policy;
    private final Server server;
    private final Instant at;
    private final Set<Unsupported> unsupported = new LinkedHashSet<>();
    private final List<FirewallRule> plain = new ArrayList<>();
    private final List<SecureRules> secure = new ArrayList<>();
    private final Set<Integer> securePorts = new LinkedHashSet<>();

    private FirewallCompiler(Policy policy, Server server, Instant at) {
        this.policy = policy;
        this.server = server;
        this.at = at;
    }

    /**
     * What the server's firewall should hold, originals closed. Without a rule nobody may submit.
     *
     * @param server one of the policy's; all of its ports are compiled
     * @param at the instant that grants must hold at
     * @return its state is null where more than {@link #MAX_RULES} rules would be needed
     */
    public static CompiledFirewall compile(Policy policy, Server server, Instant at) {
        return new FirewallCompiler(policy, server, at).compile();
    }

    private CompiledFirewall compile() {
        List<Integer> ports = server.ports().stream().distinct().sorted().toList();
        ports.forEach(this::port);
        long count = plain.size() + secure.stream().mapToLong(SecureRules::count).sum();
        if (count > MAX_RULES) {
            unsupported.add(
                    new Unsupported(
                            server.name(),
                            count
                                    + " rules would be needed, more than "
                                    + MAX_RULES
                                    + ", so nothing is compiled for this server",
                            "use a group instead of many accounts or computers, and networks"
                                    + " instead of many addresses"));
            return new CompiledFirewall(null, List.copyOf(unsupported));
        }
        boolean isAccountOptional = secure.stream().anyMatch(SecureRules::isForComputersAlone);
        List<FirewallRule> rules = new ArrayList<>(plain);
        secure.forEach(grant -> rules.addAll(grant.rules()));
        List<ConnectionSecurityRule> securityRules = new ArrayList<>();
        for (int port : securePorts) {
            securityRules.addAll(ConnectionSecurity.rules(policy, server, port, isAccountOptional));
        }
        return new CompiledFirewall(
                new FirewallState(
                        ports,
                        true,
                        rules,
                        securityRules,
                        securityRules.isEmpty()
                                ? List.of()
                                : ConnectionSecurity.sets(isAccountOptional)),
                List.copyOf(unsupported));
    }

    private void port(int port) {
        ProvenEntries entries = ProvenEntries.of(policy, server, port, at);
        FirewallLimits limits = new FirewallLimits(server, entries, unsupported::add);
        plain.addAll(AddressRules.of(port, entries.open()));
        AddressSet provable = server.kerberosRanges().subtract(entries.blocked());
        for (Entry grant : entries.identityGrants()) {
            limits.outsideKerberosRanges(grant);
            AddressSet addresses = grant.addresses().intersect(provable);
            SecureRules rules =
                    SecureRules.of(
                            port, grant, addresses, entries.identityBlocks(), unsupported::add);
            if (rules.count() > 0) {
                secure.add(rules);
                securePorts.add(port);
            }
        }
        limits.blocksOfIdentities();
    }
}

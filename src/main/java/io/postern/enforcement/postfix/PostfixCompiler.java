package io.postern.enforcement.postfix;

import io.postern.enforcement.AddressCount;
import io.postern.enforcement.Unsupported;
import io.postern.policy.AddressSet;
import io.postern.policy.AddressTiers;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.ProtectedSources;
import io.postern.policy.ProvenEntries;
import io.postern.policy.ProvenEntries.Entry;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compiles a policy to the tables of a Postfix: who is let in, and who of them may relay. */
public final class PostfixCompiler {
    /** Every smtpd reads its tables whole when it starts, and through them for each client. */
    static final int MAX_LINES = 200_000;

    /** The tiers that a port gives, as Postfix can hold them. */
    private record PortTiers(AddressSet clients, AddressSet relay) {
        PortTiers lowest(PortTiers other) {
            return new PortTiers(clients.intersect(other.clients), relay.intersect(other.relay));
        }
    }

    private final Policy policy;
    private final Server server;
    private final AddressSet provable;
    private final Instant at;
    private final List<Unsupported> unsupported = new ArrayList<>();

    private PostfixCompiler(Policy policy, Server server, AddressSet provable, Instant at) {
        this.policy = policy;
        this.server = server;
        this.provable = provable;
        this.at = at;
    }

    /**
     * What the policy means for the Postfix of a server. Its restrictions hold for every port
     * alike, so that of the policy's ports the lowest tier counts.
     *
     * @param server one of the policy's
     * @param observed says what main.cf held before Postern
     * @param provable from where a layer before it lets an identity be proven; empty = from nowhere
     */
    public static CompiledPostfix compile(
            Policy policy,
            Server server,
            ObservedPostfix observed,
            AddressSet provable,
            Instant at) {
        PostfixParameters found =
                observed.held().isKept() ? observed.held().found() : observed.set();
        return new PostfixCompiler(policy, server, provable, at).compile(found);
    }

    private CompiledPostfix compile(PostfixParameters found) {
        Map<Integer, PortTiers> byPort = new LinkedHashMap<>();
        for (int port : server.ports().stream().distinct().sorted().toList()) {
            AddressTiers tiers = AddressTiers.ofAnyIdentity(policy, server, port, at, provable);
            byPort.put(
                    port,
                    new PortTiers(
                            tiers.of(Tier.NONE).complement(),
                            tiers.of(Tier.RELAY).union(tiers.of(Tier.TRUSTED))));
            if (!tiers.of(Tier.TRUSTED).isEmpty()) {
                trusted(port);
            }
        }
        PortTiers lowest =
                byPort.values().stream()
                        .reduce(PortTiers::lowest)
                        .orElse(new PortTiers(AddressSet.EMPTY, AddressSet.EMPTY));
        byPort.keySet().forEach(port -> identities(port, lowest.clients()));
        byPort.forEach((port, tiers) -> difference(port, tiers, lowest));
        int lines = PostfixText.lines(lowest.clients()) + PostfixText.lines(lowest.relay());
        if (lines > MAX_LINES) {
            tell(
                    server.name(),
                    String.format(
                            "its tables would have %,d lines, and Postfix is given %,d at most",
                            lines, MAX_LINES),
                    "grant networks rather than odd ranges");
            return new CompiledPostfix(null, unsupported);
        }
        return new CompiledPostfix(
                PostfixState.of(found, lowest.clients(), lowest.relay()), unsupported);
    }

    private void trusted(int port) {
        for (Grant grant : ProtectedSources.withGrants(policy)) {
            if (grant.tier() == Tier.TRUSTED && applies(grant, port) && grant.holdsAt(at)) {
                tell(
                        grant.key(),
                        "it grants tier trusted, which Postfix does not know; it is held as relay",
                        "grant relay");
            }
        }
    }

    private boolean applies(Grant grant, int port) {
        return (grant.to().servers().isEmpty()
                        || grant.to().servers().stream().anyMatch(server.name()::equalsIgnoreCase))
                && (grant.to().ports().isEmpty() || grant.to().ports().contains(port));
    }

    private void identities(int port, AddressSet clients) {
        ProvenEntries entries = ProvenEntries.of(policy, server, port, at);
        for (Entry grant : entries.identityGrants()) {
            if (!grant.addresses().subtract(provable).isEmpty()) {
                tell(
                        grant.key(),
                        "it asks for a proven account or computer, which Postfix never sees; its"
                                + " addresses get the tier they have without identity",
                        "give "
                                + server.name()
                                + " an enforcement point before Postfix that proves identity");
            }
        }
        for (Entry block : entries.identityBlocks()) {
            if (!block.addresses().intersect(clients).subtract(provable).isEmpty()) {
                tell(
                        block.key(),
                        "it blocks a proven account or computer, which Postfix never sees",
                        "block its addresses, or block it where identity is proven");
            }
        }
    }

    private void difference(int port, PortTiers tiers, PortTiers lowest) {
        AddressSet further =
                tiers.clients()
                        .subtract(lowest.clients())
                        .union(tiers.relay().subtract(lowest.relay()));
        if (!further.isEmpty()) {
            tell(
                    server.name(),
                    "port "
                            + port
                            + " lets "
                            + AddressCount.of(further.count())
                            + " further than another port, such as "
                            + further.ranges().get(0)
                            + ", and Postfix's restrictions hold for every port alike; the lowest"
                            + " tier counts",
                    "grant the same on every port, or give the port a Postfix of its own");
        }
    }

    private void tell(String entry, String reason, String remedy) {
        Unsupported one = new Unsupported(entry, reason, remedy);
        if (!unsupported.contains(one)) {
            unsupported.add(one);
        }
    }
}

package io.postern.enforcement.nftables;

import io.postern.enforcement.Unsupported;
import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.AddressTiers;
import io.postern.policy.Policy;
import io.postern.policy.ProvenEntries;
import io.postern.policy.ProvenEntries.Entry;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Compiles a policy to our table of one server: on each port the addresses that anybody gets a tier
 * from. Deterministic. nftables sees addresses and ports and nothing else; what that cannot hold is
 * {@link Unsupported}.
 */
public final class NftablesCompiler {
    /** More ranges for one server are refused: nft would need minutes for them. */
    public static final int MAX_RANGES = 200_000;

    /** Where IPv6 writes IPv4 addresses; no packet comes from there. */
    private static final AddressRange MAPPED =
            new AddressRange(
                    Address.ipv6(0, 0xFFFF_0000_0000L), Address.ipv6(0, 0xFFFF_FFFF_FFFFL));

    private final Policy policy;
    private final Server server;
    private final AddressSet provable;
    private final Instant at;
    private final Set<Unsupported> unsupported = new LinkedHashSet<>();

    private NftablesCompiler(Policy policy, Server server, AddressSet provable, Instant at) {
        this.policy = policy;
        this.server = server;
        this.provable = provable;
        this.at = at;
    }

    /**
     * What the server's table should hold.
     *
     * @param server one of the policy's; all of its ports are compiled
     * @param provable from where a layer behind or before this one has identities proven; empty =
     *     from nowhere
     * @param at the instant that grants must hold at
     * @return its state is null where a gateway does not know the server's addresses, or more than
     *     {@link #MAX_RANGES} ranges would be needed
     */
    public static CompiledNftables compile(
            Policy policy, Server server, NftablesHook hook, AddressSet provable, Instant at) {
        return new NftablesCompiler(policy, server, provable, at).compile(hook);
    }

    private CompiledNftables compile(NftablesHook hook) {
        if (hook == NftablesHook.FORWARD && server.addresses().isEmpty()) {
            tell(
                    server.name(),
                    "a gateway keeps the ports of the server's addresses, and the policy states"
                            + " none",
                    "state the addresses of " + server.name());
            return compiled(null);
        }
        SortedMap<Integer, AddressSet> allowed = new TreeMap<>();
        for (int port : server.ports()) {
            AddressTiers tiers = AddressTiers.ofAnyIdentity(policy, server, port, at, provable);
            AddressSet open = written(tiers.of(Tier.NONE).complement());
            allowed.put(port, open);
            limits(ProvenEntries.of(policy, server, port, at), open);
        }
        int ranges = allowed.values().stream().mapToInt(set -> set.ranges().size()).sum();
        if (ranges > MAX_RANGES) {
            tell(
                    server.name(),
                    ranges
                            + " ranges would be needed, more than "
                            + MAX_RANGES
                            + ", so nothing is compiled for this server",
                    "use networks instead of many addresses");
            return compiled(null);
        }
        return compiled(NftablesState.of(hook, written(server.addresses()), allowed));
    }

    /** Without what a text could only say as IPv4 addresses, which it is not. */
    private static AddressSet written(AddressSet set) {
        return set.ranges().stream().noneMatch(MAPPED::contains)
                ? set
                : AddressSet.of(
                        set.ranges().stream().filter(range -> !MAPPED.contains(range)).toList());
    }

    private CompiledNftables compiled(NftablesState state) {
        return new CompiledNftables(state, List.copyOf(unsupported));
    }

    private void limits(ProvenEntries entries, AddressSet open) {
        for (Entry grant : entries.identityGrants()) {
            AddressSet closed =
                    grant.addresses()
                            .subtract(entries.blocked())
                            .subtract(provable)
                            .subtract(entries.open());
            if (!closed.isEmpty() && !isForNobody(grant)) {
                tell(
                        grant.key(),
                        "it asks for a proven account or computer, which nftables never sees; where"
                                + " none is proven its addresses get what they have without"
                                + " identity",
                        "give "
                                + server.name()
                                + " an enforcement point that proves identity, and kerberosRanges"
                                + " that hold the grant's addresses");
            }
        }
        for (Entry block : entries.identityBlocks()) {
            AddressSet passing = block.addresses().intersect(open).subtract(provable);
            if (!passing.isEmpty() && !isForNobody(block)) {
                tell(
                        block.key(),
                        "it blocks a proven account or computer, which nftables never sees: whoever"
                                + " comes from an address that is let through passes",
                        "block its addresses, or block it where identity is proven");
            }
        }
    }

    private static boolean isForNobody(Entry entry) {
        return entry.accounts() != null && entry.accounts().isEmpty()
                || entry.computers() != null && entry.computers().isEmpty();
    }

    private void tell(String entry, String reason, String remedy) {
        unsupported.add(new Unsupported(entry, reason, remedy));
    }
}

package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import io.postern.policy.Addresses;
import io.postern.policy.Block;
import io.postern.policy.From;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.Principal;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random policies over two servers and so few submissions that each can be tried. */
final class PlanSpace {
    static final List<String> ACCOUNTS = List.of("anna", "bert", "carl");
    private static final int SIZE = 16;

    private final Random random;
    private final List<Server> servers;

    PlanSpace(long seed) {
        random = new Random(seed);
        String[] addresses =
                random.nextBoolean()
                        ? new String[] {"10.9.0.1", "fd09::1"}
                        : new String[] {"10.9.0.1", "10.9.0.9", "fd09::1"};
        servers =
                List.of(
                        server(
                                "s1",
                                random.nextBoolean() ? List.of(25) : List.of(25, 26),
                                random.nextBoolean() ? List.of() : List.of("mail.example"),
                                addresses),
                        server("s2", List.of(25), List.of(), "10.9.0.2"));
    }

    private static Server server(
            String name, List<Integer> ports, List<String> names, String... addresses) {
        return new Server(
                name,
                AddressSet.parse(addresses),
                ports,
                null,
                List.of(),
                AddressSet.parse("10.0.0.0/8", "fd00::/8"),
                names,
                ServerMode.ENFORCE);
    }

    /** Every source that the policies tell apart, and one of each family that none names. */
    static List<Address> sources() {
        List<Address> sources = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            sources.add(Address.parse("10.0.0." + i));
            sources.add(Address.parse("fd00::" + Integer.toHexString(i)));
        }
        for (String other :
                List.of("9.255.255.255", "10.0.0.16", "203.0.113.25", "2001:db8:25::25")) {
            sources.add(Address.parse(other));
        }
        return sources;
    }

    /** Everybody who can be proven, and nobody. */
    static List<ProvenIdentity> identities() {
        List<ProvenIdentity> all = new ArrayList<>();
        all.add(ProvenIdentity.NONE);
        ACCOUNTS.forEach(name -> all.add(new ProvenIdentity(name, null)));
        return all;
    }

    Policy policy() {
        List<Grant> grants = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            grants.add(grant("g" + i));
        }
        List<Block> blocks = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            blocks.add(block("b0"));
        }
        return policy(grants, blocks);
    }

    private Policy policy(List<Grant> grants, List<Block> blocks) {
        return new Policy(
                List.of("contoso.example"),
                servers,
                List.of(),
                ACCOUNTS.stream().map(name -> new Principal(name, null, "user", null)).toList(),
                Map.of(),
                grants,
                blocks,
                List.of(),
                List.of());
    }

    Policy changed(Policy policy) {
        List<Grant> grants = new ArrayList<>(policy.grants());
        List<Block> blocks = new ArrayList<>(policy.blocks());
        if (random.nextBoolean()) {
            grants.remove(random.nextInt(grants.size()));
        }
        if (random.nextInt(3) > 0) {
            grants.add(grant("new"));
        }
        if (random.nextInt(3) == 0) {
            blocks.add(block("newblock"));
        }
        return policy(grants, blocks);
    }

    private Grant grant(String key) {
        return new Grant(
                key,
                from(random.nextInt(3) == 0),
                to(),
                Tier.values()[1 + random.nextInt(3)],
                null,
                null,
                null,
                null,
                null);
    }

    private Block block(String key) {
        return new Block(key, from(random.nextInt(2) == 0), to(), null, null);
    }

    private From from(boolean asksForIdentity) {
        List<String> accounts =
                asksForIdentity ? ACCOUNTS.subList(0, 1 + random.nextInt(2)) : List.of();
        String[] ranges = new String[1 + random.nextInt(2)];
        for (int i = 0; i < ranges.length; i++) {
            ranges[i] = range();
        }
        return new From(
                new Addresses(List.of(ranges), AddressSet.parse(ranges)),
                Addresses.NOT_ASKED,
                accounts,
                List.of());
    }

    private String range() {
        int low = random.nextInt(SIZE);
        int high = Math.min(SIZE - 1, low + random.nextInt(6));
        return random.nextBoolean()
                ? "10.0.0." + low + "-10.0.0." + high
                : "fd00::" + Integer.toHexString(low) + "-fd00::" + Integer.toHexString(high);
    }

    private To to() {
        List<Integer> ports = random.nextInt(4) == 0 ? List.of(25) : List.of();
        return new To(random.nextInt(4) == 0 ? List.of("s1") : List.of(), ports, false);
    }
}

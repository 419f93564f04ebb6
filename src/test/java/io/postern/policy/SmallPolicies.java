package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random policies over a space so small that every submission can be tried. */
final class SmallPolicies {
    static final Instant T1 = Instant.parse("2027-01-01T00:00:00Z");
    static final Instant T2 = Instant.parse("2027-06-01T00:00:00Z");
    static final Instant T3 = Instant.parse("2028-01-01T00:00:00Z");
    private static final List<Instant> BOUNDARIES = List.of(T1, T2, T3);

    /** Instants on both sides of every boundary. */
    static final List<Instant> TIMES =
            List.of(
                    Instant.EPOCH,
                    T1.minusSeconds(1),
                    T1,
                    T2.minusSeconds(1),
                    T2,
                    T3.minusSeconds(1),
                    T3,
                    T3.plusSeconds(1_000_000));

    private static final String[] RANGES = {
        "10.0.0.0/30",
        "10.0.0.2-10.0.0.5",
        "10.0.0.7",
        "10.0.0.0/29",
        "fd00::/127",
        "fd00::1-fd00::4",
        "::/0",
        "0.0.0.0/0",
        "127.0.0.0/8"
    };
    private static final String[] ACCOUNTS = {
        "alice", "SVC", "pc1", "Staff", "Nested", "Loop", "Nobody", "Stranger"
    };
    private static final String[] COMPUTERS = {"pc1", "PC2", "Staff", "Nested", "Loop", "Nobody"};

    private final Random random;

    SmallPolicies(long seed) {
        random = new Random(seed);
    }

    /** One address in each interval that the ranges cut the space into, and its neighbours. */
    static List<Address> addresses() {
        List<Address> addresses = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            addresses.add(Address.parse("10.0.0." + i));
        }
        for (int i = 0; i < 6; i++) {
            addresses.add(Address.parse("fd00::" + i));
        }
        for (String text :
                List.of(
                        "0.0.0.0",
                        "9.255.255.255",
                        "127.0.0.1",
                        "127.0.0.2",
                        "10.9.0.1",
                        "10.9.0.2",
                        "255.255.255.255",
                        "::",
                        "::1",
                        "ffff::1")) {
            addresses.add(Address.parse(text));
        }
        return addresses;
    }

    Policy policy() {
        return new Policy(
                List.of("contoso.example"),
                servers(),
                random.nextInt(3) == 0
                        ? List.of(
                                new ProtectedSource(
                                        "gate", "gateway", addresses("10.0.0.6"), tier(), false))
                        : List.of(),
                principals(),
                Map.of(),
                grants(),
                blocks(),
                List.of(),
                List.of());
    }

    /** The same policy with a few entries changed, as real changes are. */
    Policy changed(Policy policy) {
        List<Grant> grants = new ArrayList<>(policy.grants());
        List<Block> blocks = new ArrayList<>(policy.blocks());
        if (!grants.isEmpty() && random.nextBoolean()) {
            grants.remove(random.nextInt(grants.size()));
        }
        if (random.nextBoolean()) {
            grants.add(grant("new"));
        }
        if (random.nextInt(3) == 0) {
            blocks.add(new Block("newblock", from(), to(), null, null));
        }
        return new Policy(
                policy.acceptedDomains(),
                policy.servers(),
                policy.protectedSources(),
                policy.principals(),
                policy.addressSets(),
                grants,
                blocks,
                List.of(),
                List.of());
    }

    private List<Server> servers() {
        List<Server> servers = new ArrayList<>();
        servers.add(server("a", "10.9.0.1", random.nextBoolean() ? List.of(25) : List.of(25, 26)));
        if (random.nextInt(4) > 0) {
            servers.add(server("b", "10.9.0.2", List.of(25)));
        }
        return servers;
    }

    private static Server server(String name, String address, List<Integer> ports) {
        return new Server(
                name,
                AddressSet.parse(address),
                ports,
                null,
                List.of(),
                AddressSet.EMPTY,
                List.of(),
                ServerMode.ENFORCE);
    }

    private List<Principal> principals() {
        List<Principal> all = new ArrayList<>();
        all.add(new Principal("alice", null, "user", null));
        all.add(new Principal("svc", null, "gmsa", null));
        all.add(new Principal("pc1", null, "computer", null));
        if (random.nextBoolean()) {
            all.add(new Principal("pc2", null, "computer", null));
        }
        all.add(
                new Principal(
                        "Staff",
                        null,
                        "group",
                        random.nextInt(3) == 0 ? List.of("ALICE", "pc1") : null));
        all.add(new Principal("Nested", null, "group", List.of("Loop", "svc")));
        all.add(new Principal("Loop", null, "group", List.of("nested", "Staff", "pc2")));
        all.add(new Principal("Nobody", null, "group", List.of()));
        return all;
    }

    private List<Grant> grants() {
        List<Grant> grants = new ArrayList<>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            grants.add(grant("g" + i));
        }
        return grants;
    }

    private Grant grant(String key) {
        Instant notBefore = random.nextInt(4) == 0 ? boundary() : null;
        Instant expires = random.nextInt(3) == 0 ? boundary() : null;
        return new Grant(key, from(), to(), tier(), null, null, null, notBefore, expires);
    }

    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        int count = random.nextInt(3);
        for (int i = 0; i < count; i++) {
            blocks.add(new Block("b" + i, from(), to(), null, boundary()));
        }
        return blocks;
    }

    private From from() {
        boolean anywhere = random.nextInt(3) == 0;
        List<String> accounts = anywhere || random.nextInt(3) == 0 ? some(ACCOUNTS) : List.of();
        List<String> computers = random.nextInt(4) == 0 ? some(COMPUTERS) : List.of();
        Addresses where =
                anywhere ? Addresses.NOT_ASKED : addresses(some(RANGES).toArray(String[]::new));
        Addresses except =
                random.nextInt(3) == 0
                        ? addresses(RANGES[random.nextInt(RANGES.length)])
                        : Addresses.NOT_ASKED;
        return new From(where, except, accounts, computers);
    }

    private To to() {
        List<String> servers = random.nextInt(3) == 0 ? List.of("A") : List.of();
        List<Integer> ports = random.nextInt(4) == 0 ? List.of(25) : List.of();
        return new To(servers, ports, false);
    }

    private Tier tier() {
        return Tier.values()[1 + random.nextInt(3)];
    }

    private Instant boundary() {
        return BOUNDARIES.get(random.nextInt(BOUNDARIES.size()));
    }

    private List<String> some(String[] all) {
        List<String> picked = new ArrayList<>();
        int count = 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            picked.add(all[random.nextInt(all.length)]);
        }
        return picked;
    }

    private static Addresses addresses(String... texts) {
        return new Addresses(List.of(texts), AddressSet.parse(texts));
    }
}

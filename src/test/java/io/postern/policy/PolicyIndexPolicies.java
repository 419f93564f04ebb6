package io.postern.policy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random policies and submissions of a chosen size, for what indexes are held against. */
final class PolicyIndexPolicies {
    static final Instant AT = Instant.parse("2027-03-01T00:00:00Z");
    private static final int SECONDS_OF_A_YEAR = 31_536_000;

    private final Random random;
    private final int serverCount;
    private final int principalCount;
    private final boolean isCrowded;

    /** Crowded = every address in one /26 or one /122, else anywhere. */
    PolicyIndexPolicies(long seed, int serverCount, int principalCount, boolean isCrowded) {
        random = new Random(seed);
        this.serverCount = serverCount;
        this.principalCount = principalCount;
        this.isCrowded = isCrowded;
    }

    Policy policy(int grantCount, int blockCount) {
        List<Server> servers = new ArrayList<>();
        for (int i = 0; i < serverCount; i++) {
            servers.add(server(i));
        }
        List<Grant> grants = new ArrayList<>();
        for (int i = 0; i < grantCount; i++) {
            grants.add(
                    new Grant(
                            "grant-" + i,
                            from(),
                            to(),
                            Tier.values()[1 + random.nextInt(3)],
                            null,
                            null,
                            null,
                            random.nextInt(10) == 0 ? boundary() : null,
                            random.nextInt(10) == 0 ? boundary() : null));
        }
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < blockCount; i++) {
            blocks.add(new Block("block-" + i, from(), to(), null, AT.minusSeconds(1)));
        }
        return new Policy(
                List.of(),
                servers,
                List.of(
                        new ProtectedSource(
                                "gate", "gateway", addresses(List.of(range())), Tier.RELAY, false)),
                principals(),
                Map.of(),
                grants,
                blocks,
                List.of(),
                List.of());
    }

    private Server server(int index) {
        List<Integer> ports =
                switch (random.nextInt(3)) {
                    case 0 -> List.of(25);
                    case 1 -> List.of(25, 26);
                    default -> List.of(26, 2500 + index % 3, 25);
                };
        return new Server(
                "Server" + index,
                random.nextInt(3) == 0 ? AddressSet.of(range()) : AddressSet.EMPTY,
                ports,
                null,
                List.of(),
                AddressSet.EMPTY,
                List.of(),
                ServerMode.ENFORCE);
    }

    private List<Principal> principals() {
        List<Principal> principals = new ArrayList<>();
        for (int i = 0; i < principalCount; i++) {
            principals.add(
                    new Principal("user" + i, i % 2 == 0 ? "S-1-5-21-7-" + i : null, "user", null));
            principals.add(new Principal("PC" + i, null, "computer", null));
        }
        for (int i = 0; i < principalCount / 2; i++) {
            List<String> members = new ArrayList<>();
            for (int j = random.nextInt(6); j > 0; j--) {
                members.add(
                        switch (random.nextInt(5)) {
                            case 0 -> "GROUP" + random.nextInt(principalCount);
                            case 1, 2 -> "pc" + random.nextInt(principalCount);
                            case 3 -> "s-1-5-21-7-" + random.nextInt(principalCount);
                            default -> "USER" + random.nextInt(principalCount);
                        });
            }
            principals.add(
                    new Principal(
                            "Group" + i,
                            i % 3 == 0 ? "S-1-5-21-8-" + i : null,
                            "group",
                            random.nextInt(5) == 0 ? null : members));
        }
        return principals;
    }

    private From from() {
        int shape = random.nextInt(10);
        List<String> accounts = shape < 3 ? names("user") : List.of();
        List<String> computers = shape == 1 || shape == 3 ? names("pc") : List.of();
        boolean isAnywhere = shape < 3 ? random.nextBoolean() : random.nextInt(40) == 0;
        Addresses where = isAnywhere ? Addresses.NOT_ASKED : addresses(ranges());
        Addresses except = random.nextInt(4) == 0 ? addresses(ranges()) : Addresses.NOT_ASKED;
        return new From(where, except, accounts, computers);
    }

    private List<String> names(String kind) {
        List<String> names = new ArrayList<>();
        int count = random.nextInt(8) == 0 ? 5 + random.nextInt(6) : 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            int number = random.nextInt(principalCount);
            names.add(
                    switch (random.nextInt(4)) {
                        case 0 -> kind + number;
                        case 1 -> "stranger" + number % 5;
                        default -> "group" + number % Math.max(1, principalCount / 2);
                    });
        }
        return names;
    }

    private To to() {
        List<String> servers = new ArrayList<>();
        if (random.nextBoolean()) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                servers.add("SERVER" + random.nextInt(serverCount + 1));
            }
        }
        List<Integer> ports =
                switch (random.nextInt(6)) {
                    case 0 -> List.of(25);
                    case 1 -> List.of(26, 2500);
                    default -> List.of();
                };
        return new To(servers, ports, false);
    }

    private Instant boundary() {
        return AT.plusSeconds(random.nextInt(SECONDS_OF_A_YEAR) - SECONDS_OF_A_YEAR / 2);
    }

    private List<AddressRange> ranges() {
        List<AddressRange> ranges = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            ranges.add(range());
        }
        return ranges;
    }

    private AddressRange range() {
        AddressFamily family = random.nextInt(3) == 0 ? AddressFamily.IPV6 : AddressFamily.IPV4;
        int bits = family.bits();
        int prefix = isCrowded ? bits - random.nextInt(7) : bits - random.nextInt(24);
        if (random.nextInt(200) == 0) {
            prefix = random.nextInt(bits + 1);
        }
        BigInteger hosts = BigInteger.ONE.shiftLeft(bits - prefix).subtract(BigInteger.ONE);
        BigInteger base = address(family).value();
        BigInteger low = base.andNot(hosts);
        BigInteger high = low.or(hosts);
        if (random.nextInt(4) == 0) {
            BigInteger other = address(family).value();
            BigInteger far = base.add(hosts).add(BigInteger.valueOf(random.nextInt(9)));
            high = isCrowded ? base.max(other) : far.min(Address.last(family).value());
            low = isCrowded ? base.min(other) : base;
        }
        return new AddressRange(Address.of(family, low), Address.of(family, high));
    }

    Address address(AddressFamily family) {
        if (family == AddressFamily.IPV4) {
            return Address.ipv4(
                    isCrowded ? 0x0A000000L + random.nextInt(64) : random.nextInt() & 0xFFFF_FFFFL);
        }
        return isCrowded
                ? Address.ipv6(0xFD00_0000_0000_0000L, random.nextInt(64))
                : Address.ipv6(0x2001_0DB8_0000_0000L + random.nextInt(50), random.nextLong());
    }

    private static Addresses addresses(List<AddressRange> ranges) {
        return new Addresses(
                ranges.stream().map(AddressRange::toString).toList(), AddressSet.of(ranges));
    }

    /** A submission that the policy takes, at AT. */
    Submission submission(Policy policy, Address address) {
        Server server = policy.servers().get(random.nextInt(policy.servers().size()));
        return new Submission(
                address,
                identity("user"),
                identity("pc"),
                server.name().toUpperCase(),
                server.ports().get(random.nextInt(server.ports().size())),
                AT);
    }

    private String identity(String kind) {
        int number = random.nextInt(principalCount);
        return switch (random.nextInt(6)) {
            case 0 -> null;
            case 1 -> random.nextBoolean() ? "(other)" : "(NONE)";
            case 2 -> "Stranger" + number % 7;
            case 3 ->
                    kind.equals("user") && number % 2 == 0 ? "s-1-5-21-7-" + number : "pC" + number;
            default -> kind + number;
        };
    }

    /** Where decisions can change: each range's ends and their neighbours, and the extremes. */
    static List<Address> edges(Policy policy) {
        List<Address> edges = new ArrayList<>();
        List<From> all = new ArrayList<>();
        policy.grants().forEach(grant -> all.add(grant.from()));
        policy.blocks().forEach(block -> all.add(block.from()));
        List<AddressRange> ranges = new ArrayList<>(AddressSet.ALL.ranges());
        for (From from : all) {
            ranges.addAll(from.addresses().set().ranges());
            ranges.addAll(from.except().set().ranges());
        }
        policy.servers().forEach(server -> ranges.addAll(server.addresses().ranges()));
        for (AddressRange range : ranges) {
            edges.add(range.low());
            edges.add(range.high());
            range.low().previous().ifPresent(edges::add);
            range.high().next().ifPresent(edges::add);
        }
        return edges;
    }
}

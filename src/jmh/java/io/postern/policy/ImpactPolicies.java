package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Pairs of policies to compare, seeded. Of the entries 60% name an IPv4 network /16 to /32, 10% an
 * IPv6 network, 20% an account group and a computer group from any address, 10% a range; 10% are
 * blocks, half hold on one of 16 servers. The 64 account groups and 32 computer groups are leaves:
 * nobody says who is in them.
 */
final class ImpactPolicies {
    private static final int SERVERS = 16;
    private static final int ACCOUNT_GROUPS = 64;
    private static final int COMPUTER_GROUPS = 32;
    private static final Instant YEAR = Instant.parse("2027-01-01T00:00:00Z");
    private static final Tier[] TIERS = {
        Tier.INTERNAL, Tier.INTERNAL, Tier.INTERNAL, Tier.RELAY, Tier.TRUSTED
    };

    private final boolean isDated;
    final Policy before;
    final Policy after;

    /**
     * Makes the pair.
     *
     * @param changed the second policy differs in so many entries; in all if there are no more
     * @param isDated whether a tenth of the grants expire some day of 2027
     */
    ImpactPolicies(int entries, int changed, boolean isDated) {
        this.isDated = isDated;
        Random random = new Random(1);
        List<Object> old = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            old.add(entry(random, i));
        }
        List<Object> young = new ArrayList<>(old);
        Random other = new Random(2);
        for (int i = 0; i < Math.min(changed, entries); i++) {
            int at = changed >= entries ? i : other.nextInt(entries);
            young.set(at, entry(other, at));
        }
        before = policy(old);
        after = policy(young);
    }

    private Object entry(Random random, int number) {
        int kind = random.nextInt(10);
        boolean isIdentity = kind == 7 || kind == 8;
        Addresses addresses =
                isIdentity
                        ? Addresses.NOT_ASKED
                        : addresses(
                                kind < 6 ? ipv4(random) : kind < 7 ? ipv6(random) : range(random));
        From from =
                new From(
                        addresses,
                        Addresses.NOT_ASKED,
                        isIdentity
                                ? List.of("accounts" + random.nextInt(ACCOUNT_GROUPS))
                                : List.of(),
                        isIdentity
                                ? List.of("computers" + random.nextInt(COMPUTER_GROUPS))
                                : List.of());
        To to =
                random.nextBoolean()
                        ? To.EVERYWHERE
                        : new To(List.of("server" + random.nextInt(SERVERS)), List.of(), false);
        String key = "entry-" + number;
        if (random.nextInt(10) == 0) {
            return new Block(key, from, to, null, null);
        }
        Instant expires =
                isDated && random.nextInt(10) == 0
                        ? YEAR.plusSeconds(86_400L * random.nextInt(365))
                        : null;
        Tier tier = TIERS[random.nextInt(TIERS.length)];
        return new Grant(key, from, to, tier, "team", "measured", null, null, expires);
    }

    private static Addresses addresses(AddressRange range) {
        AddressSet set = AddressSet.of(range);
        return new Addresses(set.texts(), set);
    }

    private static AddressRange ipv4(Random random) {
        long hosts = (1L << random.nextInt(17)) - 1;
        long low = (10L << 24 | random.nextInt(1 << 24)) & ~hosts;
        return new AddressRange(Address.ipv4(low), Address.ipv4(low | hosts));
    }

    private static AddressRange range(Random random) {
        long low = 10L << 24 | random.nextInt((1 << 24) - 5_000);
        return new AddressRange(Address.ipv4(low), Address.ipv4(low + 1 + random.nextInt(4_000)));
    }

    private static AddressRange ipv6(Random random) {
        long hosts = random.nextInt(3) == 0 ? -1L : (1L << random.nextInt(63)) - 1;
        long high = 0x2001_0DB8_0000_0000L | random.nextInt(1 << 30);
        long low = random.nextLong() & ~hosts;
        return new AddressRange(Address.ipv6(high, low), Address.ipv6(high, low | hosts));
    }

    private static Policy policy(List<Object> entries) {
        List<Server> servers = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            servers.add(
                    new Server(
                            "server" + i,
                            AddressSet.of(AddressRange.single(Address.ipv4(0xC0A8_0100L + i))),
                            List.of(25),
                            null,
                            List.of(),
                            AddressSet.EMPTY,
                            List.of(),
                            ServerMode.ENFORCE));
        }
        List<Principal> principals = new ArrayList<>();
        for (int i = 0; i < ACCOUNT_GROUPS; i++) {
            principals.add(new Principal("accounts" + i, null, "group", null));
        }
        for (int i = 0; i < COMPUTER_GROUPS; i++) {
            principals.add(new Principal("computers" + i, null, "group", null));
        }
        List<Grant> grants = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        for (Object entry : entries) {
            if (entry instanceof Grant grant) {
                grants.add(grant);
            } else {
                blocks.add((Block) entry);
            }
        }
        return new Policy(
                List.of(),
                servers,
                List.of(),
                principals,
                Map.of(),
                grants,
                blocks,
                List.of(),
                List.of());
    }
}

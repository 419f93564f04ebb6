package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The policy and the requests that every engine is asked. Of the entries 70% name a network, 20% an
 * account group and a computer group, 10% a range; 10% are blocks; half hold on one of 16 servers.
 * Of the 4096 distinct requests half are allowed; each proves an account and a computer.
 */
final class BenchmarkPolicy {
    static final int REQUESTS = 4096;
    static final int ACCOUNTS = 10_000;
    static final int GROUPS_OF_ACCOUNT = 5;
    static final int COMPUTERS = 10_000;
    static final int GROUPS_OF_COMPUTER = 2;
    static final int SERVERS = 16;
    static final Instant AT = Instant.parse("2027-03-01T00:00:00Z");
    private static final int ACCOUNT_GROUPS = 2_000;
    private static final int COMPUTER_GROUPS = 500;

    /** One request in the words of a client, with the numbers that some engines want. */
    record Request(
            String address,
            Address parsed,
            int account,
            int computer,
            int server,
            boolean isAllowed) {
        /** By SID, as a directory hands it over. */
        String accountName() {
            return sid(account);
        }

        String computerName() {
            return "computer" + computer;
        }

        String serverName() {
            return "server" + server;
        }
    }

    private final Random random = new Random(42);
    private final AddressFamily family;
    final int[][] accountGroups = new int[ACCOUNTS][];
    final int[][] computerGroups = new int[COMPUTERS][];
    final Policy policy;
    final Request[] requests;

    /** That many grants, and a ninth of it blocks. */
    BenchmarkPolicy(int grantCount, AddressFamily family) {
        this.family = family;
        List<List<String>> accounts = join(accountGroups, GROUPS_OF_ACCOUNT, ACCOUNT_GROUPS, true);
        List<List<String>> computers =
                join(computerGroups, GROUPS_OF_COMPUTER, COMPUTER_GROUPS, false);
        List<Principal> principals = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            principals.add(new Principal("account" + i, sid(i), "user", null));
        }
        for (int i = 0; i < COMPUTERS; i++) {
            principals.add(new Principal("computer" + i, sid(100_000 + i), "computer", null));
        }
        for (int i = 0; i < ACCOUNT_GROUPS; i++) {
            principals.add(new Principal("accounts" + i, null, "group", accounts.get(i)));
        }
        for (int i = 0; i < COMPUTER_GROUPS; i++) {
            principals.add(new Principal("computers" + i, null, "group", computers.get(i)));
        }
        List<Server> servers = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            servers.add(
                    new Server(
                            "server" + i,
                            AddressSet.EMPTY,
                            List.of(25),
                            null,
                            List.of(),
                            AddressSet.EMPTY,
                            List.of(),
                            ServerMode.ENFORCE));
        }
        List<Grant> grants = new ArrayList<>();
        for (int i = 0; i < grantCount; i++) {
            Tier tier = Tier.values()[1 + random.nextInt(3)];
            String key = "grant-" + random.nextInt(10_000_000) + "-" + i;
            grants.add(new Grant(key, from(), to(), tier, null, null, null, null, null));
        }
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < grantCount / 9; i++) {
            String key = "block-" + random.nextInt(10_000_000) + "-" + i;
            blocks.add(new Block(key, from(), to(), null, null));
        }
        policy =
                new Policy(
                        List.of(),
                        servers,
                        List.of(),
                        principals,
                        Map.of(),
                        grants,
                        blocks,
                        List.of(),
                        List.of());
        requests = requests();
    }

    static String sid(int number) {
        return "S-1-5-21-1004336348-1177238915-682003330-" + (1000 + number);
    }

    private List<List<String>> join(int[][] groups, int each, int count, boolean isAccounts) {
        List<List<String>> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new ArrayList<>());
        }
        for (int i = 0; i < groups.length; i++) {
            groups[i] = random.ints(0, count).distinct().limit(each).sorted().toArray();
            for (int group : groups[i]) {
                members.get(group).add((isAccounts ? "account" : "computer") + i);
            }
        }
        return members;
    }

    private From from() {
        int kind = random.nextInt(10);
        if (kind < 2) {
            return new From(
                    Addresses.NOT_ASKED,
                    Addresses.NOT_ASKED,
                    List.of("accounts" + random.nextInt(ACCOUNT_GROUPS)),
                    List.of("computers" + random.nextInt(COMPUTER_GROUPS)));
        }
        AddressRange range = kind < 9 ? network() : range();
        return new From(
                new Addresses(List.of(range.toString()), AddressSet.of(range)),
                Addresses.NOT_ASKED,
                List.of(),
                List.of());
    }

    /** A /16 to /32, or of IPv6 a /32 to /128. */
    private AddressRange network() {
        Address base = address();
        if (family == AddressFamily.IPV4) {
            long hosts = (1L << random.nextInt(17)) - 1;
            return new AddressRange(
                    Address.ipv4(base.low() & ~hosts), Address.ipv4(base.low() | hosts));
        }
        int prefix = 32 + random.nextInt(97);
        long high = prefix >= 64 ? 0 : -1L >>> prefix;
        long low = prefix <= 64 ? -1L : prefix == 128 ? 0 : -1L >>> prefix - 64;
        return new AddressRange(
                Address.ipv6(base.high() & ~high, base.low() & ~low),
                Address.ipv6(base.high() | high, base.low() | low));
    }

    private AddressRange range() {
        Address low = address();
        if (family == AddressFamily.IPV4) {
            long high = Math.min(0xFFFF_FFFFL, low.low() + random.nextInt(5000));
            return new AddressRange(low, Address.ipv4(high));
        }
        return new AddressRange(low, Address.ipv6(low.high() + random.nextInt(5000), low.low()));
    }

    /** Any IPv4 address, or one of 2000::/6. */
    private Address address() {
        return family == AddressFamily.IPV4
                ? Address.ipv4(random.nextInt() & 0xFFFF_FFFFL)
                : Address.ipv6(0x2000_0000_0000_0000L | random.nextLong() >>> 6, random.nextLong());
    }

    private To to() {
        return random.nextBoolean()
                ? To.EVERYWHERE
                : new To(List.of("server" + random.nextInt(SERVERS)), List.of(), false);
    }

    private Request[] requests() {
        PolicyIndex index = PolicyIndex.of(policy, AT);
        Set<String> seen = new HashSet<>();
        List<Request> all = new ArrayList<>();
        int[] left = {REQUESTS / 2, REQUESTS / 2};
        while (all.size() < REQUESTS) {
            Request request = request(index);
            int side = request.isAllowed() ? 0 : 1;
            if (left[side] > 0 && seen.add(request.toString())) {
                left[side]--;
                all.add(request);
            }
        }
        return all.toArray(Request[]::new);
    }

    /** Near a random grant, or, one time in four, anywhere. */
    private Request request(PolicyIndex index) {
        Address address = address();
        int account = random.nextInt(ACCOUNTS);
        int computer = random.nextInt(COMPUTERS);
        int server = random.nextInt(SERVERS);
        if (random.nextInt(4) > 0) {
            Grant grant = policy.grants().get(random.nextInt(policy.grants().size()));
            if (grant.from().needsIdentity()) {
                account = member(accountGroups, grant.from().accounts().get(0));
                computer = member(computerGroups, grant.from().computers().get(0));
            } else {
                address = inside(grant.from().addresses().set().ranges().get(0));
            }
            if (!grant.to().servers().isEmpty()) {
                server = Integer.parseInt(grant.to().servers().get(0).substring(6));
            }
        }
        long outcome =
                index.decide(
                        address,
                        index.account("account" + account),
                        index.computer("computer" + computer),
                        index.place("server" + server, 25));
        boolean isAllowed = index.tier(outcome) != Tier.NONE;
        return new Request(address.toString(), address, account, computer, server, isAllowed);
    }

    private int member(int[][] groups, String name) {
        int group = Integer.parseInt(name.replaceAll("\\D", ""));
        int first = random.nextInt(groups.length);
        for (int i = 0; i < groups.length; i++) {
            int candidate = (first + i) % groups.length;
            for (int held : groups[candidate]) {
                if (held == group) {
                    return candidate;
                }
            }
        }
        throw new IllegalStateException("nobody is in " + name);
    }

    private Address inside(AddressRange range) {
        long low = range.low().low() | random.nextLong() & (range.low().low() ^ range.high().low());
        long high =
                range.low().high() | random.nextLong() & (range.low().high() ^ range.high().high());
        Address guess = family == AddressFamily.IPV4 ? Address.ipv4(low) : Address.ipv6(high, low);
        return range.contains(guess) ? guess : range.low();
    }
}

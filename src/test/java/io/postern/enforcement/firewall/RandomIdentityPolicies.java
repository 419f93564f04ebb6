package io.postern.enforcement.firewall;

import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import io.postern.policy.Addresses;
import io.postern.policy.Block;
import io.postern.policy.From;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.Principal;
import io.postern.policy.ProtectedSource;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Seeded policies with accounts, computers and addresses over a small space, one server EX01. */
public final class RandomIdentityPolicies {
    static final String STRANGER = "S-1-5-21-9-9-9-9";
    private static final List<String> ACCOUNTS =
            List.of("(none)", "(other)", "alice", "pc", "servers");
    private static final List<String> COMPUTERS = List.of("(none)", "(other)", "pc", "servers");
    private static final List<String> RANGES =
            List.of(
                    "",
                    "",
                    "10.0.0.0/24",
                    "10.0.0.1",
                    "10.0.0.2-10.0.0.9",
                    "fd00::/64",
                    "0.0.0.0/0");

    private final Random random;

    public RandomIdentityPolicies(long seed) {
        random = new Random(seed * 31);
    }

    /** Every submission of the space. */
    public static List<Submission> submissions(Instant at) {
        List<Submission> all = new ArrayList<>();
        for (String address : RandomFirewalls.ADDRESSES) {
            for (String account : ACCOUNTS) {
                for (String computer : COMPUTERS) {
                    all.add(
                            new Submission(
                                    Address.parse(address), account, computer, "EX01", 25, at));
                }
            }
        }
        return all;
    }

    /** The token of an identity of the space. */
    public static Set<String> sids(String name) {
        return switch (name) {
            case "(none)" -> Set.of();
            case "(other)" -> Set.of(STRANGER);
            case "alice" -> Set.of(RandomFirewalls.ALICE);
            case "pc" -> Set.of(RandomFirewalls.BOB);
            default -> Set.of(RandomFirewalls.GROUP);
        };
    }

    /** The next one. */
    public Policy policy() {
        List<Grant> grants = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            grants.add(
                    new Grant(
                            "g" + i,
                            from(),
                            To.EVERYWHERE,
                            random.nextBoolean() ? Tier.INTERNAL : Tier.RELAY,
                            null,
                            null,
                            null,
                            null,
                            null));
        }
        List<Block> blocks = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            blocks.add(new Block("b" + i, from(), To.EVERYWHERE, null, null));
        }
        List<ProtectedSource> sources =
                random.nextInt(3) == 0
                        ? List.of(
                                new ProtectedSource(
                                        "gw",
                                        "gateway",
                                        addresses("192.0.2.1"),
                                        Tier.INTERNAL,
                                        false))
                        : List.of();
        String kerberos = random.nextInt(3) == 0 ? "10.0.0.0/24" : null;
        Server server =
                new Server(
                        "EX01",
                        AddressSet.parse("10.0.0.77", "fd00::77"),
                        List.of(25),
                        null,
                        List.of("windows-firewall", "exchange"),
                        kerberos == null ? AddressSet.ALL : AddressSet.parse(kerberos),
                        List.of(),
                        ServerMode.ENFORCE);
        return new Policy(
                List.of("contoso.example"),
                List.of(server),
                sources,
                List.of(
                        new Principal("alice", RandomFirewalls.ALICE, "user", null),
                        new Principal("pc", RandomFirewalls.BOB, "computer", null),
                        new Principal("servers", RandomFirewalls.GROUP, "group", null)),
                Map.of(),
                grants,
                blocks,
                List.of(),
                List.of());
    }

    private From from() {
        String range = RANGES.get(random.nextInt(RANGES.size()));
        List<String> accounts =
                random.nextInt(3) == 0
                        ? List.of()
                        : List.of(ACCOUNTS.get(2 + random.nextInt(ACCOUNTS.size() - 2)));
        List<String> computers =
                random.nextInt(3) > 0
                        ? List.of()
                        : List.of(COMPUTERS.get(2 + random.nextInt(COMPUTERS.size() - 2)));
        boolean empty = range.isEmpty() && accounts.isEmpty() && computers.isEmpty();
        return new From(
                range.isEmpty() && !empty
                        ? Addresses.NOT_ASKED
                        : addresses(empty ? "10.0.0.1" : range),
                random.nextInt(4) == 0 ? addresses("10.0.0.2") : Addresses.NOT_ASKED,
                accounts,
                computers);
    }

    private static Addresses addresses(String text) {
        return new Addresses(List.of(text), AddressSet.parse(text));
    }
}

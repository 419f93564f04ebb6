package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.yaml.PolicyDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What regions look like in cases that people meet. */
class ImpactTest {
    private static final String TOP = "version: 1\nservers: [{name: ex01}, {name: ex02}]\n";
    private static final String USERS =
            "principals: [{name: alice, sid: S-1-5-21-1, kind: user}, {name: G, kind: group},"
                    + " {name: pc, kind: computer}]\n";

    static List<Arguments> cases() {
        return List.of(
                Arguments.of(
                        "an expiry that one side has is a region from then on",
                        "grants: [{key: a, from: {addresses: [10.0.0.1]}, tier: relay}]",
                        "grants: [{key: a, from: {addresses: [10.0.0.1]}, tier: relay,"
                                + " expires: 2027-03-01}]",
                        List.of(
                                "CLOSES [ex01, ex02] [25] [*] [*] 10.0.0.1"
                                        + " 2027-03-01T00:00:00Z null a -> null")),
                Arguments.of(
                        "two grants that swap keys change nothing",
                        "grants: [{key: a, from: {addresses: [10.0.0.1]}, tier: relay}]",
                        "grants: [{key: b, from: {addresses: [10.0.0.1]}, tier: relay}]",
                        List.of()),
                Arguments.of(
                        "halves make the same whole",
                        "grants: [{key: a, from: {addresses: [10.0.0.0/24]}, tier: relay}]",
                        "grants: [{key: a, from: {addresses: [10.0.0.0/25]}, tier: relay},"
                                + " {key: b, from: {addresses: [10.0.0.128/25]}, tier: relay}]",
                        List.of()),
                Arguments.of(
                        "a wide grant and a narrow one make one region each",
                        "",
                        "grants: [{key: a, from: {addresses: [10.0.0.1]}, tier: relay},"
                                + " {key: b, from: {addresses: [10.0.0.2]},"
                                + " to: {servers: [ex01]}, tier: relay}]",
                        List.of(
                                "OPENS [ex01, ex02] [25] [*] [*] 10.0.0.1 null null null -> a",
                                "OPENS [ex01] [25] [*] [*] 10.0.0.2 null null null -> b")),
                Arguments.of(
                        "identities are listed, the rest is not touched",
                        USERS,
                        USERS
                                + "grants: [{key: a, from: {accounts: [alice, G]},"
                                + " tier: internal}]",
                        List.of(
                                "OPENS [ex01, ex02] [25] [G, alice] [*]"
                                        + " 0.0.0.0-127.0.0.0, 127.0.0.2-255.255.255.255, ::,"
                                        + " ::2-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff null null"
                                        + " null -> a")),
                Arguments.of(
                        "users are no computers",
                        USERS,
                        USERS
                                + "grants: [{key: a, from: {addresses: [10.0.0.1], computers: [pc,"
                                + " G]}, tier: internal}]",
                        List.of(
                                "OPENS [ex01, ex02] [25] [*] [G, pc] 10.0.0.1 null null null ->"
                                        + " a")),
                Arguments.of(
                        "a renamed principal is the same by its SID",
                        USERS
                                + "grants: [{key: a, from: {addresses: [10.0.0.1],"
                                + " accounts: [alice]}, tier: internal}]",
                        USERS.replace("alice", "alice2")
                                + "grants: [{key: a, from: {addresses: [10.0.0.1],"
                                + " accounts: [alice2]}, tier: internal}]",
                        List.of()),
                Arguments.of(
                        "a renamed principal is named so that both sides know it",
                        USERS,
                        USERS.replace("alice", "alice2")
                                + "grants: [{key: a, from: {addresses: [10.0.0.1],"
                                + " accounts: [alice2]}, tier: internal}]",
                        List.of(
                                "OPENS [ex01, ex02] [25] [S-1-5-21-1] [*] 10.0.0.1 null null"
                                        + " null -> a")),
                Arguments.of(
                        "a name that got another SID is another principal",
                        USERS
                                + "grants: [{key: a, from: {addresses: [10.0.0.1],"
                                + " accounts: [alice]}, tier: internal}]",
                        USERS.replace("S-1-5-21-1", "S-1-5-21-2")
                                + "grants: [{key: a, from: {addresses: [10.0.0.1],"
                                + " accounts: [alice]}, tier: internal}]",
                        List.of(
                                "OPENS [ex01, ex02] [25] [S-1-5-21-2] [*] 10.0.0.1 null null"
                                        + " null -> a",
                                "CLOSES [ex01, ex02] [25] [S-1-5-21-1] [*] 10.0.0.1 null null a ->"
                                        + " null")),
                Arguments.of(
                        "a block names itself",
                        "grants: [{key: a, from: {addresses: [10.0.0.1]}, tier: relay}]",
                        "grants: [{key: a, from: {addresses: [10.0.0.1]}, tier: relay}]\n"
                                + "blocks: [{key: k, from: {addresses: [10.0.0.0/24]}}]",
                        List.of("CLOSES [ex01, ex02] [25] [*] [*] 10.0.0.1 null null a -> k")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void hasExactlyTheseRegions(String name, String before, String after, List<String> expected) {
        assertEquals(expected, told(Impact.between(policy(before), policy(after), null)));
    }

    private static Policy policy(String text) {
        return PolicyDocument.parse(TOP + text).policy();
    }

    private static List<String> told(Impact impact) {
        return impact.regions().stream()
                .map(
                        region ->
                                region.direction()
                                        + " "
                                        + region.servers()
                                        + " "
                                        + region.ports()
                                        + " "
                                        + region.accounts()
                                        + " "
                                        + region.computers()
                                        + " "
                                        + region.addresses()
                                        + " "
                                        + region.from()
                                        + " "
                                        + region.until()
                                        + " "
                                        + region.because().before()
                                        + " -> "
                                        + region.because().after())
                .toList();
    }

    @Test
    void aServerThatOneSideLacksIsNoneThere() {
        Policy two = policy("grants: [{key: a, from: {addresses: [10.0.0.1]}, tier: relay}]");
        Policy one =
                PolicyDocument.parse(
                                "version: 1\nservers: [{name: EX01}]\n"
                                        + "grants: [{key: a, from: {addresses: [10.0.0.1]},"
                                        + " tier: relay}]")
                        .policy();
        assertEquals(
                List.of(
                        "CLOSES [ex02] [25] [*] [*] 10.0.0.1 null null a -> null",
                        "CLOSES [ex02] [25] [*] [*] 127.0.0.1, ::1 null null protected:loopback ->"
                                + " null"),
                told(Impact.between(two, one, null)).stream().sorted().toList());
    }

    @Test
    void anOverlapOfGroupsWithoutMembersIsNamedAsUnknown() {
        String grant = "{key: a, from: {addresses: [10.0.0.1], accounts: [G]}, tier: relay}";
        Policy before = policy(USERS + "grants: [" + grant + "]");
        Policy after =
                policy(
                        USERS
                                + "grants: ["
                                + grant
                                + "]\nblocks: [{key: k, from: {accounts: [alice]}}]");
        Impact impact = Impact.between(before, after, null);
        assertEquals(1, impact.unknowns().size());
        assertTrue(
                impact.unknowns()
                        .get(0)
                        .startsWith(
                                "Whether an account is both in 'alice' (block k) and in 'G' (grant"
                                        + " a) is not known"),
                impact.unknowns().get(0));
        assertTrue(Impact.between(before, before, null).unknowns().isEmpty());
    }

    @Test
    void aGroupThatGetsMembersIsNamedAsUnknown() {
        Policy before = policy(USERS);
        Policy after =
                policy(USERS.replace("name: G, kind: group", "name: G, kind: group, members: []"));
        assertEquals(
                List.of(
                        "The members of 'G' are listed on one side only; who was in it on the other"
                                + " is not known, so it counts there as a principal of its own."),
                Impact.between(before, after, null).unknowns());
    }

    @Test
    void someHundredGrantsWithGroupsAndExpiriesTakeSeconds() {
        Policy before = large(1);
        Policy after = large(2);
        Impact impact =
                assertTimeout(Duration.ofSeconds(20), () -> Impact.between(before, after, null));
        assertTrue(impact.regions().size() > 100, "regions: " + impact.regions().size());
    }

    /** 300 grants, 2,000 users in 50 overlapping groups, hundreds of expiries. */
    private static Policy large(long seed) {
        Random random = new Random(seed);
        List<Principal> principals = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            principals.add(new Principal("u" + i, null, "user", null));
        }
        for (int i = 0; i < 50; i++) {
            List<String> members = new ArrayList<>();
            random.ints(40, 0, 2_000).forEach(user -> members.add("u" + user));
            principals.add(new Principal("g" + i, null, "group", members));
        }
        List<Grant> grants = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String range = "10." + random.nextInt(8) + "." + random.nextInt(64) * 4 + ".0/22";
            List<String> accounts =
                    random.nextInt(3) == 0 ? List.of("g" + random.nextInt(50)) : List.of();
            Instant expires =
                    Instant.parse("2027-01-01T00:00:00Z")
                            .plusSeconds(86_400L * random.nextInt(365));
            grants.add(
                    new Grant(
                            "k" + i,
                            new From(
                                    new Addresses(List.of(range), AddressSet.parse(range)),
                                    Addresses.NOT_ASKED,
                                    accounts,
                                    List.of()),
                            To.EVERYWHERE,
                            Tier.values()[1 + random.nextInt(3)],
                            null,
                            null,
                            null,
                            null,
                            expires));
        }
        return new Policy(
                List.of(),
                policy("").servers(),
                List.of(),
                principals,
                Map.of(),
                grants,
                List.of(),
                List.of(),
                List.of());
    }
}

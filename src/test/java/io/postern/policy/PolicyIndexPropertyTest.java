package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PolicyIndexPropertyTest {
    private static final Instant AT = PolicyIndexPolicies.AT;

    /** How large, how many servers, how many principals, crowded or not. */
    private record Shape(int grants, int servers, int principals, boolean isCrowded) {}

    private static final List<Shape> SHAPES =
            List.of(
                    new Shape(200, 1, 6, false),
                    new Shape(300, 5, 12, true),
                    new Shape(400, 17, 40, false),
                    new Shape(600, 16, 30, true),
                    new Shape(1000, 70, 100, false),
                    new Shape(3000, 12, 200, false));

    @Test
    void agreesWithTheEvaluatorAtAndBesideEveryEdgeOfLargePolicies() {
        long seed = 0;
        for (Shape shape : SHAPES) {
            for (int round = 0; round < Seeds.of(3); round++) {
                seed++;
                PolicyIndexPolicies policies =
                        new PolicyIndexPolicies(
                                seed, shape.servers(), shape.principals(), shape.isCrowded());
                Policy policy = policies.policy(shape.grants(), shape.grants() / 10);
                List<Address> addresses = PolicyIndexPolicies.edges(policy);
                for (int i = 0; i < 500; i++) {
                    addresses.add(policies.address(AddressFamily.IPV4));
                    addresses.add(policies.address(AddressFamily.IPV6));
                }
                Collections.shuffle(addresses, new Random(seed));
                int count = Math.min(addresses.size(), Seeds.of(2_000_000) / shape.grants());
                agree("seed " + seed, policy, policies, addresses.subList(0, count));
            }
        }
    }

    private static void agree(
            String label, Policy policy, PolicyIndexPolicies policies, List<Address> addresses) {
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        PolicyIndex index = PolicyIndex.of(policy, AT);
        for (Address address : addresses) {
            Submission submission = policies.submission(policy, address);
            Decision expected = answer(() -> evaluator.decide(submission));
            Decision actual = answer(() -> index.decide(submission));
            assertEquals(expected, actual, label + " " + submission);
        }
    }

    private interface Question {
        Decision ask();
    }

    /** A refusal is compared by its text. */
    private static Decision answer(Question question) {
        try {
            return question.ask();
        } catch (IllegalArgumentException refused) {
            return new Decision(Tier.NONE, "refused", refused.getMessage());
        }
    }

    @Test
    void namesTheSmallestKeyByCodePointHoweverTheKeysLook() {
        List<String> keys = new ArrayList<>();
        Random random = new Random(7);
        String[] parts = {"a", "A", "ab", "z", "~", "}", "\u00e9", "\uffff", "\ud83d\ude00", "-"};
        for (int i = 0; i < 600; i++) {
            StringBuilder key = new StringBuilder(random.nextBoolean() ? "common-" : "");
            for (int j = 1 + random.nextInt(9); j > 0; j--) {
                key.append(parts[random.nextInt(parts.length)]);
            }
            if (!keys.contains(key.toString())) {
                keys.add(key.toString());
            }
        }
        List<String> left = new ArrayList<>(keys);
        while (!left.isEmpty()) {
            Policy policy = policy(left.stream().map(key -> grant(key, "10.0.0.0/8")).toList());
            String smallest = left.stream().min(KeyOrder.CODE_POINT).orElseThrow();
            PolicyIndex index = PolicyIndex.of(policy, AT);
            assertEquals(smallest, index.decide(submission("10.1.1.1")).grant(), "" + left.size());
            left.remove(smallest);
            left = left.size() > 100 ? left.subList(0, left.size() * 9 / 10) : left;
        }
    }

    @Test
    void decidesAtTheEndsOfBothFamiliesAndWhereRangesMeet() {
        List<Grant> grants =
                List.of(
                        grant("first4", "0.0.0.0"),
                        grant("last4", "255.255.255.255"),
                        grant("left4", "10.0.0.0-10.0.0.9"),
                        grant("right4", "10.0.0.10-10.0.0.19"),
                        grant("first6", "::"),
                        grant("last6", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                        grant("left6", "fd00::-fd00::ffff:ffff:ffff:ffff"),
                        grant("right6", "fd00:0:0:1::/64"),
                        grant("whole4", "0.0.0.0/0"),
                        grant("whole6", "::/0"));
        PolicyIndex index = PolicyIndex.of(policy(grants), AT);
        Map<String, String> expected =
                Map.ofEntries(
                        Map.entry("0.0.0.0", "first4"),
                        Map.entry("0.0.0.1", "whole4"),
                        Map.entry("10.0.0.9", "left4"),
                        Map.entry("10.0.0.10", "right4"),
                        Map.entry("10.0.0.20", "whole4"),
                        Map.entry("127.255.255.255", "whole4"),
                        Map.entry("128.0.0.0", "whole4"),
                        Map.entry("255.255.255.254", "whole4"),
                        Map.entry("255.255.255.255", "last4"),
                        Map.entry("::", "first6"),
                        Map.entry("::2", "whole6"),
                        Map.entry("7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "whole6"),
                        Map.entry("8000::", "whole6"),
                        Map.entry("fd00::ffff:ffff:ffff:ffff", "left6"),
                        Map.entry("fd00:0:0:1::", "right6"),
                        Map.entry("fd00:0:0:2::", "whole6"),
                        Map.entry("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "whole6"),
                        Map.entry("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "last6"));
        expected.forEach(
                (address, key) ->
                        assertEquals(key, index.decide(submission(address)).grant(), address));
    }

    @Test
    void aMappedAddressIsIpv4WhenReadAndIpv6WhenMadeOfHalves() {
        PolicyIndex index =
                PolicyIndex.of(
                        policy(List.of(grant("four", "10.0.0.0/8"), grant("six", "::/0"))), AT);
        assertEquals("four", index.decide(submission("::ffff:10.1.2.3")).grant());
        int place = index.place("s", 25);
        long halves = index.decideIpv6(0, 0xFFFF_0A01_0203L, -2, -2, place);
        assertEquals("six", index.grant(halves));
        Submission literal =
                new Submission(Address.ipv6(0, 0xFFFF_0A01_0203L), null, null, "s", 25, AT);
        assertEquals("six", index.decide(literal).grant());
    }

    @Test
    void aCrowdOfWideGrantsForDifferentServersIsDecidedLikeAnyOther() {
        List<Server> servers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            servers.add(server("s" + i, i % 2 == 0 ? List.of(25) : List.of(25, 26)));
        }
        List<Grant> grants = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            To to = new To(List.of("s" + i % 1000), List.of(), false);
            Tier tier = Tier.values()[1 + i % 3];
            grants.add(grant("g" + i, "10.0.0.0/8", to, tier));
        }
        grants.add(
                grant("mail", "10.0.0.0/9", new To(List.of(), List.of(26), false), Tier.TRUSTED));
        Policy policy = policy(servers, grants);
        PolicyIndex index = PolicyIndex.of(policy, AT);
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        Random random = new Random(3);
        for (int i = 0; i < 150; i++) {
            int server = random.nextInt(1000);
            Address address = Address.ipv4(0x09F0_0000L + random.nextInt(0x0120_0000));
            int port = server % 2 == 0 ? 25 : 25 + random.nextInt(2);
            Submission submission = new Submission(address, null, null, "s" + server, port, AT);
            assertEquals(evaluator.decide(submission), index.decide(submission), "" + submission);
        }
    }

    @Test
    void aCrowdOfGroupsOnBothSidesIsDecidedLikeAnyOther() {
        List<Principal> principals = new ArrayList<>();
        principals.add(new Principal("u", null, "user", null));
        principals.add(new Principal("v", null, "user", null));
        principals.add(new Principal("c", null, "computer", null));
        List<Grant> grants = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            principals.add(new Principal("a" + i, null, "group", List.of("u")));
            principals.add(new Principal("b" + i, null, "group", List.of("c")));
            From from =
                    new From(
                            i % 2 == 0 ? Addresses.NOT_ASKED : addresses("10.0.0." + i % 256),
                            Addresses.NOT_ASKED,
                            List.of("a" + i, "v"),
                            List.of("b" + i));
            grants.add(grant("g" + (999 - i), from, To.EVERYWHERE));
        }
        From wide =
                new From(
                        addresses("10.0.0.0/24"),
                        Addresses.NOT_ASKED,
                        principals.subList(3, 203).stream().map(Principal::name).toList(),
                        principals.subList(203, 403).stream().map(Principal::name).toList());
        grants.add(grant("a", wide, To.EVERYWHERE));
        Policy policy =
                new Policy(
                        List.of(),
                        List.of(server("s", List.of(25))),
                        List.of(),
                        principals,
                        Map.of(),
                        grants,
                        List.of(),
                        List.of(),
                        List.of());
        PolicyIndex index = PolicyIndex.of(policy, AT);
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        for (String account : new String[] {"u", "v", "c", "x", null}) {
            for (String computer : new String[] {"c", "x", null}) {
                for (int host = 0; host < 256; host++) {
                    Submission submission =
                            new Submission(
                                    Address.ipv4(0x0A000000L + host),
                                    account,
                                    computer,
                                    "s",
                                    25,
                                    AT);
                    assertEquals(
                            evaluator.decide(submission),
                            index.decide(submission),
                            "" + submission);
                }
            }
        }
    }

    @Test
    void refusesWhatTheEvaluatorRefusesInTheSameWords() {
        List<Principal> principals =
                List.of(
                        new Principal("Ann", "S-1-5-21-7-1", "user", null),
                        new Principal("PC1", null, "computer", null),
                        new Principal("Staff", "S-1-5-21-8-1", "group", List.of("ann")));
        Policy policy =
                new Policy(
                        List.of(),
                        List.of(server("s", List.of(25, 26)), server("t", List.of(25))),
                        List.of(),
                        principals,
                        Map.of(),
                        List.of(grant("g", "10.0.0.0/8")),
                        List.of(),
                        List.of(),
                        List.of());
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        PolicyIndex index = PolicyIndex.of(policy, AT);
        // account, computer, server, port
        String[][] bad = {
            {null, null, "nowhere", "25"},
            {null, null, "\u017f", "25"},
            {null, null, "T", "26"},
            {"staff", "ann", "T", "26"},
            {"STAFF", null, "t", "25"},
            {"s-1-5-21-8-1", null, "t", "25"},
            {"S-1-5-18", null, "t", "25"},
            {"ann", "s-1-5-20", "t", "25"},
            {"ann", "ANN", "t", "25"},
            {"pc1", "S-1-5-21-7-1", "t", "25"},
            {null, "staff", "t", "25"},
        };
        for (String[] row : bad) {
            Submission submission =
                    new Submission(
                            Address.parse("10.0.0.1"),
                            row[0],
                            row[1],
                            row[2],
                            Integer.parseInt(row[3]),
                            AT);
            Decision expected = answer(() -> evaluator.decide(submission));
            boolean isFoundByFolding = "\u017f".equals(row[2]);
            assertEquals(isFoundByFolding ? "g" : "refused", expected.grant(), "" + submission);
            assertEquals(expected, answer(() -> index.decide(submission)), "" + submission);
        }
        assertEquals(Principals.NONE, index.account("(None)"));
        assertEquals(Principals.OTHER, index.computer("(OTHER)"));
        assertEquals(Principals.OTHER, index.account("who?"));
        assertEquals(index.account("ANN"), index.account("s-1-5-21-7-1"));
    }

    @Test
    void refusesAnInstantOutsideItsEpoch() {
        Grant grant =
                new Grant(
                        "g",
                        new From(
                                addresses("10.0.0.0/8"), Addresses.NOT_ASKED, List.of(), List.of()),
                        To.EVERYWHERE,
                        Tier.RELAY,
                        null,
                        null,
                        null,
                        null,
                        AT.plusSeconds(60));
        PolicyIndex index = PolicyIndex.of(policy(List.of(grant)), AT);
        Submission late =
                new Submission(Address.parse("10.0.0.1"), null, null, "s", 25, AT.plusSeconds(60));
        String message =
                assertThrows(IllegalArgumentException.class, () -> index.decide(late)).getMessage();
        assertEquals(
                "2027-03-01T00:01:00Z is outside the epoch this index holds for"
                        + " (until 2027-03-01T00:01:00Z)",
                message);
    }

    private static Submission submission(String address) {
        return new Submission(Address.parse(address), null, null, "s", 25, AT);
    }

    private static Policy policy(List<Grant> grants) {
        return policy(List.of(server("s", List.of(25))), grants);
    }

    private static Policy policy(List<Server> servers, List<Grant> grants) {
        return new Policy(
                List.of(), servers, List.of(), List.of(), Map.of(), grants, List.of(), List.of(),
                List.of());
    }

    private static Server server(String name, List<Integer> ports) {
        return new Server(
                name,
                AddressSet.EMPTY,
                ports,
                null,
                List.of(),
                AddressSet.EMPTY,
                List.of(),
                ServerMode.ENFORCE);
    }

    private static Grant grant(String key, String addresses) {
        return grant(key, addresses, To.EVERYWHERE, Tier.RELAY);
    }

    private static Grant grant(String key, String addresses, To to, Tier tier) {
        From from = new From(addresses(addresses), Addresses.NOT_ASKED, List.of(), List.of());
        return new Grant(key, from, to, tier, null, null, null, null, null);
    }

    private static Grant grant(String key, From from, To to) {
        return new Grant(key, from, to, Tier.RELAY, null, null, null, null, null);
    }

    private static Addresses addresses(String text) {
        return new Addresses(List.of(text), AddressSet.parse(text));
    }
}

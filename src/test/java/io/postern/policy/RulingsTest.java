package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rulings of the design on decisions, one by one. */
class RulingsTest {
    private static final String POLICY =
            """
            version: 1
            servers:
              - {name: ex01, addresses: [10.9.0.1]}
              - {name: ex02, addresses: [10.9.0.2], ports: [25, 26]}
              - {name: ex03, ports: [26]}
            protectedSources:
              - {name: gate, kind: gateway, addresses: [10.9.0.50]}
              - {name: balancer, kind: loadbalancer, addresses: [10.9.0.60], tier: relay}
            principals:
              - {name: alice, sid: S-1-5-21-9-1, kind: user}
              - {name: PC1$, sid: S-1-5-21-9-2, kind: computer}
              - {name: Leaf, sid: S-1-5-21-9-3, kind: group}
              - {name: Team, sid: S-1-5-21-9-4, kind: group, members: [alice, Ring]}
              - {name: Ring, kind: group, members: [Team, PC1$, Leaf]}
              - {name: Nobody, kind: group, members: []}
            addressSets: {empty: []}
            grants:
              - {key: mapped, from: {addresses: ['::ffff:10.1.0.0/112']}, tier: internal}
              - {key: v6all, from: {addresses: ['::/0'], except: ['::1', 'fd01::/16']}, tier: internal}
              - {key: exc, from: {addresses: [10.2.0.0/24], except: [10.2.0.9]}, tier: internal}
              - {key: port26, from: {addresses: [10.3.0.1]}, to: {ports: [26]}, tier: internal}
              - {key: all, from: {addresses: [10.3.0.2]}, to: {servers: '*'}, tier: internal}
              - {key: sid, from: {accounts: [s-1-5-21-9-1], addresses: [10.4.0.1]}, tier: internal}
              - {key: team, from: {accounts: [TEAM], addresses: [10.4.0.2]}, tier: internal}
              - {key: nobody, from: {accounts: [Nobody], addresses: [10.4.0.3]}, tier: internal}
              - {key: implicit, from: {accounts: ['Dom\\ain'], addresses: [10.4.0.4]}, tier: internal}
              - {key: both, from: {accounts: [alice], computers: [Team], addresses: [10.4.0.5]}, tier: internal}
              - {key: anywhere, from: {accounts: [Leaf]}, tier: internal}
              - {key: timed, from: {addresses: [10.5.0.1]}, tier: internal, notBefore: 2027-03-01, expires: 2027-03-31}
              - {key: tie-b, from: {addresses: [10.6.0.1]}, tier: relay}
              - {key: tie-a, from: {addresses: [10.6.0.0/24]}, tier: relay}
              - {key: a-low, from: {addresses: [10.6.0.0/16]}, tier: internal}
              - {key: set, from: {addresses: ['@empty']}, tier: internal}
            blocks:
              - {key: k2, from: {addresses: [10.6.0.2]}, expires: 2020-01-01}
              - {key: k1, from: {addresses: [10.6.0.2, 10.9.0.50]}, to: {servers: [EX01]}}
              - {key: who, from: {accounts: [alice], addresses: [10.4.0.0/24], except: [10.4.0.1, 10.4.0.2, 10.4.0.5]}}
            """;

    private final PolicyEvaluator evaluator =
            new PolicyEvaluator(PolicyDocument.parse(POLICY).policy());

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            textBlock =
"""
mapped IPv6 in the policy is IPv4          | 10.1.0.7        | -        | -    | ex01 | 25 | - | internal | mapped | -
mapped IPv6 in a request is IPv4           | ::ffff:10.1.0.7 | -        | -    | ex01 | 25 | - | internal | mapped | -
all of IPv6 matches IPv6                   | fd00::1         | -        | -    | ex01 | 25 | - | internal | v6all  | -
all of IPv6 never matches IPv4             | 10.77.0.1       | -        | -    | ex01 | 25 | - | none     | -      | -
except takes IPv6 out                      | fd01::1         | -        | -    | ex01 | 25 | - | none     | -      | -
inside of addresses                        | 10.2.0.8        | -        | -    | ex01 | 25 | - | internal | exc    | -
inside of except                           | 10.2.0.9        | -        | -    | ex01 | 25 | - | none     | -      | -
servers are known in any case              | 10.2.0.8        | -        | -    | Ex01 | 25 | - | internal | exc    | -
a stated port is the only one              | 10.3.0.1        | -        | -    | ex02 | 25 | - | none     | -      | -
a stated port                              | 10.3.0.1        | -        | -    | ex02 | 26 | - | internal | port26 | -
no port stated is every port of the server | 10.3.0.2        | -        | -    | ex02 | 26 | - | internal | all    | -
a server without port 25                   | 10.3.0.2        | -        | -    | ex03 | 26 | - | internal | all    | -
an account must be proven                  | 10.4.0.1        | -        | -    | ex01 | 25 | - | none     | -      | -
the literal none is not proven             | 10.4.0.1        | (none)   | -    | ex01 | 25 | - | none     | -      | -
a SID in the policy meets a name           | 10.4.0.1        | ALICE    | -    | ex01 | 25 | - | internal | sid    | -
a name in the policy meets a SID           | 10.4.0.2        | S-1-5-21-9-2 | - | ex01 | 25 | - | internal | team  | -
another principal does not match           | 10.4.0.1        | PC1$     | -    | ex01 | 25 | - | none     | -      | -
a member matches, nested in a cycle        | 10.4.0.2        | pc1$     | -    | ex01 | 25 | - | internal | team   | -
a memberless group is a leaf               | 10.4.0.2        | Leaf     | -    | ex01 | 25 | - | internal | anywhere | -
an empty member list is nobody             | 10.4.0.3        | PC1$     | -    | ex01 | 25 | - | none     | -      | -
an undeclared name is a leaf               | 10.4.0.4        | dom\\AIN | -    | ex01 | 25 | - | internal | implicit | -
a stranger is other                        | 10.4.0.4        | bob      | -    | ex01 | 25 | - | none     | -      | -
the literal other                          | 10.4.0.4        | (other)  | -    | ex01 | 25 | - | none     | -      | -
account and computer are both needed       | 10.4.0.5        | alice    | -    | ex01 | 25 | - | none     | -      | -
account and computer together              | 10.4.0.5        | alice    | PC1$ | ex01 | 25 | - | internal | both   | -
identity from any address                  | 203.0.113.9     | Leaf     | -    | ex01 | 25 | - | internal | anywhere | -
before notBefore                           | 10.5.0.1        | -        | -    | ex01 | 25 | 2027-02-28T23:59:59Z | none | - | -
at notBefore                               | 10.5.0.1        | -        | -    | ex01 | 25 | 2027-03-01T00:00:00Z | internal | timed | -
the second before expires                  | 10.5.0.1        | -        | -    | ex01 | 25 | 2027-03-30T23:59:59Z | internal | timed | -
at expires                                 | 10.5.0.1        | -        | -    | ex01 | 25 | 2027-03-31T00:00:00Z | none | - | -
the highest tier counts, smallest key      | 10.6.0.1        | -        | -    | ex01 | 25 | - | relay    | tie-a  | -
the highest tier, not the smallest key     | 10.6.0.7        | -        | -    | ex01 | 25 | - | relay    | tie-a  | -
a block beats, the smallest is named       | 10.6.0.2        | -        | -    | ex01 | 25 | - | none     | tie-a  | k1
a block's expires is never read            | 10.6.0.2        | -        | -    | ex02 | 25 | - | none     | tie-a  | k2
an identity block needs the identity       | 10.4.0.4        | alice    | -    | ex01 | 25 | - | none     | -      | who
an empty set is nobody                     | 10.44.0.1       | -        | -    | ex01 | 25 | - | none     | -      | -
a protected source is internal             | 10.9.0.50       | -        | -    | ex02 | 26 | - | internal | protected:gate | -
a protected source with a tier             | 10.9.0.60       | -        | -    | ex03 | 26 | - | relay    | protected:balancer | -
a block on a protected source wins         | 10.9.0.50       | -        | -    | ex01 | 25 | - | none     | protected:gate | k1
a server's own address on another          | 10.9.0.1        | -        | -    | ex02 | 25 | - | internal | protected:ex01 | -
loopback                                   | 127.0.0.1       | -        | -    | ex01 | 25 | - | internal | protected:loopback | -
loopback of IPv6                           | ::1             | -        | -    | ex01 | 25 | - | internal | protected:loopback | -
the rest of 127.0.0.0/8 is ordinary        | 127.0.0.2       | -        | -    | ex01 | 25 | - | none     | -      | -
""")
    void decides(
            String ruling,
            String address,
            String account,
            String computer,
            String server,
            int port,
            String at,
            String tier,
            String grant,
            String block) {
        Submission submission = submission(address, account, computer, server, port, at);
        assertEquals(
                new Decision(Tier.ofWord(tier), grant, block),
                evaluator.decide(submission),
                ruling);
    }

    private static Submission submission(
            String address, String account, String computer, String server, int port, String at) {
        return new Submission(
                Address.parse(address),
                account,
                computer,
                server,
                port,
                at == null ? Instant.parse("2026-12-01T00:00:00Z") : Instant.parse(at));
    }

    @ParameterizedTest(name = "{5}")
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
"""
-    | -     | ex09 | 25 | unknown server 'ex09' (the policy has ex01, ex02, ex03) | an unknown server
-    | -     | ex03 | 25 | server 'ex03' has no port 25 (it has 26) | a port the server lacks
Team | -     | ex01 | 25 | 'Team' is a group with members and no identity; name a member | a group with members
S-1-5-21-9-4 | - | ex01 | 25 | 'S-1-5-21-9-4' is a group with members and no identity; name a member | a group with members by SID
-    | alice | ex01 | 25 | 'alice' is a user; a computer is a computer account or a group | a user as computer
S-1-5-18 | - | ex01 | 25 | 'S-1-5-18' is the same on every computer; name the computer's own account in accounts instead | SYSTEM
""")
    void refuses(
            String account, String computer, String server, int port, String message, String name) {
        Submission submission = submission("10.1.0.1", account, computer, server, port, null);
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class, () -> evaluator.decide(submission), name);
        assertEquals(message, refused.getMessage());
    }

    @Test
    void anExplanationNamesTheDimensionThatFailedAndPutsTheNearestFirst() {
        Explanation explanation =
                evaluator.explain(submission("10.4.0.5", "alice", "bob-pc", "ex01", 25, null));
        assertEquals(
                List.of("computer 'bob-pc' is not a name this policy knows; it counts as (other)"),
                explanation.notes());
        List<Explanation.EntryTrial> trials = explanation.trials();
        assertTrue(
                trials.contains(
                        new Explanation.EntryTrial(
                                "block", "who", false, "address 10.4.0.5 is in its except.")));
        assertTrue(
                trials.contains(
                        new Explanation.EntryTrial(
                                "grant",
                                "both",
                                false,
                                "computer bob-pc is none of those (it asks for Team).")));
        int timed = keys(trials).indexOf("timed");
        assertEquals(
                "address 10.4.0.5 is not in its addresses (10.5.0.1); it holds only from"
                        + " 2027-03-01T00:00:00Z.",
                trials.get(timed).why());
        assertTrue(timed > keys(trials).indexOf("both"));
    }

    private static List<String> keys(List<Explanation.EntryTrial> trials) {
        return trials.stream().map(Explanation.EntryTrial::key).toList();
    }

    @Test
    void anExplanationSaysWhatABlockBeat() {
        List<Explanation.EntryTrial> trials =
                evaluator.explain(submission("10.6.0.2", null, null, "ex01", 25, null)).trials();
        assertEquals(List.of("k1", "k2", "tie-a", "a-low"), keys(trials).subList(0, 4));
        assertEquals(
                "Matches in every dimension and decides: a block beats every grant.",
                trials.get(0).why());
        assertEquals(
                "Matches in every dimension and gives relay, but block 'k1' beats it.",
                trials.get(2).why());
    }
}

package io.postern.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every expectation gets its turn. */
class ExpectationSampleTest {
    private static final Instant AT = Instant.parse("2027-01-01T00:00:00Z");

    private static final Policy POLICY =
            PolicyDocument.parse(
                            """
                            version: 1
                            servers:
                              - {name: ex01, addresses: [10.20.0.11], ports: [25, 26]}
                              - {name: ex02, addresses: [10.20.0.12]}
                            protectedSources: [{name: gw, kind: gateway, addresses: [10.20.0.50]}]
                            grants:
                              - {key: scan, from: {addresses: [10.20.30.0/24]}, to: {servers: ['*']}, tier: internal}
                              - {key: other, from: {addresses: [10.99.0.0/24]}, to: {servers: [ex02]}, tier: internal}
                              - {key: one-port, from: {addresses: [10.98.0.7]}, to: {servers: [ex01], ports: [26]}, tier: relay}
                              - {key: known, from: {addresses: [10.97.0.0/24], accounts: [svc], computers: [pc1, pc2]}, to: {servers: [ex01]}, tier: internal}
                            blocks:
                              - {key: bad, from: {addresses: [10.20.30.41]}, to: {servers: ['*']}, reason: INC-77}
                            """)
                    .policy();
    private static final Server SERVER = POLICY.server("ex01").orElseThrow();

    private static ExpectationSample everywhere() {
        return ExpectationSample.of(POLICY, SERVER, VantageReach.simulated("agent:a"), AT);
    }

    private static List<PlannedProbe> round(ExpectationSample sample, int perTurn, long round) {
        List<PlannedProbe> all = new ArrayList<>();
        int turns = sample.turns(perTurn);
        for (int i = 0; i < turns; i++) {
            all.addAll(sample.turn(round * turns + i, perTurn));
        }
        return all;
    }

    private static String text(PlannedProbe probe) {
        return probe.source()
                + " "
                + probe.port()
                + " "
                + probe.account()
                + " "
                + probe.computer()
                + " "
                + probe.expected().word();
    }

    @Test
    void aRoundAsksBothSidesOfEveryEntryOnceAndWhatNobodyMay() {
        Set<String> asked =
                round(everywhere(), 6, 0).stream()
                        .map(ExpectationSampleTest::text)
                        .collect(Collectors.toSet());
        for (String wanted :
                List.of(
                        "10.20.30.0 25 null null internal",
                        "10.20.30.255 26 null null internal",
                        "10.20.29.255 25 null null none",
                        "10.20.31.0 25 null null none",
                        "10.20.30.41 25 null null none",
                        "10.20.30.40 25 null null internal",
                        "10.20.30.42 25 null null internal",
                        "10.20.0.50 25 null null internal",
                        "10.98.0.7 26 null null relay",
                        "10.97.0.0 25 null null none",
                        "10.97.0.0 25 svc pc1 internal",
                        "10.97.0.255 25 svc pc2 internal")) {
            assertTrue(asked.contains(wanted), wanted + " in " + asked);
        }
        assertTrue(
                asked.stream().anyMatch(one -> one.contains(":") && one.endsWith("none")),
                "an IPv6 address that nobody names: " + asked);
        assertTrue(asked.stream().noneMatch(one -> one.startsWith("10.99.0.0")), "of ex02 alone");
        assertTrue(
                asked.stream().noneMatch(one -> one.startsWith("127.0.0.1 ")), "passes no layer");
    }

    @Test
    void noExpectationStarvesWhateverATurnHolds() {
        ExpectationSample sample = everywhere();
        for (int perTurn : new int[] {1, 2, 6, 7, 1000}) {
            for (long round = 0; round < 5; round++) {
                List<PlannedProbe> asked = round(sample, perTurn, round);
                assertEquals(sample.size(), asked.size(), perTurn + " a turn, round " + round);
                assertEquals(
                        sample.size(),
                        new HashSet<>(asked.stream().map(ExpectationSampleTest::text).toList())
                                .size(),
                        perTurn + " a turn, round " + round);
            }
        }
    }

    @Test
    void roundsDifferAndTheSameTurnIsAlwaysTheSame() {
        assertEquals(everywhere().turn(17, 6), everywhere().turn(17, 6));
        assertTrue(
                !round(everywhere(), 6, 0).equals(round(everywhere(), 6, 1)),
                "every round has an order of its own");
    }

    @Test
    void whatMustBeRefusedIsAskedFirst() {
        for (long turn = 0; turn < 40; turn++) {
            List<Tier> tiers =
                    everywhere().turn(turn, 6).stream().map(PlannedProbe::expected).toList();
            assertEquals(tiers.stream().sorted(Comparator.naturalOrder()).toList(), tiers);
        }
    }

    @Test
    void aRealVantageShowsItsOwnAddressesAndTheIdentitiesThatItRunsAs() {
        Vantage vantage =
                new Vantage(
                        "agent:pc1",
                        AddressSet.parse("10.97.0.0", "10.20.30.77", "fd00::7"),
                        List.of(new Vantage.Context("SVC", "pc1")));
        ExpectationSample sample =
                ExpectationSample.of(
                        POLICY, SERVER, VantageReach.of(List.of(vantage), SERVER.addresses()), AT);
        assertEquals(
                Set.of(
                        "10.97.0.0 25 null null none",
                        "10.97.0.0 26 null null none",
                        "10.97.0.0 25 svc pc1 internal",
                        "10.97.0.0 26 svc pc1 internal",
                        "10.20.30.77 25 null null internal",
                        "10.20.30.77 26 null null internal"),
                round(sample, 6, 0).stream()
                        .map(ExpectationSampleTest::text)
                        .collect(Collectors.toSet()));
    }

    @Test
    void aGroupWithMembersIsNobodyThatCouldBeProven() {
        Policy policy =
                PolicyDocument.parse(
                                """
                                version: 1
                                servers: [{name: ex01, addresses: [10.20.0.11]}]
                                principals:
                                  - {name: anna, sid: S-1-5-21-1-2-3-1101, kind: user}
                                  - {name: clerks, sid: S-1-5-21-1-2-3-1102, kind: group, members: [anna]}
                                grants:
                                  - {key: clerks, from: {accounts: [clerks, anna], addresses: [10.20.30.0/24]}, tier: internal}
                                """)
                        .policy();
        ExpectationSample sample =
                ExpectationSample.of(
                        policy, policy.servers().get(0), VantageReach.simulated("agent:a"), AT);
        Set<String> accounts =
                sample.turn(0, sample.size()).stream()
                        .map(PlannedProbe::account)
                        .filter(account -> account != null)
                        .collect(Collectors.toSet());

        assertEquals(Set.of("anna"), accounts);
        assertFalse(sample.canBeAsked(25, "clerks", null));
        assertFalse(sample.canBeAsked(26, "anna", null));
        assertTrue(sample.canBeAsked(25, "anna", null));
    }

    @Test
    void withoutAVantageThereIsNothingToShow() {
        ExpectationSample sample = ExpectationSample.of(POLICY, SERVER, VantageReach.NONE, AT);
        assertEquals(0, sample.size());
        assertEquals(List.of(), sample.turn(3, 6));
    }
}

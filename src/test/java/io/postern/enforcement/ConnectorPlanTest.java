package io.postern.enforcement;

import static io.postern.enforcement.ConnectorDraft.connector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.AddressRange;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectorPlanTest {
    private static final List<ReceiveConnector> FRESH =
            DefaultConnectors.ofFreshServer("EX01", "contoso.example");

    private static List<String> plan(List<ReceiveConnector> from, List<ReceiveConnector> to) {
        return ConnectorPlan.between(from, to).stream().map(ConnectorStep::description).toList();
    }

    @Test
    void closedIsEnabledLastAndOnTheWayBackDisabledFirst() {
        List<ReceiveConnector> desired =
                new PolicyDraft()
                        .grant("scan", Tier.INTERNAL, "10.0.0.0/24")
                        .grant("app", Tier.RELAY, "10.0.1.5")
                        .compile(FRESH)
                        .connectors();
        String closed = "0.0.0.0-127.0.0.0, 127.0.0.2-255.255.255.255, :: and 1 more ranges";
        assertEquals(
                List.of(
                        "Create 'Postern Internal', disabled, for 10.0.0.0/24.",
                        "Enable 'Postern Internal'.",
                        "Create 'Postern Relay', disabled, for 10.0.1.5.",
                        "Let anonymous clients of 'Postern Relay' send to any recipient.",
                        "Enable 'Postern Relay'.",
                        "Create 'Postern Closed', disabled, for " + closed + ".",
                        "Enable 'Postern Closed'."),
                plan(FRESH, desired));
        assertEquals("Disable 'Postern Closed'.", plan(desired, FRESH).get(0));
    }

    @Test
    void aMovingRangeIsTakenOverInPartsBeforeItIsGivenUp() {
        assertEquals(
                List.of(
                        "Add 10.0.0.0/25, 10.0.0.128/25 to 'Postern Relay'.",
                        "Remove 10.0.0.0/24 from 'Postern Internal'.",
                        "Replace 10.0.0.0/25, 10.0.0.128/25 of 'Postern Relay' by 10.0.0.0/24."),
                moving("10.0.0.0/24"));
    }

    @Test
    void anEqualSingleAddressIsRemovedThenAdded() {
        assertEquals(
                List.of(
                        "Remove 10.0.0.7 from 'Postern Internal'.",
                        "Add 10.0.0.7 to 'Postern Relay'."),
                moving("10.0.0.7"));
    }

    private static List<String> moving(String range) {
        List<ReceiveConnector> before =
                new PolicyDraft()
                        .grant("a", Tier.INTERNAL, "10.1.0.0/24", range)
                        .grant("b", Tier.RELAY, "10.2.0.0/24")
                        .compile(FRESH)
                        .connectors();
        List<ReceiveConnector> after =
                new PolicyDraft()
                        .grant("a", Tier.INTERNAL, "10.1.0.0/24")
                        .grant("b", Tier.RELAY, "10.2.0.0/24", range)
                        .compile(FRESH)
                        .connectors();
        return plan(before, after);
    }

    @Test
    void otherPropertiesAreMendedInPlaceAndOtherBindingsByBuildingAnew() {
        List<ReceiveConnector> desired =
                new PolicyDraft()
                        .grant("a", Tier.INTERNAL, "10.1.0.0/24")
                        .compile(FRESH)
                        .connectors();
        List<ReceiveConnector> edited = new ArrayList<>(desired);
        ReceiveConnector internal = edited.get(5);
        ConnectorStep.Properties quiet =
                new ConnectorStep.Properties(
                        internal.permissionGroups(),
                        internal.authMechanism(),
                        internal.fqdn(),
                        internal.comment(),
                        internal.tarpitMillis(),
                        false);
        edited.set(5, internal.withProperties(quiet).withAnonymousRelay(true).withEnabled(false));
        assertEquals(
                List.of(
                        "Stop anonymous clients of 'Postern Internal' from sending to any"
                                + " recipient.",
                        "Set the properties of 'Postern Internal': verbose log true.",
                        "Enable 'Postern Internal'."),
                plan(edited, desired));

        List<ReceiveConnector> rebound = new ArrayList<>(desired);
        rebound.set(
                5, connector("Postern Internal", "10.1.0.0/24").on("0.0.0.0:25").managed().build());
        List<String> steps = plan(rebound, desired);
        assertEquals("Disable 'Postern Internal'.", steps.get(0));
        assertEquals("Enable 'Postern Closed'.", steps.get(steps.size() - 1));
    }

    @Test
    void fullShardsShiftByOneRangeWithoutPassingTheCap() {
        List<ReceiveConnector> before = shards(0).compile(FRESH).connectors();
        List<ReceiveConnector> after = shards(1).compile(FRESH).connectors();
        assertEquals(8, before.size());
        List<ReceiveConnector> state = before;
        List<ConnectorStep> steps = ConnectorPlan.between(before, after);
        for (ConnectorStep step : steps) {
            state = ConnectorPlan.apply(state, step);
        }
        assertTrue(steps.size() <= 6, steps.size() + " steps");
        assertEquals(List.of(), ConnectorDrift.compare(after, state));
    }

    /** 2,000 addresses apart from each other, or one more in front of them. */
    private static PolicyDraft shards(int more) {
        PolicyDraft draft = new PolicyDraft();
        for (int i = 0; i < 2000; i++) {
            draft.grant("g" + i, Tier.INTERNAL, "10.1." + i / 100 + "." + i % 100 * 2);
        }
        return more == 0 ? draft : draft.grant("new", Tier.INTERNAL, "10.0.0.1");
    }

    @Test
    void anUnknownRelayRightMustBeReadFirst() {
        List<ReceiveConnector> observed =
                List.of(connector("Postern Relay", "10.0.0.1").managed().relay(null).build());
        assertEquals(
                "the relay right of 'Postern Relay' is unknown; read it first",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> ConnectorPlan.between(observed, List.of()))
                        .getMessage());
    }

    static Stream<Arguments> refused() {
        List<AddressRange> five = List.of(AddressRange.parse("10.0.0.5"));
        ReceiveConnector off = connector("Postern Relay", "10.0.0.5").managed().disabled().build();
        return Stream.of(
                Arguments.of(
                        new ConnectorStep.Enable("Nobody"),
                        "'Nobody' must be there exactly once, found 0"),
                Arguments.of(
                        new ConnectorStep.Disable("default frontend ex01"),
                        "'default frontend ex01' is not managed by Postern"),
                Arguments.of(
                        new ConnectorStep.RemoveRanges("Postern Internal", five),
                        "Exchange would refuse: 'Postern Internal' has no remote range"),
                Arguments.of(
                        new ConnectorStep.AddRanges("Postern Internal", five),
                        "'Postern Internal' already holds 10.0.0.5"),
                Arguments.of(
                        new ConnectorStep.RemoveRanges(
                                "Postern Internal", List.of(AddressRange.parse("10.0.0.6"))),
                        "'Postern Internal' does not hold 10.0.0.6"),
                Arguments.of(
                        new ConnectorStep.CreateDisabled(off),
                        "Exchange would refuse: 'Postern Internal' and 'Postern Relay' both hold"
                                + " 10.0.0.5 on one binding"),
                Arguments.of(
                        new ConnectorStep.CreateDisabled(
                                connector("Mine", "10.0.0.9").disabled().build()),
                        "'Mine' lacks Postern's mark"),
                Arguments.of(
                        new ConnectorStep.Remove(
                                connector("Postern Internal", "10.0.0.5")
                                        .managed()
                                        .disabled()
                                        .build()),
                        "'Postern Internal' is not what it was"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refused")
    void aStepThatCannotBeIsRefused(ConnectorStep step, String message) {
        List<ReceiveConnector> state = new ArrayList<>(FRESH);
        state.add(connector("Postern Internal", "10.0.0.5").managed().build());
        assertEquals(
                message,
                assertThrows(IllegalStateException.class, () -> ConnectorPlan.apply(state, step))
                        .getMessage());
    }

    @Test
    void anotherOnesConnectorInTheWayIsAClearRefusal() {
        List<ReceiveConnector> observed = new ArrayList<>(FRESH);
        observed.add(connector("Scanner", "10.0.0.128-10.0.1.5").build());
        List<ReceiveConnector> desired =
                List.of(connector("Postern Internal", "10.0.0.0/24").managed().build());
        String message =
                assertThrows(
                                IllegalStateException.class,
                                () -> ConnectorPlan.between(observed, desired))
                        .getMessage();
        assertTrue(message.startsWith("Exchange would refuse: 'Postern Internal' and"), message);
    }
}

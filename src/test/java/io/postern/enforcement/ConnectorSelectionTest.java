package io.postern.enforcement;

import static io.postern.enforcement.ConnectorDraft.connector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.Tier;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectorSelectionTest {
    private static final String ALL = "0.0.0.0/0";

    static Stream<Arguments> choices() {
        return Stream.of(
                choice(
                        "Microsoft's example: the connector of the one address beats the wide one",
                        "10.0.0.5",
                        "B",
                        connector("A", ALL),
                        connector("B", "10.0.0.5")),
                choice(
                        "Microsoft's example: everybody else stays on the wide one",
                        "10.0.0.6",
                        "A",
                        connector("A", ALL),
                        connector("B", "10.0.0.5")),
                choice(
                        "the smallest range wins, wherever it stands in the list",
                        "10.0.0.5",
                        "B",
                        connector("A", "10.0.0.0/24"),
                        connector("B", "10.0.0.0/30", "10.0.0.4-10.0.0.6"),
                        connector("C", "10.0.0.0/8")),
                choice(
                        "the matching range counts, not the connector's smallest one",
                        "10.0.0.5",
                        "B",
                        connector("A", "10.9.9.9", "10.0.0.0/16"),
                        connector("B", "10.0.0.0/24")),
                choice(
                        "prefix notation has no priority: an equal a-b range ties, first wins",
                        "10.0.0.5",
                        "A",
                        connector("A", "10.0.0.0-10.0.0.255"),
                        connector("B", "10.0.0.0/24")),
                choice(
                        "a smaller range on a wildcard binding beats a larger one on an exact one",
                        "10.0.0.5",
                        "B",
                        connector("A", "10.0.0.0/24").on("10.20.0.11:25"),
                        connector("B", "10.0.0.0/25")),
                choice(
                        "of equal ranges the exact binding wins, though it comes later",
                        "10.0.0.5",
                        "B",
                        connector("A", "10.0.0.0/24"),
                        connector("B", "10.0.0.0/24").on("10.20.0.11:25")),
                choice(
                        "a connector bound to another local address is no candidate",
                        "10.0.0.5",
                        "A",
                        connector("A", ALL),
                        connector("B", "10.0.0.5").on("10.20.0.12:25")),
                choice(
                        "a connector on another port is no candidate",
                        "10.0.0.5",
                        "A",
                        connector("A", ALL),
                        connector("B", "10.0.0.5").on("0.0.0.0:587")),
                choice(
                        "a disabled connector is no candidate: its clients fall through",
                        "10.0.0.5",
                        "A",
                        connector("A", ALL),
                        connector("B", "10.0.0.5").disabled()),
                choice(
                        "an IPv6 range never takes an IPv4 client",
                        "10.0.0.5",
                        null,
                        connector("A", "::/0").on("0.0.0.0:25", "[::]:25")),
                choice(
                        "an IPv6 client lands on the wide IPv6 range beside an IPv4-only connector",
                        "::1",
                        "A",
                        connector("A", ALL, "::/0").on("0.0.0.0:25", "[::]:25"),
                        connector("B", "127.0.0.1")),
                choice(
                        "an IPv6 range needs an IPv6 binding",
                        "fd00::5",
                        null,
                        connector("A", "fd00::/64").on("0.0.0.0:25")),
                choice(
                        "a client in nobody's range is refused",
                        "10.1.0.1",
                        null,
                        connector("A", "10.0.0.0/24")));
    }

    private static Arguments choice(
            String fact, String client, String expected, ConnectorDraft... drafts) {
        List<ReceiveConnector> list = Stream.of(drafts).map(ConnectorDraft::build).toList();
        return Arguments.of(fact, client, expected, list);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("choices")
    void exchangeChooses(
            String fact, String clientText, String expected, List<ReceiveConnector> connectors) {
        Address client = Address.parse(clientText);
        Address local = client.family() == AddressFamily.IPV4 ? v4() : Address.parse("fd00::11");
        ConnectorSelection selection = new ConnectorSelection(connectors);
        String name =
                selection
                        .select(local, 25, client)
                        .map(selected -> selected.connector().name())
                        .orElse(null);
        assertEquals(expected, name);
        List<ConnectorSelection.Candidate> candidates = selection.explain(local, 25, client);
        assertEquals(
                expected == null ? List.of() : List.of(expected),
                candidates.stream()
                        .filter(ConnectorSelection.Candidate::chosen)
                        .map(ConnectorSelection.Candidate::connector)
                        .toList());
        assertEquals(connectors.size(), candidates.size());
    }

    private static Address v4() {
        return Address.parse("10.20.0.11");
    }

    @Test
    void anExplanationSaysWhyEachOtherConnectorLost() {
        List<ReceiveConnector> connectors =
                List.of(
                        connector("wide", ALL).build(),
                        connector("off", "10.0.0.5").disabled().build(),
                        connector("elsewhere", "10.0.0.5").on("0.0.0.0:587").build(),
                        connector("other", "10.9.0.0/16").build(),
                        connector("wins", "10.0.0.0/24").on("10.20.0.11:25").build(),
                        connector("ties", "10.0.0.0/24").build());
        List<String> reasons =
                new ConnectorSelection(connectors)
                        .explain(v4(), 25, Address.parse("10.0.0.5")).stream()
                                .map(ConnectorSelection.Candidate::why)
                                .toList();
        assertEquals(
                List.of(
                        "0.0.0.0/0 is wider than 10.0.0.0/24 of 'wins'",
                        "it is disabled",
                        "it is not bound to port 25 of 10.20.0.11",
                        "none of its ranges holds 10.0.0.5",
                        "10.0.0.0/24 is the smallest range that holds 10.0.0.5",
                        "10.0.0.0/24 is as small, but 'wins' is bound to exactly 10.20.0.11"),
                reasons);
    }

    static Stream<Arguments> tiers() {
        return Stream.of(
                Arguments.of(Tier.INTERNAL, connector("anonymous", ALL)),
                Arguments.of(Tier.RELAY, connector("anonymous with relay", ALL).relay(true)),
                Arguments.of(Tier.INTERNAL, connector("relay unknown", ALL).relay(null)),
                Arguments.of(
                        Tier.NONE,
                        connector("relay right without the right to submit", ALL)
                                .groups(PermissionGroup.EXCHANGE_USERS)
                                .relay(true)),
                Arguments.of(
                        Tier.TRUSTED,
                        connector("externally secured", ALL)
                                .groups(PermissionGroup.EXCHANGE_SERVERS)
                                .authMechanism(
                                        AuthMechanism.TLS, AuthMechanism.EXTERNAL_AUTHORITATIVE)),
                Arguments.of(
                        Tier.NONE,
                        connector("externally secured without the group", ALL)
                                .groups()
                                .authMechanism(
                                        AuthMechanism.TLS, AuthMechanism.EXTERNAL_AUTHORITATIVE)));
    }

    @ParameterizedTest
    @MethodSource("tiers")
    void aConnectorsRightsGiveItsTier(Tier expected, ConnectorDraft draft) {
        ReceiveConnector built = draft.build();
        ConnectorSelection.Selected selected =
                new ConnectorSelection(List.of(built))
                        .select(v4(), 25, Address.parse("10.0.0.5"))
                        .orElseThrow();
        assertEquals(expected, ConnectorSelection.tierOf(selected), built.name());
    }

    @Test
    void thePartitionAgreesWithTheChoiceAtEveryBoundary() {
        for (long seed = 1; seed <= 300; seed++) {
            List<ReceiveConnector> connectors = anything(seed);
            ConnectorSelection selection = new ConnectorSelection(connectors);
            for (Address local : RandomConnectors.LOCALS) {
                List<ConnectorPartition.Part> parts = ConnectorPartition.of(connectors, local, 25);
                covers(parts, local.family(), "seed " + seed);
                for (Address client : RandomConnectors.probes(connectors, List.of())) {
                    if (client.family() == local.family()) {
                        ReceiveConnector chosen =
                                selection
                                        .select(local, 25, client)
                                        .map(ConnectorSelection.Selected::connector)
                                        .orElse(null);
                        ConnectorPartition.Part part =
                                parts.stream()
                                        .filter(one -> one.range().contains(client))
                                        .findFirst()
                                        .orElseThrow();
                        assertEquals(chosen, part.connector(), "seed " + seed + ", " + client);
                    }
                }
            }
        }
    }

    /** Conflicts and all: the choice is defined for any list. */
    private static List<ReceiveConnector> anything(long seed) {
        RandomConnectors ranges = new RandomConnectors(seed);
        Random random = new Random(seed);
        return Stream.of("A", "B", "C", "D", "E")
                .map(
                        name -> {
                            ConnectorDraft draft =
                                    connector(name, List.of(ranges.range(), ranges.range()));
                            return switch (random.nextInt(4)) {
                                case 0 -> draft.on("10.20.0.11:25", "[::]:25").build();
                                case 1 -> draft.on("10.20.0.11:25", "0.0.0.0:25").build();
                                case 2 -> draft.on("[::]:25").disabled().build();
                                default -> draft.on("0.0.0.0:25", "[::]:25").build();
                            };
                        })
                .toList();
    }

    private static void covers(
            List<ConnectorPartition.Part> parts, AddressFamily family, String text) {
        Address next = Address.first(family);
        for (int i = 0; i < parts.size(); i++) {
            AddressRange range = parts.get(i).range();
            assertEquals(next, range.low(), text);
            next = range.high().next().orElse(null);
            assertTrue(i == 0 || parts.get(i).connector() != parts.get(i - 1).connector(), text);
        }
        assertEquals(Address.last(family), parts.get(parts.size() - 1).range().high(), text);
    }
}

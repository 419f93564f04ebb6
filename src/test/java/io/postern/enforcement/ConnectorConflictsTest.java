package io.postern.enforcement;

import static io.postern.enforcement.ConnectorDraft.connector;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectorConflictsTest {
    private static final String ROLES =
            "'A' and 'B' have different transport roles (FrontendTransport, HubTransport) on the"
                    + " same binding";

    static Stream<Arguments> cases() {
        return Stream.of(
                one(
                        "a range wholly inside another is allowed",
                        null,
                        connector("A", "10.0.0.0/8"),
                        connector("B", "10.0.0.0/24")),
                one(
                        "also where they share an end",
                        null,
                        connector("A", "10.0.0.0-10.0.0.9"),
                        connector("B", "10.0.0.5-10.0.0.9"),
                        connector("C", "10.0.0.0-10.0.0.4")),
                one(
                        "adjacent ranges are allowed",
                        null,
                        connector("A", "10.0.0.0-10.0.0.9"),
                        connector("B", "10.0.0.10-10.0.0.19")),
                one(
                        "rule 1: another role on the same binding, whatever the ranges",
                        ROLES,
                        connector("A", "10.0.0.0/24"),
                        connector("B", "192.168.0.0/24").hub()),
                one(
                        "rule 1: another role on an address under a wildcard",
                        ROLES,
                        connector("A", "10.0.0.0/24"),
                        connector("B", "192.168.0.0/24").hub().on("10.20.0.11:25")),
                one(
                        "another role on another port is allowed",
                        null,
                        connector("A", "10.0.0.0/24"),
                        connector("B", "10.0.0.0/24").hub().on("0.0.0.0:2525")),
                one(
                        "another role on another exact address is allowed",
                        null,
                        connector("A", "10.0.0.0/24").on("10.20.0.12:25"),
                        connector("B", "10.0.0.0/24").hub().on("10.20.0.11:25")),
                one(
                        "rule 2: an equal range on the identical binding, in any notation",
                        "'A' and 'B' both hold 10.0.0.0/24 on one binding",
                        connector("A", "192.168.0.1", "10.0.0.0/24"),
                        connector("B", "10.0.0.0-10.0.0.255")),
                one(
                        "rule 2: a partial overlap on the identical binding",
                        "'A' and 'B' partly overlap: 10.0.0.0/24 and 10.0.0.128-10.0.1.127",
                        connector("A", "10.0.0.0/24"),
                        connector("B", "10.0.0.128-10.0.1.127")),
                one(
                        "rule 2: one binding in common is enough",
                        "'A' and 'B' both hold 10.0.0.5 on one binding",
                        connector("A", "10.0.0.5").on("[::]:25", "0.0.0.0:25"),
                        connector("B", "10.0.0.5").on("0.0.0.0:25", "0.0.0.0:587")),
                one(
                        "rule 3: an equal range is allowed where only a wildcard joins the bindings",
                        null,
                        connector("A", "10.0.0.0/24"),
                        connector("B", "10.0.0.0/24").on("10.20.0.11:25")),
                one(
                        "rule 3: a partial overlap is refused there too",
                        "'A' and 'B' partly overlap: 10.0.0.0/24 and 10.0.0.128-10.0.1.127",
                        connector("A", "10.0.0.0/24"),
                        connector("B", "10.0.0.128-10.0.1.127").on("10.20.0.11:25")),
                one(
                        "bindings of two exact addresses never meet",
                        null,
                        connector("A", "10.0.0.0/24").on("10.20.0.12:25"),
                        connector("B", "10.0.0.128-10.0.1.127").on("10.20.0.11:25")),
                one(
                        "the wildcards of the two families never meet",
                        null,
                        connector("A", "10.0.0.0/24").on("0.0.0.0:25"),
                        connector("B", "10.0.0.0/24").on("[::]:25")),
                one(
                        "disabled connectors count",
                        "'A' and 'B' both hold 10.0.0.5 on one binding",
                        connector("A", "10.0.0.5").disabled(),
                        connector("B", "10.0.0.5")),
                one(
                        "IPv6 ranges conflict as IPv4 ones do",
                        "'A' and 'B' partly overlap: fd00::-fd00::5 and fd00::5-fd00::9",
                        connector("A", "fd00::5-fd00::9").on("[::]:25"),
                        connector("B", "fd00::-fd00::5").on("[::]:25")),
                one(
                        "names are unique in any case",
                        "'Scan' and 'sCAN' have the same name",
                        connector("Scan", "10.0.0.5"),
                        connector("sCAN", "10.0.0.6")),
                one(
                        "a name is at most 64 characters long",
                        "'" + "x".repeat(65) + "' has a name longer than 64 characters",
                        connector("x".repeat(65), "10.0.0.5"),
                        connector("y".repeat(64), "10.0.0.6")),
                one("a connector needs a name", "a connector has no name", connector(" ", "::1")),
                one("a connector needs ranges", "'A' has no remote range", connector("A")),
                one("a connector needs bindings", "'A' has no binding", connector("A", "::1").on()),
                one("a thousand ranges are taken", null, connector("A", ranges(1000))),
                one(
                        "one more is not",
                        "'A' has 1001 remote ranges, more than 1000",
                        connector("A", ranges(1001))));
    }

    private static List<AddressRange> ranges(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> AddressRange.single(Address.ipv4(2L * i)))
                .toList();
    }

    private static Arguments one(String fact, String expected, ConnectorDraft... drafts) {
        return Arguments.of(fact, expected, Stream.of(drafts).map(ConnectorDraft::build).toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void exchangeRefuses(String fact, String expected, List<ReceiveConnector> connectors) {
        List<String> found = ConnectorConflicts.of(connectors);
        assertEquals(expected == null ? List.of() : List.of(normal(expected)), normal(found));
        // Whichever of two comes last is the one refused.
        for (int i = 0; i < connectors.size() && connectors.size() == 2; i++) {
            ReceiveConnector added = connectors.get(i);
            Optional<String> refusal =
                    ConnectorConflicts.refusing(List.of(connectors.get(1 - i)), added);
            boolean alone = expected != null && !expected.contains(" and ");
            if (!alone) {
                assertEquals(expected != null, refusal.isPresent(), fact);
            }
        }
    }

    private static List<String> normal(List<String> sentences) {
        return sentences.stream().map(ConnectorConflictsTest::normal).toList();
    }

    /** Which of the two is named first means nothing. */
    private static String normal(String sentence) {
        return sentence.replace("'B' and 'A'", "'A' and 'B'");
    }

    @Test
    void theSweepAgreesWithComparingEveryPair() {
        for (long seed = 1; seed <= 400; seed++) {
            RandomConnectors random = new RandomConnectors(seed);
            List<ReceiveConnector> connectors = new ArrayList<>();
            for (String name : List.of("A", "B", "C")) {
                connectors.add(
                        connector(name, List.of(random.range(), random.range()))
                                .on(seed % 3 == 0 ? "10.20.0.11:25" : "0.0.0.0:25")
                                .build());
            }
            boolean refused = false;
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < i; j++) {
                    refused |= clash(connectors.get(i), connectors.get(j));
                }
            }
            assertEquals(refused, !ConnectorConflicts.of(connectors).isEmpty(), "seed " + seed);
        }
    }

    private static boolean clash(ReceiveConnector a, ReceiveConnector b) {
        return a.remoteIpRanges().stream()
                .anyMatch(
                        mine ->
                                b.remoteIpRanges().stream()
                                        .anyMatch(
                                                theirs ->
                                                        mine.overlaps(theirs)
                                                                && (mine.equals(theirs)
                                                                        || !mine.contains(theirs)
                                                                                && !theirs.contains(
                                                                                        mine))));
    }

    @Test
    void onlyConflictsOfTheAddedConnectorRefuseIt() {
        List<ReceiveConnector> existing =
                List.of(connector("A", "10.0.0.5").build(), connector("B", "10.0.0.5").build());
        assertEquals(
                Optional.empty(),
                ConnectorConflicts.refusing(existing, connector("C", "10.0.0.6").build()));
    }
}

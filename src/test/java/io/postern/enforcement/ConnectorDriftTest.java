package io.postern.enforcement;

import static io.postern.enforcement.ConnectorDraft.connector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectorDriftTest {
    private static final List<ReceiveConnector> FRESH =
            DefaultConnectors.ofFreshServer("EX01", "contoso.example");
    private static final List<ReceiveConnector> DESIRED =
            new PolicyDraft()
                    .grant("scan", Tier.INTERNAL, "10.20.30.0/24")
                    .compile(FRESH)
                    .connectors();

    private static List<ReceiveConnector> with(ConnectorDraft more) {
        List<ReceiveConnector> all = new ArrayList<>(DESIRED);
        all.add(more.build());
        return all;
    }

    private static List<ReceiveConnector> reordered() {
        List<ReceiveConnector> all = new ArrayList<>();
        for (ReceiveConnector one : DESIRED) {
            List<Binding> bindings = new ArrayList<>(one.bindings());
            Collections.reverse(bindings);
            all.add(
                    new ReceiveConnector(
                            one.name(),
                            one.managed(),
                            one.enabled(),
                            one.transportRole(),
                            bindings,
                            one.remoteIpRanges(),
                            one.permissionGroups(),
                            one.authMechanism(),
                            one.anonymousRelay(),
                            one.fqdn(),
                            one.comment(),
                            one.tarpitMillis(),
                            one.verboseLogging()));
        }
        Collections.reverse(all);
        return all;
    }

    private static List<ReceiveConnector> without(String name) {
        return DESIRED.stream().filter(one -> !one.name().equals(name)).toList();
    }

    private static List<ReceiveConnector> changed() {
        return DESIRED.stream()
                .map(one -> one.name().equals("Postern Internal") ? one.withEnabled(false) : one)
                .toList();
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of("as desired", DESIRED, List.of()),
                Arguments.of("another order of connectors and bindings", reordered(), List.of()),
                Arguments.of(
                        "one of ours is gone",
                        without("Postern Closed"),
                        List.of(
                                "MISSING Postern Closed: it is not there",
                                "EFFECTIVE Default Frontend EX01: it gives internal to"
                                        + " 0.0.0.0-10.20.29.255, 10.20.31.0-127.0.0.0,"
                                        + " 127.0.0.2-255.255.255.255, ::,"
                                        + " ::2-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, which should"
                                        + " get less")),
                Arguments.of(
                        "one of ours is disabled: its clients are closed, not opened",
                        changed(),
                        List.of("CHANGED Postern Internal: enabled is false, should be true")),
                Arguments.of(
                        "another carries our mark",
                        with(connector("Postern Extra", "10.9.0.1").managed().disabled()),
                        List.of("FOREIGN Postern Extra: it carries our mark but is not desired")),
                Arguments.of(
                        "a narrower connector of others opens what is closed",
                        with(connector("Copier", "10.9.0.0/28").relay(true)),
                        List.of(
                                "EFFECTIVE Copier: it gives relay to 10.9.0.0/28, which should get"
                                        + " less")),
                Arguments.of(
                        "a narrower connector of others raises what is internal",
                        with(connector("Copier", "10.20.30.8").relay(true)),
                        List.of(
                                "EFFECTIVE Copier: it gives relay to 10.20.30.8, which should get"
                                        + " less")),
                Arguments.of(
                        "a disabled one opens nothing",
                        with(connector("Copier", "10.9.0.0/28").relay(true).disabled()),
                        List.of()),
                Arguments.of(
                        "on another port it is not ours to judge",
                        with(connector("Copier", "10.9.0.0/28").on("0.0.0.0:26")),
                        List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void finds(String name, List<ReceiveConnector> observed, List<String> expected) {
        List<ConnectorDrift> found = new ArrayList<>(ConnectorDrift.compare(DESIRED, observed));
        found.addAll(ConnectorDrift.effective(DESIRED, observed));
        assertEquals(
                expected,
                found.stream()
                        .map(one -> one.kind() + " " + one.connector() + ": " + one.detail())
                        .toList());
    }

    private static AcceptedDomain domain(String domain, AcceptedDomain.Type type) {
        return new AcceptedDomain("entry", domain, type, false);
    }

    private static List<ReceiveConnector> relaying() {
        return new PolicyDraft()
                .grant("app", Tier.RELAY, "10.20.30.0/24")
                .compile(FRESH)
                .connectors();
    }

    static Stream<Arguments> domains() {
        String protectedSources = "127.0.0.1, ::1 (connector 'Default Frontend EX01')";
        String ours = "10.20.30.0/24 (connector 'Postern Internal')";
        return Stream.of(
                Arguments.of("the own domain", DESIRED, "contoso.example", List.of()),
                Arguments.of("subdomains of an own one", DESIRED, "*.contoso.example", List.of()),
                Arguments.of(
                        "every domain",
                        DESIRED,
                        "*",
                        List.of(
                                "it is '*': every domain counts as an own one, so internal means"
                                        + " relay for "
                                        + protectedSources
                                        + "; "
                                        + ours)),
                Arguments.of(
                        "a whole top-level domain",
                        DESIRED,
                        "*.com",
                        List.of(
                                "it is '*.com': a whole top-level domain counts as your own and may"
                                        + " be sent to by "
                                        + protectedSources
                                        + "; "
                                        + ours)),
                Arguments.of(
                        "every domain opens what another connector gives too",
                        with(connector("Copier", "10.9.0.0/28")),
                        "*",
                        List.of(
                                "it is '*': every domain counts as an own one, so internal means"
                                        + " relay for 10.9.0.0/28 (connector 'Copier'); "
                                        + protectedSources
                                        + "; "
                                        + ours)),
                Arguments.of(
                        "every domain opens nothing where everybody is closed or relays anyway",
                        List.of(
                                connector("Postern Relay", "10.20.30.0/24")
                                        .managed()
                                        .relay(true)
                                        .build()),
                        "*",
                        List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("domains")
    void findsWhatAnAcceptedDomainOpens(
            String name, List<ReceiveConnector> observed, String domain, List<String> expected) {
        for (AcceptedDomain.Type type : AcceptedDomain.Type.values()) {
            List<ConnectorDrift> found =
                    ConnectorDrift.effective(DESIRED, observed, List.of(domain(domain, type)));
            assertEquals(expected, found.stream().map(ConnectorDrift::detail).toList());
            for (ConnectorDrift one : found) {
                assertEquals(ConnectorDrift.EFFECTIVE, one.kind());
                assertEquals("entry", one.subject());
                assertNull(one.connector());
                assertTrue(one.remedy().contains("Remove-AcceptedDomain"), one.remedy());
            }
        }
    }

    @Test
    void whoShouldRelayGetsNothingMoreByAnAcceptedDomain() {
        List<ReceiveConnector> revoked =
                relaying().stream()
                        .map(
                                one ->
                                        one.name().equals("Postern Relay")
                                                ? ConnectorPlan.apply(
                                                                List.of(one),
                                                                new ConnectorStep.RevokeRelay(
                                                                        one.name()))
                                                        .get(0)
                                                : one)
                        .toList();
        String detail =
                ConnectorDrift.effective(
                                relaying(),
                                revoked,
                                List.of(domain("*", AcceptedDomain.Type.AUTHORITATIVE)))
                        .get(0)
                        .detail();
        assertFalse(detail.contains("10.20.30.0"), detail);
        assertTrue(detail.contains("127.0.0.1"), detail);
    }

    @Test
    void withoutAnythingOfOursNoPortIsOursToJudge() {
        assertEquals(
                List.of(),
                ConnectorDrift.effective(
                        List.of(), FRESH, List.of(domain("*", AcceptedDomain.Type.AUTHORITATIVE))));
    }
}

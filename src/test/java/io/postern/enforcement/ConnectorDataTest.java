package io.postern.enforcement;

import static io.postern.enforcement.ConnectorDraft.connector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.postern.enforcement.server.DesiredState;
import io.postern.policy.AddressRange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectorDataTest {
    private static final ReceiveConnector WHOLE =
            connector("Postern Internal", "10.0.0.9", "10.0.0.0-10.0.0.7", "fd00::/64")
                    .on("[::]:25", "0.0.0.0:25")
                    .managed()
                    .build();

    @Test
    void dataIsInOneFixedOrder() {
        assertEquals(
                List.of("10.0.0.0/29", "10.0.0.9", "fd00::/64"),
                ConnectorData.of(WHOLE).remoteIpRanges());
        assertEquals(List.of("0.0.0.0:25", "[::]:25"), ConnectorData.of(WHOLE).bindings());
        for (ReceiveConnector one : DefaultConnectors.ofFreshServer("EX01", "")) {
            assertEquals(
                    ConnectorData.of(one),
                    ConnectorData.of(ConnectorData.of(one).toConnector()),
                    one.name());
        }
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("name", null, "a connector's name has 1 to 64 characters"),
                Arguments.of("name", " ", "a connector's name has 1 to 64 characters"),
                Arguments.of("name", "x".repeat(65), "a connector's name has 1 to 64 characters"),
                Arguments.of(
                        "transportRole",
                        "Frontend",
                        "connector 'C': transportRole 'Frontend' is none of FrontendTransport,"
                                + " HubTransport"),
                Arguments.of(
                        "transportRole",
                        null,
                        "connector 'C': transportRole 'null' is none of"
                                + " FrontendTransport, HubTransport"),
                Arguments.of(
                        "bindings",
                        "0.0.0.0",
                        "connector 'C': '0.0.0.0' is not a binding (address:port)"),
                Arguments.of(
                        "bindings", "0.0.0.0:99999", "connector 'C': port out of range: 99999"),
                Arguments.of(
                        "bindings",
                        null,
                        "connector 'C': bindings must be a list of at most 10000 values"),
                Arguments.of(
                        "remoteIpRanges",
                        "10.0.0.300",
                        "connector 'C': '10.0.0.300' is not an IP address: 300 is over 255"),
                Arguments.of(
                        "permissionGroups",
                        "Everyone",
                        "connector 'C': permissionGroups 'Everyone' is none of AnonymousUsers,"
                                + " ExchangeUsers, ExchangeServers, ExchangeLegacyServers,"
                                + " Partners, Custom"),
                Arguments.of(
                        "authMechanism",
                        "tls",
                        "connector 'C': authMechanism 'tls' is none of Tls, Integrated, BasicAuth,"
                                + " BasicAuthRequireTLS, ExchangeServer, ExternalAuthoritative"),
                Arguments.of(
                        "fqdn",
                        null,
                        "connector 'C': fqdn must be a text of at most 1024 characters"),
                Arguments.of(
                        "comment",
                        "x".repeat(1025),
                        "connector 'C': comment must be a text of at most 1024 characters"),
                Arguments.of(
                        "tarpitMillis",
                        "-1",
                        "connector 'C': tarpitMillis -1 is not in 0 to 600000"));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("bad")
    void badDataIsRefusedWithItsPlace(String component, String value, String message) {
        ConnectorData data =
                new ConnectorData(
                        component.equals("name") ? value : "C",
                        false,
                        true,
                        component.equals("transportRole") ? value : "FrontendTransport",
                        list(component.equals("bindings"), value, "0.0.0.0:25"),
                        list(component.equals("remoteIpRanges"), value, "10.0.0.5"),
                        list(component.equals("permissionGroups"), value, "AnonymousUsers"),
                        list(component.equals("authMechanism"), value, "Tls"),
                        false,
                        component.equals("fqdn") ? value : "",
                        component.equals("comment") ? value : "",
                        component.equals("tarpitMillis") ? Integer.parseInt(value) : 0,
                        true);
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, data::toConnector).getMessage());
    }

    private static List<String> list(boolean bad, String value, String good) {
        if (bad) {
            return value == null ? null : List.of(value);
        }
        return List.of(good);
    }

    @Test
    void theDigestKnowsTheConnectorsAndNothingElse() {
        ReceiveConnector other = connector("Postern Relay", "10.0.0.8").managed().build();
        DesiredState one = state(7, WHOLE, other);
        assertEquals(one.digest(), state(8, other, WHOLE).digest());
        List<AddressRange> turned = new ArrayList<>(WHOLE.remoteIpRanges());
        Collections.reverse(turned);
        assertEquals(one.digest(), state(7, WHOLE.withRemoteIpRanges(turned), other).digest());
        assertEquals(64, one.digest().length());
    }

    @Test
    void theDigestIsThatOfTheDocumentedText() throws NoSuchAlgorithmException {
        String text =
                """
                postern-connectors-1
                name=Postern Internal
                managed=true
                enabled=true
                transportRole=FrontendTransport
                bindings=0.0.0.0:25,[::]:25
                remoteIpRanges=10.0.0.0/29,10.0.0.9,fd00::/64
                permissionGroups=AnonymousUsers
                authMechanism=Tls
                anonymousRelay=false
                fqdn=ex01.contoso.example
                comment=a\\\\b\\nc\\,d
                tarpitMillis=5000
                verboseLogging=true
                """;
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        ReceiveConnector odd =
                WHOLE.withProperties(properties(WHOLE, WHOLE.fqdn(), "a\\b\nc,d", 5000));
        assertEquals(
                HexFormat.of().formatHex(digest),
                DesiredState.digestOf(List.of(ConnectorData.of(odd))));
    }

    private static DesiredState state(long revision, ReceiveConnector... connectors) {
        return new DesiredState(
                DesiredState.EXCHANGE,
                "EX01",
                revision,
                Arrays.stream(connectors).map(ConnectorData::of).toList());
    }

    static Stream<UnaryOperator<ReceiveConnector>> changes() {
        return Stream.of(
                one -> one.withEnabled(false),
                one -> one.withAnonymousRelay(true),
                one -> one.withAnonymousRelay(null),
                one -> one.withRemoteIpRanges(one.remoteIpRanges().subList(0, 2)),
                one -> one.withProperties(properties(one, "other.example", one.comment(), 5000)),
                one -> one.withProperties(properties(one, one.fqdn(), "edited", 5000)),
                one -> one.withProperties(properties(one, one.fqdn(), one.comment(), 0)));
    }

    private static ConnectorStep.Properties properties(
            ReceiveConnector one, String fqdn, String comment, int tarpitMillis) {
        return new ConnectorStep.Properties(
                one.permissionGroups(), one.authMechanism(), fqdn, comment, tarpitMillis, true);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void everyChangeShowsInDigestAndReadBack(UnaryOperator<ReceiveConnector> change) {
        ReceiveConnector changed = change.apply(WHOLE);
        assertNotEquals(state(7, WHOLE).digest(), state(7, changed).digest());
        assertEquals(
                List.of(ConnectorDrift.CHANGED),
                ConnectorDrift.compare(List.of(WHOLE), List.of(changed)).stream()
                        .map(ConnectorDrift::kind)
                        .toList());
    }

    @Test
    void desiredStateHoldsManagedConnectorsOnly() {
        assertThrows(
                IllegalArgumentException.class,
                () -> state(1, connector("Foreign", "10.0.0.1").build()));
    }

    @Test
    void notationAndOrderAreNoDriftButCutsAre() {
        ReceiveConnector want =
                connector("Postern Internal", "10.0.0.0/24", "10.0.2.0/24")
                        .on("0.0.0.0:25", "[::]:25")
                        .managed()
                        .build();
        ReceiveConnector same =
                connector("Postern Internal", "10.0.2.0/24", "10.0.0.0-10.0.0.255")
                        .on("[::]:25", "0.0.0.0:25")
                        .managed()
                        .build();
        assertEquals(List.of(), ConnectorDrift.compare(List.of(want), List.of(same)));
        ReceiveConnector cut =
                connector("Postern Internal", "10.0.2.0/24", "10.0.0.0/25", "10.0.0.128/25")
                        .on("[::]:25", "0.0.0.0:25")
                        .managed()
                        .build();
        assertEquals(
                List.of(
                        new ConnectorDrift(
                                "CHANGED",
                                "Postern Internal",
                                "range missing: 10.0.0.0/24; range added: 10.0.0.0/25,"
                                        + " 10.0.0.128/25")),
                ConnectorDrift.compare(List.of(want), List.of(cut)));
    }

    @Test
    void missingAndForeignConnectorsAreNamed() {
        ReceiveConnector left = connector("Postern Old", "10.0.0.1").managed().build();
        ReceiveConnector others = connector("Default Frontend EX01", "0.0.0.0/0").build();
        assertEquals(
                List.of("MISSING Postern Internal", "FOREIGN Postern Old"),
                ConnectorDrift.compare(List.of(WHOLE), List.of(left, others)).stream()
                        .map(drift -> drift.kind() + " " + drift.connector())
                        .toList());
    }

    @Test
    void customIsNoDriftWhereTheRelayRightCausesIt() {
        ReceiveConnector relay =
                connector("Postern Relay", "10.0.0.1").managed().relay(true).build();
        ReceiveConnector reported =
                connector("Postern Relay", "10.0.0.1")
                        .managed()
                        .relay(true)
                        .groups(PermissionGroup.ANONYMOUS_USERS, PermissionGroup.CUSTOM)
                        .build();
        assertEquals(List.of(), ConnectorDrift.compare(List.of(relay), List.of(reported)));
        assertEquals(
                1,
                ConnectorDrift.compare(
                                List.of(relay.withAnonymousRelay(false)),
                                List.of(reported.withAnonymousRelay(false)))
                        .size());
    }
}

package io.postern.enforcement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ObservedExchangeTest {
    private static final String ANONYMOUS = "NT AUTHORITY\\ANONYMOUS LOGON";
    private static final String RELAY = "Ms-Exch-SMTP-Accept-Any-Recipient";
    private static final String DN =
            "CN=Relay\\, old,CN=SMTP Receive Connectors,CN=Protocols,CN=EX01,CN=Servers,"
                    + "DC=contoso,DC=example";

    private static ObservedConnector connector(PermissionGroup... groups) {
        ReceiveConnector fresh = DefaultConnectors.ofFreshServer("EX01", "").get(0);
        ReceiveConnector named =
                new ReceiveConnector(
                        "Relay, old",
                        false,
                        true,
                        fresh.transportRole(),
                        fresh.bindings(),
                        fresh.remoteIpRanges(),
                        Set.of(groups),
                        fresh.authMechanism(),
                        null,
                        "",
                        "",
                        0,
                        true);
        return new ObservedConnector("EX01", named, DN, "aa-bb", new TreeMap<>());
    }

    private static ReceiveConnector effective(
            ObservedConnector connector, List<ConnectorPermission> permissions) {
        return new ObservedExchange(List.of(connector), permissions, null, List.of())
                .connectorsOf("ex01")
                .get(0);
    }

    private static ConnectorPermission entry(String user, boolean deny, String... rights) {
        return new ConnectorPermission("EX01\\Relay, old", user, deny, false, List.of(rights));
    }

    private static Arguments given(
            String name, Boolean expected, ConnectorPermission... permissions) {
        return Arguments.of(name, expected, List.of(permissions));
    }

    static Stream<Arguments> relayRights() {
        return Stream.of(
                given("allowed", true, entry(ANONYMOUS, false, RELAY)),
                given(
                        "the right in another case",
                        true,
                        entry(ANONYMOUS, false, RELAY.toUpperCase())),
                given("allowed by SID", true, entry("S-1-5-7", false, RELAY)),
                given("another right only", false, entry(ANONYMOUS, false, "ms-Exch-SMTP-Submit")),
                given("every right", true, entry(ANONYMOUS, false, "*")),
                given("denied", false, entry(ANONYMOUS, true, RELAY)),
                given(
                        "denied beats allowed",
                        false,
                        entry(ANONYMOUS, false, RELAY),
                        entry(ANONYMOUS, true, RELAY)),
                given(
                        "authenticated users only",
                        false,
                        entry("NT AUTHORITY\\Authenticated Users", false, RELAY)),
                given("somebody of a domain", false, entry("CONTOSO\\svc-scan", false, RELAY)),
                given("somebody unrecognisable", null, entry("Jeder", false, RELAY)),
                given(
                        "somebody unrecognisable beside an allowed one",
                        true,
                        entry("Jeder", false, RELAY),
                        entry(ANONYMOUS, false, RELAY)),
                given(
                        "somebody unrecognisable with another right",
                        false,
                        entry("Jeder", false, "ms-Exch-SMTP-Submit")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("relayRights")
    void theRelayRightIsWhatTheEntriesSay(
            String name, Boolean expected, List<ConnectorPermission> permissions) {
        assertEquals(
                expected,
                effective(connector(PermissionGroup.ANONYMOUS_USERS), permissions)
                        .anonymousRelay());
    }

    @Test
    void withoutEntriesForTheConnectorTheRelayRightIsUnknown() {
        ConnectorPermission other =
                new ConnectorPermission("EX01\\Other", ANONYMOUS, false, false, List.of(RELAY));

        assertEquals(null, effective(connector(), null).anonymousRelay());
        assertEquals(null, effective(connector(), List.of()).anonymousRelay());
        assertEquals(null, effective(connector(), List.of(other)).anonymousRelay());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ex01\\RELAY, OLD
                    CN=Relay\\, old,CN=SMTP Receive Connectors,CN=Protocols,CN=EX01,CN=Servers,DC=contoso,DC=example
                    contoso.example/Servers/EX01/Protocols/SMTP Receive Connectors/Relay, old
                    AA-BB
                    """)
    void anEntryFindsItsConnectorByEveryName(String identity) {
        ConnectorPermission entry =
                new ConnectorPermission(identity, ANONYMOUS, false, true, List.of(RELAY));

        assertEquals(true, effective(connector(), List.of(entry)).anonymousRelay());
    }

    @Test
    void theRightToSubmitCountsWhereOnlyCustomIsReported() {
        ObservedConnector custom = connector(PermissionGroup.CUSTOM);
        ObservedConnector anonymous = connector(PermissionGroup.ANONYMOUS_USERS);

        assertEquals(
                true,
                effective(custom, List.of(entry(ANONYMOUS, false, "ms-Exch-SMTP-Submit")))
                        .anonymous());
        assertEquals(false, effective(custom, List.of(entry("S-1-5-11", false, "*"))).anonymous());
        assertEquals(
                false,
                effective(anonymous, List.of(entry(ANONYMOUS, true, "ms-exch-smtp-submit")))
                        .anonymous());
        assertEquals(
                true, effective(anonymous, List.of(entry(ANONYMOUS, false, RELAY))).anonymous());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    S-1-5-7                                    | ANONYMOUS
                    NT AUTHORITY\\ANONYMOUS LOGON              | ANONYMOUS
                    nt authority\\anonymous logon              | ANONYMOUS
                    NT-AUTORITÄT\\ANONYMOUS-ANMELDUNG          | ANONYMOUS
                    AUTORITE NT\\ANONYMOUS LOGON               | ANONYMOUS
                    AUTORIDADE NT\\LOGON ANÔNIMO               | ANONYMOUS
                    S-1-5-11                                   | SOMEONE_ELSE
                    NT-AUTORITÄT\\Authentifizierte Benutzer    | SOMEONE_ELSE
                    AUTORITE NT\\Utilisateurs authentifiés     | SOMEONE_ELSE
                    MS Exchange\\Externally Secured Servers    | SOMEONE_ELSE
                    CONTOSO\\anonymous-scanner                 | SOMEONE_ELSE
                    NT AUTHORITY\\Something New                | UNRECOGNISED
                    Everyone                                   | UNRECOGNISED
                    S-1-1-0                                    | UNRECOGNISED
                    """)
    void accountsAreRecognisedInEveryLanguage(String user, AnonymousRights.Who who) {
        assertEquals(who, AnonymousRights.who(user));
    }

    @Test
    void serversAreNamedOnceInAnyCase() {
        ObservedConnector one = connector();
        ObservedConnector two =
                new ObservedConnector("ex01", one.connector(), null, null, new TreeMap<>());
        ObservedExchange observed = new ObservedExchange(List.of(one, two), null, null, List.of());

        assertEquals(List.of("EX01"), List.copyOf(observed.servers()));
        assertEquals(2, observed.connectorsOf("Ex01").size());
    }
}

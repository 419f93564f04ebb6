package io.postern.agent.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectorStateTest {
    /**
     * Real: the texts of one connector of an Exchange 2019 export (microsoft/CSS-Exchange, MIT),
     * put into the form of session.ps1 by hand. Documented: its access entries, after the rights of
     * its permission groups.
     */
    private static final String DEFAULT_FRONTEND =
            """
            {"name":"Default Frontend WIN-CTD3L0RGEN4","server":"WIN-CTD3L0RGEN4",\
            "guid":"7849c4d3-e168-483e-8ea8-836875117e4e",\
            "distinguishedName":"CN=Default Frontend WIN-CTD3L0RGEN4,CN=SMTP Receive Connectors,\
            CN=Protocols,CN=WIN-CTD3L0RGEN4,CN=Servers,CN=Exchange Administrative Group\
             (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=First Organization,\
            CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=exlab,DC=dom",\
            "enabled":true,"transportRole":"FrontendTransport","bindings":["[::]:25",\
            "0.0.0.0:25"],"remoteIPRanges":["::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",\
            "0.0.0.0-255.255.255.255"],"permissionGroups":"AnonymousUsers, ExchangeServers,\
             ExchangeLegacyServers","authMechanism":"Tls, Integrated, BasicAuth,\
             BasicAuthRequireTLS, ExchangeServer","fqdn":"WIN-CTD3L0RGEN4.exlab.dom",\
            "comment":"","tarpitInterval":"00:00:05","protocolLoggingLevel":"Verbose",\
            "permissions":[{"user":"NT AUTHORITY\\\\ANONYMOUS LOGON","deny":false,\
            "inherited":false,"extendedRights":["ms-Exch-SMTP-Submit"]},{"user":\
            "MS Exchange\\\\Externally Secured Servers","deny":false,"inherited":false,\
            "extendedRights":["ms-Exch-SMTP-Accept-Any-Recipient"]}ENTRY]}""";

    private static ReceiveConnector connector(String entry) throws IOException {
        return ConnectorState.parse(DEFAULT_FRONTEND.replace("ENTRY", entry))
                .connector("NT AUTHORITY\\ANONYMOUS LOGON");
    }

    @Test
    void aRealDefaultFrontendIsUnderstood() throws IOException {
        ConnectorData data = ConnectorData.of(connector(""));
        assertEquals(List.of("0.0.0.0:25", "[::]:25"), data.bindings());
        assertEquals(List.of("0.0.0.0/0", "::/0"), data.remoteIpRanges());
        assertEquals(
                List.of("AnonymousUsers", "ExchangeServers", "ExchangeLegacyServers"),
                data.permissionGroups());
        assertEquals(5, data.authMechanism().size());
        assertEquals(AuthMechanism.TLS.word(), data.authMechanism().get(0));
        assertEquals(5000, data.tarpitMillis());
        assertEquals("WIN-CTD3L0RGEN4.exlab.dom", data.fqdn());
        assertEquals(Boolean.FALSE, data.anonymousRelay());
    }

    @ParameterizedTest(name = "{0} deny {1}, inherited {2}: {4}")
    @CsvSource({
        "NT AUTHORITY\\\\ANONYMOUS LOGON, false, false, ms-Exch-SMTP-Accept-Any-Recipient, true",
        "nt authority\\\\anonymous logon, false, true, MS-EXCH-SMTP-ACCEPT-ANY-RECIPIENT, true",
        "S-1-5-7, false, false, ms-Exch-SMTP-Accept-Any-Recipient, true",
        "S-1-5-7, true, false, ms-Exch-SMTP-Accept-Any-Recipient, false",
        "S-1-5-7, false, false, ms-Exch-SMTP-Accept-Any-Sender, false",
        "EXLAB\\\\app, false, false, ms-Exch-SMTP-Accept-Any-Recipient, false",
        "somebody, false, false, ms-Exch-SMTP-Accept-Any-Recipient, "
    })
    void theRelayRightIsWhatTheEntriesSay(
            String user, boolean deny, boolean inherited, String right, Boolean relay)
            throws IOException {
        String entry =
                ",{\"user\":\"%s\",\"deny\":%s,\"inherited\":%s,\"extendedRights\":[\"%s\"]}"
                        .formatted(user, deny, inherited, right);
        assertEquals(relay, connector(entry).anonymousRelay());
    }
}

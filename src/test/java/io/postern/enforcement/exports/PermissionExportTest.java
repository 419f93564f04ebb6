package io.postern.enforcement.exports;

import static io.postern.enforcement.exports.Clixml.bytes;
import static io.postern.enforcement.exports.Clixml.objects;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorPermission;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionExportTest {
    private static List<ConnectorPermission> read(String text) throws ExportException {
        return ExchangeExports.read(Map.of("f", bytes(text))).permissions();
    }

    private static final ConnectorPermission EXPECTED =
            new ConnectorPermission(
                    "EX01\\Relay",
                    "NT AUTHORITY\\ANONYMOUS LOGON",
                    true,
                    true,
                    List.of("ms-Exch-SMTP-Accept-Any-Recipient", "ms-Exch-SMTP-Submit"));

    @Test
    void deserialisedEntriesAreRead() throws Exception {
        String rights =
                "<Obj N=\"ExtendedRights\"><LST><Obj><ToString>ms-Exch-SMTP-Accept-Any-Recipient"
                        + "</ToString><Props><S N=\"RawIdentity\">x</S></Props></Obj>"
                        + "<S>ms-Exch-SMTP-Submit</S></LST></Obj>";
        String user =
                "<Obj N=\"User\"><ToString>NT AUTHORITY\\ANONYMOUS LOGON</ToString><Props>"
                        + "<S N=\"RawIdentity\">NT AUTHORITY\\ANONYMOUS LOGON</S></Props></Obj>";
        String identity =
                "<Obj N=\"Identity\"><ToString>EX01\\Relay</ToString><Props>"
                        + "<S N=\"DistinguishedName\">CN=Relay</S></Props></Obj>";

        assertEquals(
                List.of(EXPECTED),
                read(
                        objects(
                                "<Obj RefId=\"0\"><TN RefId=\"0\"><T>Deserialized.Microsoft."
                                        + "Exchange.Management.RecipientTasks."
                                        + "ADAcePresentationObject</T></TN><Props>"
                                        + "<B N=\"Deny\">true</B><B N=\"IsInherited\">true</B>"
                                        + rights
                                        + user
                                        + identity
                                        + "</Props></Obj>")));
    }

    @Test
    void projectedEntriesAreRead() throws Exception {
        assertEquals(
                List.of(EXPECTED),
                read(
                        """
                        {"permissions": [{"Identity": "EX01\\\\Relay", "User": "NT AUTHORITY\\\\ANONYMOUS LOGON",
                          "Deny": "True", "IsInherited": "True",
                          "ExtendedRights": "ms-Exch-SMTP-Accept-Any-Recipient, ms-Exch-SMTP-Submit"}]}
                        """));
    }

    @Test
    void theSidSaysMoreThanALocalName() throws Exception {
        String json =
                """
                {"Identity": {"DistinguishedName": "CN=Relay,CN=x"}, "User": {"RawIdentity": "?\\\\?"},
                 "UserSid": "S-1-5-7", "Deny": false, "ExtendedRights": null, "AccessRights": ["ReadProperty"]}
                """;

        assertEquals(
                List.of(
                        new ConnectorPermission(
                                "CN=Relay,CN=x", "S-1-5-7", false, false, List.of())),
                read(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "GenericAll"                    | ["a"] | a,*
                    ["ReadProperty, ExtendedRight"] | null  | *
                    ["ExtendedRight"]               | ["a"] | a
                    256                             | []    | *
                    "ReadProperty"                  | null  |
                    """)
    void fullAccessHoldsEveryRight(String access, String extended, String expected)
            throws Exception {
        String json =
                "{\"Identity\":\"x\",\"User\":\"y\",\"Deny\":false,\"AccessRights\":"
                        + access
                        + ",\"ExtendedRights\":"
                        + extended
                        + "}";

        assertEquals(
                expected == null ? "" : expected,
                String.join(",", read(json).get(0).extendedRights()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "contoso.example"                                            | 0               | contoso.example   | AUTHORITATIVE
                    {"Address":"*","IsStar":true}                                | "InternalRelay" | *                 | INTERNAL_RELAY
                    {"IsStar":true}                                              | 1               | *                 | EXTERNAL_RELAY
                    {"Domain":"contoso.example","IncludeSubDomains":true}        | 2               | *.contoso.example | INTERNAL_RELAY
                    {"SmtpDomain":{"Domain":"contoso.example"}}                  | "authoritative" | contoso.example   | AUTHORITATIVE
                    """)
    void acceptedDomainsAreReadInEveryForm(
            String name, String type, String domain, AcceptedDomain.Type expected)
            throws Exception {
        String json = "{\"Name\":\"n\",\"DomainName\":" + name + ",\"DomainType\":" + type + "}";

        assertEquals(
                List.of(new AcceptedDomain("n", domain, expected, false)),
                ExchangeExports.read(Map.of("f", bytes(json))).acceptedDomains());
    }
}

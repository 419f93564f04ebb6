package io.postern.enforcement;

import static io.postern.enforcement.ConnectorDraft.connector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AssessmentTest {
    private static final AcceptedDomain OWN =
            new AcceptedDomain("own", "contoso.example", AcceptedDomain.Type.AUTHORITATIVE, true);

    private static ObservedExchange observed(
            List<AcceptedDomain> domains, ReceiveConnector... connectors) {
        List<ObservedConnector> all = new ArrayList<>();
        for (ReceiveConnector one : connectors) {
            all.add(new ObservedConnector("EX01", one, null, null, new TreeMap<>()));
        }
        return new ObservedExchange(all, null, domains, List.of());
    }

    private static ReceiveConnector wide(Boolean relay) {
        return connector("Wide", "0.0.0.0/0", "::/0")
                .on("0.0.0.0:25", "[::]:25")
                .relay(relay)
                .build();
    }

    private static Arguments given(
            String name, String rules, List<AcceptedDomain> domains, ReceiveConnector... all) {
        return Arguments.of(name, rules, observed(domains, all));
    }

    static Stream<Arguments> situations() {
        ReceiveConnector scanners =
                connector("Scanners", "10.1.2.0/24").on("0.0.0.0:25").relay(true).build();
        return Stream.of(
                given(
                        "nobody",
                        "",
                        List.of(OWN),
                        connector("A", "10.0.0.1").groups().relay(false).build()),
                given(
                        "everyone to own domains",
                        "anonymous-from-everywhere ipv6-wide-open",
                        List.of(OWN),
                        wide(false)),
                given(
                        "the relay right unknown",
                        "anonymous-from-everywhere ipv6-wide-open relay-unknown",
                        List.of(OWN),
                        wide(null)),
                given(
                        "everyone to anyone",
                        "anonymous-from-everywhere ipv6-wide-open relay-open",
                        List.of(OWN),
                        wide(true)),
                given("a relay for a few", "protected-source relay-open", List.of(OWN), scanners),
                given(
                        "accepted domains not exported",
                        "accepted-domains-unknown protected-source relay-open",
                        null,
                        scanners),
                given(
                        "the accepted domain *",
                        "accepted-domain-every protected-source relay-open",
                        List.of(
                                OWN,
                                new AcceptedDomain(
                                        "x", "*", AcceptedDomain.Type.INTERNAL_RELAY, false)),
                        scanners),
                given(
                        "two with one range",
                        "conflicting-connectors protected-source relay-open shadowed",
                        List.of(OWN),
                        scanners,
                        connector("Late", "10.1.2.0/24").on("0.0.0.0:25").relay(true).build()),
                given(
                        "the hub role on 25",
                        "hub-role-on-25 protected-source",
                        List.of(OWN),
                        connector("Hub", "10.0.0.1").on("0.0.0.0:25").relay(false).hub().build()),
                given(
                        "only custom rights, unknown",
                        "custom-rights protected-source relay-unknown",
                        List.of(OWN),
                        connector("C", "10.0.0.1")
                                .on("0.0.0.0:25")
                                .groups(PermissionGroup.CUSTOM)
                                .relay(null)
                                .build()),
                given(
                        "disabled before a wide one",
                        "anonymous-from-everywhere disabled-falls-through ipv6-wide-open",
                        List.of(OWN),
                        wide(false),
                        connector("Off", "10.0.0.1")
                                .on("0.0.0.0:25")
                                .relay(false)
                                .disabled()
                                .build()),
                given(
                        "anonymous on a port of Exchange's own",
                        "anonymous-on-other-port",
                        List.of(OWN),
                        connector("P", "10.0.0.1").on("0.0.0.0:2525").relay(false).build()),
                given(
                        "more on one local address",
                        "local-address-matters protected-source relay-open",
                        List.of(OWN),
                        connector("Any", "10.0.0.1").on("0.0.0.0:25").relay(false).build(),
                        connector("One", "10.0.0.1").on("10.9.9.9:25").relay(true).build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("situations")
    void aSituationHasItsFindings(String name, String rules, ObservedExchange observed) {
        TreeSet<String> found = new TreeSet<>();
        Assessment.of(observed).findings().forEach(one -> found.add(one.rule()));

        assertEquals(rules, String.join(" ", found));
    }

    @Test
    void findingsStandWorstFirst() {
        List<AssessmentFinding> findings =
                Assessment.of(
                                observed(
                                        null,
                                        wide(null),
                                        connector("Hub", "10.0.0.1")
                                                .on("0.0.0.0:25")
                                                .hub()
                                                .build()))
                        .findings();

        assertEquals(AssessmentFinding.Severity.HIGH, findings.get(0).severity());
        for (int i = 1; i < findings.size(); i++) {
            assertTrue(
                    findings.get(i - 1).severity().compareTo(findings.get(i).severity()) <= 0,
                    findings.toString());
        }
    }

    @Test
    void twoConnectorsOfOneNameAreKeptApart() {
        ReceiveConnector relay = connector("Same", "10.0.0.1").on("0.0.0.0:25").relay(true).build();
        ReceiveConnector own = connector("Same", "10.0.0.2").on("0.0.0.0:25").relay(false).build();

        Assessment assessment = Assessment.of(observed(List.of(OWN), relay, own));

        assertEquals(
                "[relay 10.0.0.1, internal 10.0.0.2]",
                assessment.exposures().get(0).shares().stream()
                        .filter(share -> share.connector() != null)
                        .map(share -> share.bounds() + " " + share.addresses().texts().get(0))
                        .toList()
                        .toString());
        assertTrue(
                assessment.policy().yaml().contains("key: 'same-2'"), assessment.policy().yaml());
    }

    static Stream<Arguments> headlines() {
        return Stream.of(
                Arguments.of(
                        observed(List.of(OWN), wide(true)),
                        "Anyone who reaches port 25 of EX01 can send mail to anyone in the world"
                                + " through it, without signing in."),
                Arguments.of(
                        observed(List.of(OWN), wide(false)),
                        "Anyone who reaches port 25 of EX01 can send mail to your own domains"
                                + " without signing in, to nobody else."),
                Arguments.of(
                        observed(List.of(OWN), wide(null)),
                        "Anyone who reaches port 25 of EX01 can send mail to your own domains"
                                + " without signing in, and perhaps to anyone: whether they may"
                                + " relay is unknown until the permissions are exported too."),
                Arguments.of(
                        observed(
                                List.of(
                                        new AcceptedDomain(
                                                "x",
                                                "*",
                                                AcceptedDomain.Type.EXTERNAL_RELAY,
                                                false)),
                                wide(false)),
                        "Your servers are an open relay: the accepted domain '*' lets every client"
                                + " that may submit at all send to anyone in the world."),
                Arguments.of(
                        observed(
                                List.of(OWN),
                                connector("A", "10.0.0.0/30").on("0.0.0.0:25").relay(true).build()),
                        "4 addresses can submit mail without signing in; up to 4 addresses can"
                                + " send to anyone in the world."),
                Arguments.of(
                        observed(List.of(OWN), connector("A", "10.0.0.1").groups().build()),
                        "Nobody can submit mail without signing in."),
                Arguments.of(
                        observed(List.of(OWN)),
                        "No enabled connector listens anywhere: nobody can submit mail."));
    }

    @ParameterizedTest
    @MethodSource("headlines")
    void theHeadlineSaysItAll(ObservedExchange observed, String headline) {
        assertEquals(headline, Assessment.of(observed).headline());
    }
}

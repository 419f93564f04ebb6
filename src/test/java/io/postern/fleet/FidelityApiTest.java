package io.postern.fleet;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.TestUsers;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.ExchangeCompiler;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.server.DesiredState;
import io.postern.policy.EntryChange;
import io.postern.policy.EntryKind;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Revisions;
import io.postern.rollout.Fleet;
import io.postern.web.SignedIn;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What servers let through otherwise than the policy says, from report to page. */
@QuarkusTest
class FidelityApiTest {
    private static final List<ReceiveConnector> FOUND =
            DefaultConnectors.ofFreshServer("EX01", "contoso.example");
    private static final List<Map<String, Object>> OWN_DOMAIN =
            List.of(domain("Own", "contoso.example"));

    @Inject Fleet fleet;
    @Inject Revisions revisions;
    private TestAgent agent;
    private final List<EntryChange> undo = new ArrayList<>();

    @BeforeEach
    void anAgent() {
        TestUsers.ensure("olga", "operator", "reader");
        agent = TestAgent.enrolled();
    }

    @AfterEach
    void asBefore() {
        if (!undo.isEmpty()) {
            append(undo);
        }
    }

    private long append(List<EntryChange> changes) {
        return QuarkusTransaction.requiringNew()
                .call(
                        () ->
                                revisions
                                        .append(
                                                revisions.head().number(),
                                                changes,
                                                "ann",
                                                "a test",
                                                null,
                                                Instant.EPOCH)
                                        .number());
    }

    private long put(EntryKind kind, String key, String json) {
        undo.add(EntryChange.removed(kind, key));
        return append(List.of(EntryChange.put(new PolicyEntry(kind, key, json))));
    }

    private void server(String mode) {
        undo.removeIf(change -> change.key().equals(agent.server()));
        put(
                EntryKind.SERVER,
                agent.server(),
                "{\"addresses\":[\"10.20.0.11\"],\"enforcement\":[\"exchange\"],\"mode\":\""
                        + mode
                        + "\",\"name\":\""
                        + agent.server()
                        + "\"}");
    }

    /** Gives addresses a tier on the server, or an account if one is named. */
    private long grant(String key, String tier, String from) {
        String unique = key + "-" + agent.server();
        return put(
                EntryKind.GRANT,
                unique,
                "{\"from\":{"
                        + from
                        + "},\"key\":\""
                        + unique
                        + "\",\"owner\":\"o\",\"reason\":\"r\",\"tier\":\""
                        + tier
                        + "\",\"to\":{\"servers\":[\""
                        + agent.server()
                        + "\"]}}");
    }

    private static Map<String, Object> domain(String name, String domain) {
        return Map.of("name", name, "domainName", domain, "domainType", "Authoritative");
    }

    private void report(
            long serial, List<Map<String, Object>> domains, List<ReceiveConnector> connectors) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("state", "CONFIRMED");
        body.put("activeSerial", serial);
        body.put("activeRevision", 0);
        body.put("undoneSerial", 0);
        body.put("failedSerial", 0);
        body.put("connectors", connectors.stream().map(FidelityApiTest::json).toList());
        if (domains != null) {
            body.put("acceptedDomains", domains);
        }
        String path = TestAgent.ME + "/reports/" + agent.server();
        agent.signed("PUT", path).body(body).put(path).then().statusCode(204);
    }

    private static Map<String, Object> json(ReceiveConnector connector) {
        ConnectorData data = ConnectorData.of(connector);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", data.name());
        json.put("managed", data.managed());
        json.put("enabled", data.enabled());
        json.put("transportRole", data.transportRole());
        json.put("bindings", data.bindings());
        json.put("remoteIPRanges", data.remoteIpRanges());
        json.put("permissionGroups", data.permissionGroups());
        json.put("authMechanism", data.authMechanism());
        json.put("anonymousRelay", data.anonymousRelay());
        json.put("fqdn", data.fqdn());
        json.put("comment", data.comment());
        json.put("tarpitMillis", data.tarpitMillis());
        json.put("verboseLogging", data.verboseLogging());
        return json;
    }

    private List<ReceiveConnector> compiled(long revision) {
        Policy policy = QuarkusTransaction.requiringNew().call(() -> revisions.policy(revision));
        return ExchangeCompiler.compile(
                        policy, policy.server(agent.server()).orElseThrow(), FOUND, Instant.now())
                .connectors();
    }

    private ValidatableResponse fidelity() {
        return TestUsers.as("olga")
                .get("/api/v1/servers/" + agent.server() + "/fidelity")
                .then()
                .statusCode(200);
    }

    private String page() {
        return SignedIn.as("fidelity-reader", "reader")
                .get("/ui/servers/" + agent.server())
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private long head() {
        return QuarkusTransaction.requiringNew().call(() -> revisions.head().number());
    }

    @Test
    void anUnknownServerIsNotFound() {
        TestUsers.as("olga").get("/api/v1/servers/nowhere/fidelity").then().statusCode(404);
    }

    @Test
    void withoutAReportNothingIsJudgedAndThatIsNoSuccess() {
        server("observe");
        fidelity()
                .body("state", equalTo("NOT_JUDGED"))
                .body("unjudged", containsString("No agent has read this server back yet"))
                .body("mode", equalTo("observe"))
                .body("revision", equalTo((int) head()))
                .body("readAt", nullValue())
                .body("regions", nullValue())
                .body("regionsIfEnforced", nullValue())
                .body("unknowns", nullValue());
        String page = page();
        assertTrue(page.contains("? Not judged"), page);
        assertFalse(page.contains("It lets through"), page);
    }

    @Test
    void aServerThatNoPolicyNamesHasNothingToBeComparedWith() {
        report(0, OWN_DOMAIN, FOUND);
        fidelity()
                .body("state", equalTo("NOT_JUDGED"))
                .body("mode", nullValue())
                .body("readAt", notNullValue())
                .body("unjudged", containsString("has no such server"));
    }

    @Test
    void inModeObserveThoseAreNamedWhoWouldBeCutOffOrLetIn() {
        server("observe");
        grant("scan", "internal", "\"addresses\":[\"10.20.30.0/24\"]");
        long head = grant("app", "relay", "\"addresses\":[\"10.20.40.8\"]");
        report(0, OWN_DOMAIN, FOUND);

        fidelity()
                .body("state", equalTo("DIFFERS"))
                .body("revision", equalTo((int) head))
                .body("revisionInForce", equalTo(false))
                .body("readAt", notNullValue())
                .body("unknowns", hasSize(0))
                .body("regionsIfEnforced", hasSize(0))
                .body("regions.direction", hasItem("OPENS"))
                .body("regions.find { it.direction == 'OPENS' }.before", equalTo("none"))
                .body("regions.find { it.direction == 'OPENS' }.after", equalTo("internal"))
                .body("regions.find { it.direction == 'OPENS' }.layer", equalTo("exchange"))
                .body(
                        "regions.find { it.direction == 'OPENS' }.because.after",
                        equalTo("Default Frontend EX01"))
                .body(
                        "regions.find { it.direction == 'OPENS' }.addresses",
                        hasItem(containsString("10.20.40.9-")))
                .body(
                        "regions.find { it.direction == 'LOWERS' }.addresses",
                        equalTo(List.of("10.20.40.8")))
                .body("regions.find { it.direction == 'LOWERS' }.addressCount", equalTo("1"))
                .body("regions.find { it.direction == 'LOWERS' }.before", equalTo("relay"))
                .body(
                        "regions.find { it.direction == 'LOWERS' }.witness.address",
                        equalTo("10.20.40.8"))
                .body("regions[0].witness.at", not(containsString(".")))
                .body("regions[0].remedy", containsString("apply the connectors compiled"));

        String page = page();
        assertTrue(page.contains("Mode observe: nothing is written to it."), page);
        assertTrue(page.contains("If enforced, would be cut off: 4"), page);
        assertTrue(page.contains("If enforced, would be let in: 1 IPv4 address<"), page);
        assertFalse(page.contains("Even if enforced"), page);
        assertTrue(page.contains("Default Frontend EX01"), page);
    }

    @Test
    void whatConnectorsCannotBringAboutIsToldBesideWhatTheyWould() {
        server("observe");
        grant("job", "internal", "\"accounts\":[\"CONTOSO\\\\job\"]");
        report(0, OWN_DOMAIN, FOUND);

        // The account may send today as everybody may, and would be cut off with everybody.
        fidelity()
                .body("regions.findAll { it.direction == 'CLOSES' }", hasSize(0))
                .body("regionsIfEnforced", hasSize(greaterThan(0)))
                .body("regionsIfEnforced.direction", hasItem("CLOSES"))
                .body("regionsIfEnforced.direction", not(hasItem("OPENS")))
                .body("regionsIfEnforced[0].accounts", equalTo(List.of("CONTOSO\\job")));
        assertTrue(page().contains("Even if enforced, would differ from the policy"), page());
    }

    @Test
    void anEnforcingServerIsJudgedAgainstTheRevisionThatItHolds() {
        server("enforce");
        long active = grant("scan", "internal", "\"addresses\":[\"10.20.30.0/24\"]");
        List<ReceiveConnector> connectors = compiled(active);
        List<ConnectorData> managed =
                connectors.stream()
                        .filter(ReceiveConnector::managed)
                        .map(ConnectorData::of)
                        .toList();
        long serial =
                fleet.publish(
                        new DesiredState("exchange", agent.server(), active, managed), 0, null);
        report(serial, OWN_DOMAIN, connectors);
        grant("later", "relay", "\"addresses\":[\"10.20.50.1\"]");

        fidelity()
                .body("state", equalTo("EXACT"))
                .body("revision", equalTo((int) active))
                .body("revisionInForce", equalTo(true))
                .body("regions", hasSize(0))
                .body("regionsIfEnforced", nullValue());
        assertTrue(page().contains("It lets through exactly what the policy says"), page());

        report(serial, null, connectors);
        fidelity()
                .body("state", equalTo("EXACT_AS_FAR_AS_KNOWN"))
                .body("unknowns", equalTo(List.of(AcceptedDomain.UNKNOWN)));
        assertTrue(page().contains("as far as is known"), page());
        assertFalse(page().contains("exactly what the policy says"), page());

        report(serial, List.of(domain("Every", "*")), connectors);
        fidelity()
                .body("state", equalTo("DIFFERS"))
                .body("regions.layer", hasItem("accepted-domain"))
                .body(
                        "regions.find { it.addresses.contains('10.20.30.0/24') }.after",
                        equalTo("relay"));
        assertTrue(page().contains("Lets through more than the policy says: "), page());

        server("observe");
        fidelity().body("revisionInForce", equalTo(false)).body("revision", equalTo((int) head()));
    }

    @Test
    void aPageShowsTheFirstRegionsAndHowManyThereAreMore() {
        server("observe");
        for (int i = 0; i < 12; i++) {
            grant(
                    "exp" + i,
                    i % 2 == 0 ? "relay" : "internal",
                    "\"addresses\":[\"10.30."
                            + i
                            + ".0/24\"],\"accounts\":[\"CONTOSO\\\\a"
                            + i
                            + "\"]");
        }
        report(0, OWN_DOMAIN, FOUND);
        int regions = fidelity().extract().jsonPath().getList("regions").size();
        assertTrue(regions > 11, regions + " regions");
        String page = page();
        assertTrue(page.contains(" more regions: "), page);
    }
}

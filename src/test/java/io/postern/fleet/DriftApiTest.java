package io.postern.fleet;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.TestUsers;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.server.DesiredState;
import io.postern.policy.EntryChange;
import io.postern.policy.EntryKind;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Revisions;
import io.postern.rollout.Fleet;
import io.postern.web.SignedIn;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drift from the agent's report to the ways out of it. */
@QuarkusTest
class DriftApiTest {
    private static final List<ConnectorData> FOUND =
            DefaultConnectors.ofFreshServer("EX01", "contoso.example").stream()
                    .map(ConnectorData::of)
                    .toList();

    @Inject Fleet fleet;
    @Inject Revisions revisions;
    @Inject DataSource database;
    private TestAgent agent;

    @BeforeEach
    void aServerOfThePolicyWithItsAgent() {
        TestUsers.ensure("olga", "operator", "reader");
        TestUsers.ensure("arthur", "author", "reader");
        agent = TestAgent.enrolled();
        change(
                EntryChange.put(
                        new PolicyEntry(
                                EntryKind.SERVER,
                                agent.server(),
                                "{\"enforcement\":[\"exchange\"],\"name\":\""
                                        + agent.server()
                                        + "\"}")));
    }

    @AfterEach
    void asBefore() {
        change(EntryChange.removed(EntryKind.SERVER, agent.server()));
    }

    private void change(EntryChange change) {
        QuarkusTransaction.requiringNew()
                .run(
                        () ->
                                revisions.append(
                                        revisions.head().number(),
                                        List.of(change),
                                        "ann",
                                        "a test",
                                        null,
                                        Instant.EPOCH));
    }

    private static ConnectorData connector(String name, boolean managed, String... ranges) {
        return new ConnectorData(
                name,
                managed,
                true,
                "FrontendTransport",
                List.of("0.0.0.0:25", "[::]:25"),
                List.of(ranges),
                List.of("AnonymousUsers"),
                List.of("Tls"),
                name.equals("Copier"),
                "ex01.contoso.example",
                managed ? io.postern.enforcement.OwnershipMark.TEXT : "",
                5000,
                true);
    }

    private static ConnectorData relaying(ConnectorData one) {
        return new ConnectorData(
                one.name(),
                one.managed(),
                one.enabled(),
                one.transportRole(),
                one.bindings(),
                one.remoteIpRanges(),
                one.permissionGroups(),
                one.authMechanism(),
                true,
                one.fqdn(),
                one.comment(),
                one.tarpitMillis(),
                one.verboseLogging());
    }

    private long publish(ConnectorData... managed) {
        return fleet.publish(
                new DesiredState("exchange", agent.server(), 0, List.of(managed)), 0, null);
    }

    private void report(long serial, ConnectorData... more) {
        report(serial, List.of(domain("Own", "contoso.example")), more);
    }

    private static Map<String, Object> domain(String name, String domain) {
        return Map.of("name", name, "domainName", domain, "domainType", "Authoritative");
    }

    /** Domains null = the agent does not know them. */
    private void report(
            long serial, List<Map<String, Object>> acceptedDomains, ConnectorData... more) {
        List<ConnectorData> all = new ArrayList<>(FOUND);
        all.addAll(List.of(more));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("state", "CONFIRMED");
        body.put("activeSerial", serial);
        body.put("activeRevision", 0);
        body.put("undoneSerial", 0);
        body.put("failedSerial", 0);
        if (acceptedDomains != null) {
            body.put("acceptedDomains", acceptedDomains);
        }
        body.put("connectors", all.stream().map(DriftApiTest::json).toList());
        String path = TestAgent.ME + "/reports/" + agent.server();
        agent.signed("PUT", path).body(body).put(path).then().statusCode(204);
    }

    private static Map<String, Object> json(ConnectorData data) {
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

    private Response drift() {
        return TestUsers.as("olga").get("/api/v1/servers/" + agent.server() + "/drift");
    }

    private Response revert() {
        return TestUsers.acting("olga")
                .urlEncodingEnabled(false)
                .post("/api/v1/servers/" + agent.server() + ":revertDrift");
    }

    @Test
    void withoutAReportNothingIsJudged() {
        drift().then()
                .statusCode(200)
                .body("unjudged", equalTo("No agent has read this server back yet."))
                .body("readAt", nullValue())
                .body("findings", hasSize(0));
        revert().then().statusCode(409).body("type", equalTo("urn:postern:problem:wrong-state"));
    }

    @Test
    void aServerThatHoldsWhatItShouldHasNoDrift() {
        ConnectorData ours = connector("Postern Internal", true, "10.20.30.0/24");
        report(publish(ours), ours);
        drift().then()
                .body("unjudged", nullValue())
                .body("findings", hasSize(0))
                .body("unknowns", hasSize(0));
        assertTrue(page().contains("It holds what it should, as read back"), page());
    }

    private String page() {
        return SignedIn.as("drift-both", "author", "operator", "reader")
                .get("/ui/servers/" + agent.server())
                .asString();
    }

    @Test
    void whatAnAcceptedDomainOpensIsFoundNamedAndNotOursToWrite() {
        ConnectorData ours = connector("Postern Internal", true, "10.20.30.0/24");
        report(
                publish(ours),
                List.of(domain("Own", "contoso.example"), domain("Every <one>", "*")),
                ours);

        drift().then()
                .body("findings", hasSize(1))
                .body("findings[0].kind", equalTo("EFFECTIVE"))
                .body("findings[0].connector", nullValue())
                .body("findings[0].acceptedDomain", equalTo("Every <one>"))
                .body("findings[0].detail", containsString("it is '*'"))
                .body(
                        "findings[0].detail",
                        containsString("10.20.30.0/24 (connector 'Postern Internal')"))
                .body("findings[0].remedy", containsString("Remove-AcceptedDomain"))
                .body("canBeReverted", equalTo(false));
        revert().then().statusCode(409).body("type", equalTo("urn:postern:problem:wrong-state"));
        assertTrue(page().contains("Every &lt;one&gt;"), page());
        assertTrue(page().contains("Remove-AcceptedDomain"), page());
        assertTrue(page().contains("A policy cannot say what an accepted domain does"), page());
    }

    @Test
    void acceptedDomainsThatNobodyReadAreNotKnownAndNeverNoDrift() {
        ConnectorData ours = connector("Postern Internal", true, "10.20.30.0/24");
        long serial = publish(ours);
        report(serial, List.of(domain("Every", "*")), ours);
        report(serial, (List<Map<String, Object>>) null, ours);

        drift().then()
                .body("findings", hasSize(0))
                .body("unknowns", equalTo(List.of(AcceptedDomain.UNKNOWN)));
        assertTrue(page().contains("The accepted domains were not read back"), page());
        assertFalse(page().contains("It holds what it should, as read back"), page());
    }

    @Test
    void whatSomebodyChangedIsFoundAndWrittenAgain() {
        ConnectorData ours = connector("Postern Internal", true, "10.20.30.0/24");
        long serial = publish(ours);
        report(serial, connector("Postern Internal", true, "10.20.30.0/24", "10.9.0.1"));

        drift().then()
                .body("findings[0].kind", equalTo("CHANGED"))
                .body("findings[0].detail", equalTo("range added: 10.9.0.1"))
                .body("canBeReverted", equalTo(true));
        TestUsers.as("olga")
                .get("/api/v1/drift")
                .then()
                .statusCode(200)
                .body("server", hasItem(agent.server()));

        revert().then().statusCode(200).body("findings[0].kind", equalTo("CHANGED"));
        TestUsers.as("olga")
                .get("/api/v1/servers/" + agent.server())
                .then()
                .body("desiredSerial", equalTo((int) serial + 1));
        report(serial + 1, ours);
        drift().then().body("findings", hasSize(0));
    }

    /** Policy says tightening; the publication is old enough. */
    private void repairing() throws SQLException {
        change(
                EntryChange.put(
                        new PolicyEntry(
                                EntryKind.SERVER,
                                agent.server(),
                                "{\"enforcement\":[\"exchange\"],\"name\":\""
                                        + agent.server()
                                        + "\",\"repair\":\"tightening\"}")));
        try (Connection connection = database.getConnection();
                PreparedStatement update =
                        connection.prepareStatement(
                                "update publication set published_at = now() - interval '1 hour'"
                                        + " where server = ?")) {
            update.setString(1, agent.server());
            update.executeUpdate();
        }
    }

    private int desiredSerial() {
        return TestUsers.as("olga")
                .get("/api/v1/servers/" + agent.server())
                .jsonPath()
                .getInt("desiredSerial");
    }

    @Test
    void whatTightensIsRepairedWithoutAPersonOnlyIfThePolicySaysSo() throws SQLException {
        ConnectorData ours = connector("Postern Internal", true, "10.20.30.0/24");
        ConnectorData relaying = relaying(ours);
        long serial = publish(ours);
        report(serial, relaying);
        assertEquals(serial, desiredSerial(), "the policy says nothing");

        repairing();
        report(serial, relaying);
        assertEquals(serial + 1, desiredSerial());

        report(serial + 1, relaying);
        assertEquals(serial + 1, desiredSerial(), "not at every report");
    }

    @Test
    void whatWouldOpenIsLeftToAPerson() throws SQLException {
        ConnectorData ours = connector("Copier", true, "10.20.30.0/24");
        long serial = publish(ours);
        repairing();
        report(serial);
        drift().then().body("findings[0].kind", equalTo("MISSING"));
        assertEquals(serial, desiredSerial());
    }

    @Test
    void whatIsNotOursIsNotWrittenButAdopted() {
        ConnectorData ours = connector("Postern Closed", true, "10.0.0.0/8");
        ConnectorData closed =
                new ConnectorData(
                        ours.name(),
                        true,
                        true,
                        ours.transportRole(),
                        ours.bindings(),
                        ours.remoteIpRanges(),
                        List.of("ExchangeServers"),
                        ours.authMechanism(),
                        false,
                        ours.fqdn(),
                        ours.comment(),
                        5000,
                        true);
        report(publish(closed), closed, connector("Copier", false, "10.9.0.0/28"));

        drift().then()
                .body("findings[0].kind", equalTo("EFFECTIVE"))
                .body("findings[0].connector", equalTo("Copier"))
                .body("canBeReverted", equalTo(false));
        revert().then().statusCode(409).body("type", equalTo("urn:postern:problem:wrong-state"));

        SignedIn both = SignedIn.as("drift-both", "author", "operator", "reader");
        String page = both.get("/ui/servers/" + agent.server()).asString();
        assertTrue(page.contains("Opened by another"), page);
        assertTrue(page.contains("it gives relay to 10.9.0.0/28, which should get less"), page);
        assertTrue(page.contains("Drifted"), page);
        assertTrue(page.contains("Adopt as a change"), page);

        Response draft =
                TestUsers.acting("arthur")
                        .urlEncodingEnabled(false)
                        .header("Idempotency-Key", "drift-" + agent.server())
                        .body(Map.of("server", agent.server()))
                        .post("/api/v1/change-requests:fromDrift");
        assertEquals(201, draft.statusCode(), draft.asString());
        draft.then()
                .body("state", equalTo("DRAFT"))
                .body("title", equalTo("Adopt what " + agent.server() + " lets through"))
                .body("operations.findAll { it.key.contains('copier') }.size()", greaterThan(0));
    }

    @Test
    void anUnknownServerIsNotFound() {
        TestUsers.as("olga").get("/api/v1/servers/nowhere/drift").then().statusCode(404);
        TestUsers.acting("arthur")
                .urlEncodingEnabled(false)
                .header("Idempotency-Key", "drift-nowhere")
                .body(Map.of("server", "nowhere"))
                .post("/api/v1/change-requests:fromDrift")
                .then()
                .statusCode(404);
    }
}

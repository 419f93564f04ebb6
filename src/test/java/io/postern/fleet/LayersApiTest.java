package io.postern.fleet;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.TestUsers;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.firewall.FirewallDraft;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.json.PlainData;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.enforcement.server.ServerLayers;
import io.postern.enforcement.server.ServerSteps;
import io.postern.policy.EntryChange;
import io.postern.policy.EntryKind;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Revisions;
import io.postern.rollout.Fleet;
import io.postern.web.SignedIn;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server with a firewall before its connectors, from the agent's report to all that follows. */
@QuarkusTest
class LayersApiTest {
    private static final ObjectMapper JSON = PlainData.mapper();
    private static final ObservedServer FOUND =
            new ObservedServer(
                    DefaultConnectors.ofFreshServer("EX01", "contoso.example"),
                    DefaultFirewall.ofFreshServer());

    @Inject Fleet fleet;
    @Inject Revisions revisions;
    @Inject DataSource database;
    private TestAgent agent;
    private CompiledServer compiled;
    private ObservedServer reached;

    @BeforeEach
    void aServerOfThePolicyThatHoldsWhatItShould() {
        TestUsers.ensure("olga", "operator", "reader");
        agent = TestAgent.enrolled();
        server("");
        String grant =
                "{\"from\":{\"addresses\":[\"10.0.9.0/24\"]},\"key\":\"%s\",\"owner\":\"o\",\"reason\":\"r\","
                        + "\"tier\":\"internal\",\"to\":{\"servers\":[\"%s\"]}}";
        put(EntryKind.GRANT, agent.server(), grant.formatted(agent.server(), agent.server()));
        long head = QuarkusTransaction.requiringNew().call(() -> revisions.head().number());
        Policy policy = QuarkusTransaction.requiringNew().call(() -> revisions.policy(head));
        compiled =
                ServerCompiler.compile(
                        policy,
                        policy.server(agent.server()).orElseThrow(),
                        head,
                        FOUND,
                        Instant.now());
        reached = ServerSteps.apply(FOUND, compiled.steps());
    }

    private void server(String more) {
        put(
                EntryKind.SERVER,
                agent.server(),
                "{\"addresses\":[\"10.0.0.77\"],\"enforcement\":[\"windows-firewall\",\"exchange\"],\"name\":\""
                        + agent.server()
                        + "\""
                        + more
                        + "}");
    }

    private void put(EntryKind kind, String key, String json) {
        change(List.of(EntryChange.put(new PolicyEntry(kind, key, json))));
    }

    @AfterEach
    void asBefore() {
        change(
                List.of(
                        EntryChange.removed(EntryKind.GRANT, agent.server()),
                        EntryChange.removed(EntryKind.SERVER, agent.server())));
    }

    private void change(List<EntryChange> changes) {
        QuarkusTransaction.requiringNew()
                .run(
                        () ->
                                revisions.append(
                                        revisions.head().number(),
                                        changes,
                                        "ann",
                                        "a test",
                                        null,
                                        Instant.EPOCH));
    }

    private long publish() {
        return fleet.publish(compiled.desired(), 0, null);
    }

    private static ObjectNode body(long serial, ObservedServer observed) {
        ObjectNode body = JSON.createObjectNode();
        body.put("state", "CONFIRMED");
        body.put("activeSerial", serial);
        body.put("activeRevision", 0);
        body.put("undoneSerial", 0);
        body.put("failedSerial", 0);
        ArrayNode connectors = body.putArray("connectors");
        observed.connectors().stream()
                .map(one -> (ObjectNode) JSON.valueToTree(ConnectorData.of(one)))
                .peek(one -> one.set("remoteIPRanges", one.remove("remoteIpRanges")))
                .forEach(connectors::add);
        ObjectNode domain = body.putArray("acceptedDomains").addObject();
        domain.put("name", "Own").put("domainName", "contoso.example");
        domain.put("domainType", "Authoritative");
        if (observed.firewall() != null) {
            ObjectNode firewall = JSON.valueToTree(observed.firewall());
            firewall.get("rules").forEach(rule -> ((ObjectNode) rule).remove("other"));
            body.set("firewall", firewall);
        }
        return body;
    }

    private Response send(JsonNode body) {
        String path = TestAgent.ME + "/reports/" + agent.server();
        return agent.signed("PUT", path).body(body.toString()).put(path);
    }

    private void report(long serial, ObservedFirewall firewall) {
        Response answer = send(body(serial, new ObservedServer(reached.connectors(), firewall)));
        assertEquals(204, answer.statusCode(), answer.asString());
    }

    /** Exchange's own rules on again, as after an update. */
    private ObservedFirewall updated() {
        List<FirewallRule> rules = new ArrayList<>();
        for (FirewallRule rule : reached.firewall().rules()) {
            rules.add(rule.isOwn() ? rule : rule.named(rule.name() + "-again").enabled(true));
        }
        return FirewallDraft.with(reached.firewall(), rules);
    }

    private ObservedFirewall withoutPlainRules() {
        return FirewallDraft.with(
                reached.firewall(),
                reached.firewall().rules().stream()
                        .filter(rule -> !rule.name().startsWith("postern-25-addresses-"))
                        .toList());
    }

    private ValidatableResponse drift() {
        return TestUsers.as("olga").get("/api/v1/servers/" + agent.server() + "/drift").then();
    }

    private int desiredSerial() {
        return TestUsers.as("olga")
                .get("/api/v1/servers/" + agent.server())
                .jsonPath()
                .getInt("desiredSerial");
    }

    @Test
    void theDigestThatCountsIsOfWhatWasReadBackOfEveryLayer() {
        long serial = publish();
        report(serial, reached.firewall());
        assertEquals(compiled.desired().digest(), fleet.view(agent.server()).activeDigest());
        assertEquals(
                reached.firewall().rules(),
                fleet.observed(agent.server()).orElseThrow().firewall().rules());

        report(serial, updated());
        assertNotEquals(compiled.desired().digest(), fleet.view(agent.server()).activeDigest());

        send(body(serial, new ObservedServer(reached.connectors(), null))).then().statusCode(204);
        assertNotEquals(compiled.desired().digest(), fleet.view(agent.server()).activeDigest());
    }

    @Test
    void theServersPageShowsEveryLayerAndWhatItCannotDo() {
        ObjectNode body = body(0, reached);
        ObjectNode pickup = JSON.valueToTree(ObservedPickup.ofFreshServer());
        ObjectNode writer = pickup.withArray("entries").addObject();
        writer.put("sid", "S-1-5-21-1-2-3-9").put("account", "CONTOSO\\<dropper>");
        writer.put("isAllow", true).put("mask", 0x1F_01FF);
        writer.put("appliesHere", true).put("appliesBelow", true).put("isInherited", false);
        ObjectNode drop = pickup.putArray("drops").addObject();
        drop.put("nameHash", "ab".repeat(32)).put("owner", "CONTOSO\\svc-erp");
        drop.put("createdAt", "2026-07-01T00:00:00Z");
        body.set("pickup", pickup);
        ObjectNode guard = body.putObject("outlookGuard");
        guard.putArray("notes");
        ObjectNode key = guard.putArray("keys").addObject();
        key.put("view", "native").put("version", "16.0");
        key.putObject("present").put("ObjectModelGuard", 2);
        key.putArray("unreadable");
        send(body).then().statusCode(204);
        String page =
                SignedIn.as("olga", "operator", "reader")
                        .get("/ui/servers/" + agent.server())
                        .asString();
        for (String part :
                List.of(
                        "Windows firewall as read back",
                        "Postern 25: addresses",
                        "Pickup folder as read back",
                        "CONTOSO\\&lt;dropper&gt;",
                        "CONTOSO\\svc-erp",
                        "object model guard as read back",
                        "It is independent of SMTP")) {
            assertTrue(page.contains(part), part + " is not on the page:\n" + page);
        }
        fleet.observed(agent.server())
                .ifPresent(read -> assertEquals(4, read.pickup().entries().size()));
    }

    @Test
    void aPickupFolderOrGuardThatCannotBeIsRefused() {
        ObjectNode body = body(0, reached);
        ObjectNode pickup = JSON.valueToTree(ObservedPickup.ofFreshServer());
        pickup.putArray("drops");
        ((ObjectNode) pickup.get("entries").get(0)).put("sid", "Administrators");
        body.set("pickup", pickup);
        send(body).then().statusCode(400).body(containsString("/pickup/entries"));
        body.remove("pickup");
        ObjectNode guard = body.putObject("outlookGuard");
        guard.putArray("notes");
        ObjectNode key = guard.putArray("keys").addObject();
        key.put("view", "sideways").put("version", "16.0");
        key.putObject("present");
        key.putArray("unreadable");
        send(body).then().statusCode(400).body(containsString("/outlookGuard"));
    }

    @Test
    void addressesInTheFormsOfWindowsAreTheSameAddresses() {
        long serial = publish();
        ObjectNode body = body(serial, reached);
        int changed = 0;
        for (JsonNode rule : body.get("firewall").get("rules")) {
            ArrayNode addresses = (ArrayNode) rule.get("remoteAddresses");
            for (int i = 0; i < addresses.size(); i++) {
                if (addresses.get(i).asText().equals("10.0.9.0/24")) {
                    addresses.remove(i);
                    addresses.add("10.0.9.0/255.255.255.0");
                    changed++;
                }
            }
        }
        assertEquals(1, changed);
        send(body).then().statusCode(204);
        assertEquals(compiled.desired().digest(), fleet.view(agent.server()).activeDigest());
        drift().body("findings", hasSize(0));
    }

    private void assertRefused(String pointer, Consumer<ObjectNode> spoil) {
        ObjectNode body = body(0, reached);
        spoil.accept((ObjectNode) body.get("firewall"));
        Response answer = send(body);
        assertEquals(400, answer.statusCode(), pointer + ": " + answer.asString());
        assertTrue(answer.asString().contains(pointer), pointer + " not in " + answer.asString());
    }

    private static ObjectNode rule(ObjectNode firewall) {
        return (ObjectNode) firewall.get("rules").get(0);
    }

    @Test
    void whatNoFirewallCanBeIsRefusedWithAPointer() {
        assertRefused("/firewall", firewall -> rule(firewall).put("action", "Perhaps"));
        assertRefused("/firewall", firewall -> rule(firewall).putArray("localPorts").add("70000"));
        assertRefused("/firewall", firewall -> rule(firewall).put("authentication", "Maybe"));
        assertRefused("/firewall/rules/0/name", firewall -> rule(firewall).put("name", ""));
        assertRefused(
                "/firewall/rules/0/name", firewall -> rule(firewall).put("name", "n".repeat(513)));
        assertRefused("/firewall/rules/0/group", firewall -> rule(firewall).remove("group"));
        assertRefused("/firewall/rules/0", firewall -> firewall.withArray("rules").insertNull(0));
        assertRefused(
                "/firewall/rules",
                firewall -> {
                    ArrayNode rules = firewall.withArray("rules");
                    while (rules.size() <= 5000) {
                        rules.add(rules.get(0).deepCopy());
                    }
                });
        assertRefused(
                "two local rules have the name",
                firewall -> firewall.withArray("rules").add(rule(firewall).deepCopy()));
        assertRefused("/firewall/profiles", firewall -> firewall.remove("profiles"));
        assertRefused(
                "/firewall/authenticationSets/0/phase",
                firewall -> {
                    ObjectNode set = firewall.withArray("authenticationSets").addObject();
                    set.put("name", "s").put("displayName", "s").put("group", "").put("phase", 3);
                    set.putArray("proposals");
                });
    }

    @Test
    void aReAddedOriginalIsDriftThatAPersonHasClosedAgain() {
        long serial = publish();
        report(serial, reached.firewall());
        drift().body("findings", hasSize(0)).body("unknowns", hasSize(0));

        report(serial, updated());
        drift().body("findings", hasSize(3))
                .body("findings[0].kind", equalTo("EFFECTIVE"))
                .body("findings.firewallRule", hasItem(containsString("-again")))
                .body("findings[0].detail", containsString("is on again and opens port 25"))
                .body("canBeReverted", equalTo(true));
        TestUsers.acting("olga")
                .urlEncodingEnabled(false)
                .post("/api/v1/servers/" + agent.server() + ":revertDrift")
                .then()
                .statusCode(200);
        assertEquals(serial + 1, desiredSerial());

        send(body(serial, new ObservedServer(reached.connectors(), null))).then().statusCode(204);
        drift().body("unknowns", hasItem(containsString("was not read back")));
    }

    private void repairing() throws SQLException {
        server(",\"repair\":\"tightening\"");
        try (Connection connection = database.getConnection();
                PreparedStatement update =
                        connection.prepareStatement(
                                "update publication set published_at = now() - interval '1 hour'"
                                        + " where server = ?")) {
            update.setString(1, agent.server());
            update.executeUpdate();
        }
    }

    @Test
    void aReAddedOriginalIsClosedWithoutAPersonAndWhatOpensIsNot() throws SQLException {
        long serial = publish();
        repairing();
        report(serial, withoutPlainRules());
        drift().body("findings[0].kind", equalTo("MISSING"));
        assertEquals(serial, desiredSerial(), "writing a rule again opens");

        report(serial, updated());
        assertEquals(serial + 1, desiredSerial(), "closing an original opens nothing");
    }

    @Test
    void aFirewallThatCannotBeJudgedFailsNoReport() throws SQLException {
        long serial = publish();
        repairing();
        ObservedFirewall read = reached.firewall();
        FirewallRule plain =
                read.rules().stream()
                        .filter(rule -> rule.name().startsWith("postern-25-addresses-"))
                        .findFirst()
                        .orElseThrow();
        FirewallRule taken = FirewallDraft.rule(plain.name(), "Somebody's", "Any", "25");
        List<FirewallRule> rules = new ArrayList<>(read.rules());
        rules.remove(plain);
        rules.add(taken);
        ObservedServer fresh =
                new ObservedServer(FOUND.connectors(), FirewallDraft.with(read, rules));
        Response answer = send(body(serial, fresh));
        assertEquals(204, answer.statusCode(), answer.asString());
        assertEquals(serial, desiredSerial());
        drift().body("findings.detail", hasItem(containsString("has a name that Postern needs")));
        fidelity().body("state", equalTo("DIFFERS"));
    }

    @Test
    void whatTheFirewallCutsOffIsARegionOfItsOwn() {
        long serial = publish();
        report(serial, reached.firewall());
        fidelity().body("state", equalTo("EXACT")).body("regions", hasSize(0));

        report(serial, withoutPlainRules());
        fidelity()
                .body("state", equalTo("DIFFERS"))
                .body("regions.direction", hasItem("CLOSES"))
                .body(
                        "regions.find { it.direction == 'CLOSES' }.layer",
                        equalTo("windows-firewall"))
                .body("regions.collectMany { it.addresses }", hasItem(containsString("10.0.9.0")));
    }

    private ValidatableResponse fidelity() {
        return TestUsers.as("olga")
                .get("/api/v1/servers/" + agent.server() + "/fidelity")
                .then()
                .statusCode(200);
    }

    @Test
    void theFirstPublicationIsRolledBackToOriginalsOn() {
        long first = fleet.publish(compiled.desired(), 0, Duration.ofMinutes(5));
        DesiredState before = fleet.before(agent.server(), first);
        assertEquals(List.of(), before.connectors());
        assertEquals(FirewallState.asFound(List.of(25), false), before.layers().firewall());
        ObservedServer back =
                ServerSteps.apply(
                        reached,
                        ServerSteps.between(reached, before.connectors(), before.layers()));
        assertEquals(FOUND.firewall().rules(), back.firewall().rules());
        assertEquals(List.of(), back.managed());
    }

    @Test
    void theFirstPublicationOfAFirewallIsRolledBackToTheConnectorsBeforeAndOriginalsOn() {
        DesiredState connectorsOnly =
                new DesiredState(
                        DesiredState.EXCHANGE, agent.server(), 3, compiled.desired().connectors());
        fleet.publish(connectorsOnly, 0, null);
        long second = fleet.publish(compiled.desired(), 0, Duration.ofMinutes(5));
        DesiredState before = fleet.before(agent.server(), second);
        assertEquals(connectorsOnly.connectors(), before.connectors());
        assertEquals(FirewallState.asFound(List.of(25), false), before.layers().firewall());
    }

    @Test
    void aRollbackBeyondOneWithoutAFirewallGoesBackToTheFirewallBeforeThat() {
        fleet.publish(compiled.desired(), 0, null);
        fleet.publish(
                new DesiredState(DesiredState.EXCHANGE, agent.server(), 3, List.of()), 0, null);
        FirewallState other = FirewallState.asFound(List.of(25, 26), true);
        long third =
                fleet.publish(
                        new DesiredState(
                                "windows-firewall",
                                agent.server(),
                                4,
                                List.of(),
                                new ServerLayers(null, other)),
                        0,
                        Duration.ofMinutes(5));
        DesiredState before = fleet.before(agent.server(), third);
        assertEquals(compiled.desired().layers().firewall(), before.layers().firewall());
        assertEquals(List.of(), before.connectors());
    }
}

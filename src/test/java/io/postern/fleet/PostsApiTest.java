package io.postern.fleet;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.TestUsers;
import io.postern.enforcement.json.PlainData;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.Post;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.enforcement.server.ServerSteps;
import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import io.postern.policy.EntryChange;
import io.postern.policy.EntryKind;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Revisions;
import io.postern.policy.Tier;
import io.postern.probe.PlannedProbe;
import io.postern.probe.ProbeService;
import io.postern.probe.VantageReach;
import io.postern.rollout.Fleet;
import io.postern.web.SignedIn;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Postfix behind a gateway: each post with its own agent, and agents that only probe. */
@QuarkusTest
class PostsApiTest {
    private static final ObjectMapper JSON = PlainData.mapper();

    @Inject Fleet fleet;
    @Inject FleetService service;
    @Inject Revisions revisions;
    @Inject ProbeService probes;
    private TestAgent host;
    private TestAgent gateway;
    private CompiledServer ofHost;
    private CompiledServer ofGateway;

    @BeforeEach
    void aServerOfThePolicyWithAGateway() {
        TestUsers.ensure("olga", "operator", "reader");
        host = TestAgent.enrolled();
        gateway = serving(host.server() + "@gw1");
        put(
                EntryKind.SERVER,
                "{\"addresses\":[\"10.77.2.21\",\"fd77:2::21\"],\"enforcement\":[\"nftables\",\"postfix\"],"
                        + "\"name\":\""
                        + host.server()
                        + "\"}");
        put(
                EntryKind.GRANT,
                "{\"from\":{\"addresses\":[\"10.77.1.11\"]},\"key\":\""
                        + host.server()
                        + "\",\"owner\":\"o\",\"reason\":\"r\",\"tier\":\"internal\",\"to\":{\"servers\":[\""
                        + host.server()
                        + "\"]}}");
        ofHost = compiled(host.server(), freshHost());
        ofGateway = compiled(gateway.server(), freshGateway());
    }

    private static TestAgent serving(String post) {
        TestAgent fresh = TestAgent.fresh();
        TestAgent agent = new TestAgent(fresh.name(), post, fresh.key());
        assertEquals(201, agent.enrol(TestAgent.newToken(post)).statusCode());
        return agent;
    }

    private CompiledServer compiled(String post, ObservedServer observed) {
        long head = QuarkusTransaction.requiringNew().call(() -> revisions.head().number());
        Policy policy = QuarkusTransaction.requiringNew().call(() -> revisions.policy(head));
        return ServerCompiler.compile(
                policy,
                policy.server(host.server()).orElseThrow(),
                Post.parse(post),
                head,
                observed,
                null,
                Instant.now());
    }

    private ObservedServer freshHost() {
        return ObservedServer.ofLinux(
                ObservedNftables.ofFreshHost(host.server(), NftablesHook.INPUT),
                ObservedPostfix.ofFreshHost());
    }

    private ObservedServer freshGateway() {
        return ObservedServer.ofLinux(
                ObservedNftables.ofFreshHost(host.server(), NftablesHook.FORWARD), null);
    }

    private void put(EntryKind kind, String json) {
        change(List.of(EntryChange.put(new PolicyEntry(kind, host.server(), json))));
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

    @AfterEach
    void asBefore() {
        change(
                List.of(
                        EntryChange.removed(EntryKind.GRANT, host.server()),
                        EntryChange.removed(EntryKind.SERVER, host.server())));
    }

    private static ObjectNode body(long serial, ObservedServer observed) {
        ObjectNode body = JSON.createObjectNode();
        body.put("state", "CONFIRMED");
        body.put("activeSerial", serial);
        body.put("activeRevision", 0);
        body.put("undoneSerial", 0);
        body.put("failedSerial", 0);
        body.putArray("connectors");
        if (observed.nftables() != null) {
            body.set("nftables", JSON.valueToTree(observed.nftables()));
        }
        if (observed.postfix() != null) {
            body.set("postfix", JSON.valueToTree(observed.postfix()));
        }
        return body;
    }

    private static Response send(TestAgent agent, JsonNode body) {
        String path = TestAgent.ME + "/reports/" + agent.server();
        return agent.signed("PUT", path).body(body.toString()).put(path);
    }

    private static void report(TestAgent agent, long serial, ObservedServer observed) {
        Response answer = send(agent, body(serial, observed));
        assertEquals(204, answer.statusCode(), answer.asString());
    }

    private static ObservedServer reached(ObservedServer from, CompiledServer compiled) {
        return ServerSteps.apply(from, compiled.steps());
    }

    @Test
    void eachPostHasItsOwnPublicationsAndNobodySeesAnothers() {
        assertEquals(List.of(host.server(), gateway.server()), fleet.posts(host.server()));
        fleet.publish(ofHost.desired(), 0, null);
        fleet.publish(ofGateway.desired(), 0, null);

        host.get(TestAgent.ME + "/desired-states/" + host.server()).then().statusCode(200);
        gateway.get(TestAgent.ME + "/desired-states/" + gateway.server()).then().statusCode(200);
        host.get(TestAgent.ME + "/desired-states/" + gateway.server()).then().statusCode(404);
        gateway.get(TestAgent.ME + "/desired-states/" + host.server()).then().statusCode(404);
        gateway.get(TestAgent.ME)
                .then()
                .statusCode(200)
                .body("servers.name", equalTo(List.of(gateway.server())))
                .body("servers[0].addresses", hasItem("10.77.2.21"));
    }

    @Test
    void theDigestIsOfWhatWasReadBackAndWhatIsGoneIsDrift() {
        long serial = fleet.publish(ofGateway.desired(), 0, null);
        report(gateway, serial, reached(freshGateway(), ofGateway));
        assertEquals(ofGateway.desired().digest(), fleet.view(gateway.server()).activeDigest());
        String drift = "/api/v1/servers/" + gateway.server() + "/drift";
        TestUsers.as("olga").get(drift).then().body("findings", empty());

        report(gateway, serial, freshGateway());
        assertFalse(
                ofGateway.desired().digest().equals(fleet.view(gateway.server()).activeDigest()));
        TestUsers.as("olga")
                .get(drift)
                .then()
                .body("findings.kind", hasItem("MISSING"))
                .body("findings.other", hasItem(containsString("nftables: table inet")))
                .body("canBeReverted", equalTo(true));
        TestUsers.acting("olga")
                .post("/api/v1/servers/" + gateway.server() + ":revertDrift")
                .then()
                .statusCode(200);
        assertEquals(serial + 1, service.newest(gateway.server()).orElseThrow().serial());
    }

    @Test
    void anEditedTableOfPostfixIsDriftOfTheServerItself() {
        long serial = fleet.publish(ofHost.desired(), 0, null);
        ObservedServer after = reached(freshHost(), ofHost);
        ObjectNode body = body(serial, after);
        ((ObjectNode) body.at("/postfix/held")).putArray("clients").add("10.77.1.0/24");
        send(host, body).then().statusCode(204);
        TestUsers.as("olga")
                .get("/api/v1/servers/" + host.server() + "/drift")
                .then()
                .body("findings.kind", hasItem("CHANGED"))
                .body("findings.other", hasItem(containsString("postfix: ")));
    }

    @Test
    void fidelityIsOfTheServerWithItsGateways() {
        String path = "/api/v1/servers/" + host.server() + "/fidelity";
        long ofServer = fleet.publish(ofHost.desired(), 0, null);
        long before = fleet.publish(ofGateway.desired(), 0, null);
        report(host, ofServer, reached(freshHost(), ofHost));
        TestUsers.as("olga")
                .get(path)
                .then()
                .body("regions", empty())
                .body("unknowns", hasItem(containsString("was not read back")));

        report(gateway, before, reached(freshGateway(), ofGateway));
        TestUsers.as("olga").get(path).then().body("state", equalTo("EXACT"));

        // Behind a closed gateway an open server lets nobody else through.
        report(host, ofServer, freshHost());
        TestUsers.as("olga")
                .get(path)
                .then()
                .body("regions.direction", not(hasItem("OPENS")))
                .body("regions.addresses.flatten()", hasItems("127.0.0.1", "::1"));
        report(gateway, before, freshGateway());
        TestUsers.as("olga")
                .get(path)
                .then()
                .body("regions.direction", hasItem("OPENS"))
                .body("regions.layer", hasItem("nftables"));

        TestUsers.as("olga")
                .get("/api/v1/servers/" + gateway.server() + "/fidelity")
                .then()
                .body("state", equalTo("NOT_JUDGED"))
                .body("unjudged", containsString("see " + host.server()));
    }

    @Test
    void pagesShowWhatEachPostHolds() {
        report(host, 0, reached(freshHost(), ofHost));
        report(gateway, 0, reached(freshGateway(), ofGateway));
        String server = page(host);
        String before = page(gateway);
        for (String part :
                List.of(
                        "nftables as read back",
                        "hook input",
                        "Postfix as read back",
                        "10.77.1.11")) {
            assertTrue(server.contains(part), part + " is not on the page:\n" + server);
        }
        assertTrue(before.contains("hook forward"), before);
        assertFalse(server.contains("Receive connectors as read back"), server);
        assertFalse(before.contains("Postfix as read back"), before);
    }

    private static String page(TestAgent agent) {
        return SignedIn.as("olga", "operator", "reader")
                .get("/ui/servers/" + agent.server())
                .asString();
    }

    @Test
    void whatNoHostCanHoldIsRefused() {
        ObjectNode odd = body(0, reached(freshHost(), ofHost));
        ((ObjectNode) odd.at("/nftables/held/openings/0")).putArray("allowed").add("nonsense");
        send(host, odd).then().statusCode(400).body(containsString("/nftables"));
        ObjectNode wrong = body(0, reached(freshHost(), ofHost));
        ((ObjectNode) wrong.at("/nftables")).put("hook", "SIDEWAYS");
        send(host, wrong).then().statusCode(400);
        ObjectNode control = body(0, reached(freshHost(), ofHost));
        ((ObjectNode) control.at("/postfix/set")).put("clientRestrictions", "a\nb");
        send(host, control).then().statusCode(400).body(containsString("/postfix"));
        ObjectNode foreign = body(0, reached(freshHost(), ofHost));
        ObjectNode rule = ((ObjectNode) foreign.at("/nftables")).putArray("foreign").addObject();
        rule.put("table", "inet filter").put("chain", "input").put("handle", 1);
        rule.put("effect", "DROPS").put("isSure", true).put("text", "drop");
        rule.putArray("ports").add(25);
        rule.putArray("addresses").add("x");
        send(host, foreign).then().statusCode(400).body(containsString("/nftables"));
        ObjectNode none = body(0, reached(freshHost(), ofHost));
        ((ObjectNode) none.at("/postfix/held")).put("isKept", false);
        send(host, none).then().statusCode(400).body(containsString("not kept"));
    }

    private static TestAgent vantage(String... addresses) {
        TestAgent fresh = TestAgent.fresh();
        String token =
                TestUsers.acting("olga")
                        .body(Map.of("servers", List.of()))
                        .post("/api/v1/enrolment-tokens")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("token");
        assertEquals(201, fresh.enrol(token).statusCode());
        offer(fresh, addresses).then().statusCode(204);
        return fresh;
    }

    private static Response offer(TestAgent agent, String... addresses) {
        String path = TestAgent.ME + "/vantage";
        return agent.signed("PUT", path).body(Map.of("addresses", List.of(addresses))).put(path);
    }

    /** An address that no other test's vantage has. */
    private static String ownAddress() {
        int number = UUID.randomUUID().hashCode() & 0xFFFF;
        return "10.78." + (number >> 8) + "." + (number & 0xFF);
    }

    @Test
    void aVantageIsAskedForWhatComesFromItsAddressesAndNobodyElseIs() {
        report(host, 0, reached(freshHost(), ofHost));
        report(gateway, 0, reached(freshGateway(), ofGateway));
        String source = ownAddress();
        TestAgent client = vantage(source);
        TestAgent other = vantage(ownAddress());
        assertTrue(standing(host.server()).contains(Address.parse(source)));
        String batch = UUID.randomUUID().toString();
        probes.ask(
                batch,
                null,
                "ring",
                List.of(
                        new PlannedProbe(
                                host.server(),
                                null,
                                25,
                                Address.parse(source),
                                null,
                                null,
                                Tier.NONE,
                                "a test",
                                false,
                                "",
                                null)),
                QuarkusTransaction.requiringNew().call(() -> revisions.head().number()));

        String path = TestAgent.ME + "/probes";
        client.get(path)
                .then()
                .body("source", equalTo(List.of(source)))
                .body("target", equalTo(List.of("10.77.2.21")))
                .body("settings[0].ehloName", not(empty()));
        other.get(path).then().body("", empty());
        host.get(path).then().body("source", not(hasItem(source)));
        gateway.get(path).then().body("source", not(hasItem(source)));

        int id = client.get(path).path("[0].id");
        assertEquals(404, answer(other, id).statusCode());
        assertEquals(404, answer(gateway, id).statusCode());
        answer(client, id).then().statusCode(200).body("accepted", equalTo(1));
        // A drop before the server is a refusal, since something before it may drop.
        assertEquals(1, probes.summary(batch).passed());
    }

    private Response answer(TestAgent agent, int id) {
        String path = TestAgent.ME + "/probe-results";
        return agent.signed("POST", path)
                .body(
                        Map.of(
                                "server",
                                host.server(),
                                "results",
                                List.of(
                                        Map.of(
                                                "id",
                                                id,
                                                "kind",
                                                "CONNECT_TIMEOUT",
                                                "stage",
                                                "connect",
                                                "simulatedSource",
                                                false,
                                                "transcript",
                                                List.of()))))
                .post(path);
    }

    @Test
    void theAgentOfARealServerAnswersNoProbeOfIt() {
        report(host, 0, reached(freshHost(), ofHost));
        String batch = UUID.randomUUID().toString();
        probes.ask(
                batch,
                null,
                "ring",
                List.of(
                        new PlannedProbe(
                                host.server(),
                                null,
                                25,
                                Address.parse(ownAddress()),
                                null,
                                null,
                                Tier.NONE,
                                "a test",
                                false,
                                "",
                                null)),
                QuarkusTransaction.requiringNew().call(() -> revisions.head().number()));
        int id = (int) probes.open(host.server(), "agent:" + host.name(), 1).get(0).id();
        assertEquals(404, answer(host, id).statusCode());
        assertEquals(1, probes.summary(batch).open());
        probes.drop(batch);
    }

    @Test
    void whatIsNoNameOfAPostGetsNoToken() {
        for (String name : List.of("mx1@", "@gw1", "a@b@c", " ", "mx1@ ")) {
            token(List.of(name)).then().statusCode(400).body(containsString("/servers/0"));
        }
        token(List.of("mx1", "mx1@gw1")).then().statusCode(400).body(containsString("/servers/1"));
        token(List.of("mx1@gw1", "mx2@gw1")).then().statusCode(201);
    }

    private static Response token(List<String> servers) {
        return TestUsers.acting("olga")
                .body(Map.of("servers", servers))
                .post("/api/v1/enrolment-tokens");
    }

    @Test
    void twoGatewaysOfWhichOneNeverReportedAreJudged() {
        TestAgent second = serving(host.server() + "@gw2");
        TestAgent only = serving("only-" + second.name() + "@gw1");
        report(gateway, 0, reached(freshGateway(), ofGateway));
        TestUsers.as("olga")
                .get("/api/v1/servers/" + host.server() + "/fidelity")
                .then()
                .statusCode(200)
                .body("regions.direction", hasItem("OPENS"))
                .body("unknowns", hasItem(containsString(second.server())));
        TestUsers.as("olga")
                .get("/api/v1/servers/" + only.server() + "/fidelity")
                .then()
                .statusCode(200);
    }

    @Test
    void noAgentOfAServerIsAVantageOfIt() {
        String ofHost = ownAddress();
        String before = ownAddress();
        offer(host, ofHost).then().statusCode(204);
        offer(gateway, before).then().statusCode(204);
        AddressSet vantages = standing(host.server());
        assertFalse(vantages.contains(Address.parse(ofHost)));
        assertFalse(vantages.contains(Address.parse(before)));
        assertTrue(standing("another").contains(Address.parse(before)));
        TestUsers.as("olga")
                .get("/api/v1/agents")
                .then()
                .body("addresses.flatten()", hasItems(ofHost, before));
    }

    @Test
    void whatIsNoAddressIsNoVantage() {
        offer(host, "10.0.0.0/8").then().statusCode(400).body(containsString("/addresses/0"));
        offer(host, "10.0.0.1", "client1").then().statusCode(400);
        offer(host, "fe80::1%eth0").then().statusCode(400);
    }

    private AddressSet standing(String server) {
        return new VantageReach(fleet.vantages(server), false).sources();
    }
}

package io.postern.fleet;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.TestUsers;
import io.postern.policy.Address;
import io.postern.policy.EntryChange;
import io.postern.policy.EntryKind;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Revisions;
import io.postern.policy.Tier;
import io.postern.probe.PlannedProbe;
import io.postern.probe.Probe;
import io.postern.probe.ProbeService;
import io.postern.probe.Vantage;
import io.postern.probe.Verdict;
import io.postern.rollout.Fleet;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.SmtpReply;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who can probe, what is asked of whom, and what is taken of whom. */
@QuarkusTest
class VantagesApiTest {
    private static final String PROBES = TestAgent.ME + "/probes";

    @Inject Fleet fleet;
    @Inject Revisions revisions;
    @Inject ProbeService probes;
    @Inject ServiceProbes service;
    @Inject FakeServiceProber prober;
    private final String server = "srv-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void aServerOfThePolicy() {
        TestUsers.ensure("olga", "operator", "reader");
        TestUsers.ensure("robot", "reader");
        TestUsers.ensure("stranger", "reader", "operator");
        change(
                EntryChange.put(
                        new PolicyEntry(
                                EntryKind.SERVER,
                                server,
                                "{\"addresses\":[\"10.79.2.21\",\"fd79:2::21\"],\"loadBalancedNames\":[\"mail."
                                        + server
                                        + "\"],\"name\":\""
                                        + server
                                        + "\"}")));
    }

    @AfterEach
    void asBefore() {
        change(EntryChange.removed(EntryKind.SERVER, server));
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

    private static TestAgent agent() {
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
        return fresh;
    }

    private static Response offer(TestAgent agent, Object body) {
        String path = TestAgent.ME + "/vantage";
        return agent.signed("PUT", path).body(body).put(path);
    }

    private static TestAgent standingAt(String address) {
        TestAgent agent = agent();
        offer(agent, Map.of("addresses", List.of(address))).then().statusCode(204);
        return agent;
    }

    private static String ownAddress() {
        int number = UUID.randomUUID().hashCode() & 0xFFFF;
        return "10.80." + (number >> 8) + "." + (number & 0xFF);
    }

    private String ask(String source, String target, String vantage) {
        String batch = UUID.randomUUID().toString();
        probes.ask(
                batch,
                null,
                "ring",
                List.of(
                        new PlannedProbe(
                                server,
                                target,
                                25,
                                Address.parse(source),
                                null,
                                null,
                                Tier.NONE,
                                "a test",
                                false,
                                "region",
                                vantage)),
                QuarkusTransaction.requiringNew().call(() -> revisions.head().number()));
        return batch;
    }

    private Map<String, Object> result(long id, String kind, String stage) {
        return Map.of(
                "id",
                id,
                "kind",
                kind,
                "stage",
                stage,
                "simulatedSource",
                false,
                "transcript",
                List.of());
    }

    private Response answer(TestAgent agent, Map<String, Object> result) {
        String path = TestAgent.ME + "/probe-results";
        return agent.signed("POST", path)
                .body(Map.of("server", server, "results", List.of(result)))
                .post(path);
    }

    @Test
    void anOfferOfWhatIsNobodysOwnIsRefusedWithAPointer() {
        TestAgent agent = agent();
        String good = ownAddress();
        for (String bad :
                List.of(
                        "0.0.0.0",
                        "::",
                        "127.0.0.1",
                        "::1",
                        "224.0.0.5",
                        "ff02::1",
                        "10.79.2.21")) {
            offer(agent, Map.of("addresses", List.of(good, bad)))
                    .then()
                    .statusCode(400)
                    .body("errors.pointer", contains("/addresses/1"));
        }
        offer(agent, Map.of("addresses", List.of(good, "10.79.2.21")))
                .then()
                .body("errors.message", contains(containsString("the server '" + server + "'")));
        offer(agent, Map.of("addresses", Collections.nCopies(201, good)))
                .then()
                .statusCode(400)
                .body("errors.pointer", hasItem("/addresses"));
        offer(agent, Map.of("addresses", List.of(good), "contexts", List.of(Map.of())))
                .then()
                .statusCode(400)
                .body("errors.pointer", contains("/contexts/0"));
        assertTrue(fleet.vantages(server).stream().noneMatch(one -> isOf(one, agent, good)));
    }

    private static boolean isOf(Vantage vantage, TestAgent agent, String address) {
        return vantage.name().equals("agent:" + agent.name())
                && vantage.sources().contains(Address.parse(address));
    }

    @Test
    void contextsAreOfferedAndShown() {
        TestAgent agent = agent();
        String source = ownAddress();
        offer(
                        agent,
                        Map.of(
                                "addresses",
                                List.of(source),
                                "contexts",
                                List.of(Map.of("account", "SRV1$", "computer", "SRV1"))))
                .then()
                .statusCode(204);
        Vantage standing =
                fleet.vantages(server).stream()
                        .filter(one -> isOf(one, agent, source))
                        .findFirst()
                        .orElseThrow();
        assertEquals(List.of(new Vantage.Context("SRV1$", "SRV1")), standing.contexts());
        TestUsers.as("robot")
                .get("/api/v1/agents")
                .then()
                .body(
                        "find { it.name == '" + agent.name() + "' }.contexts.account",
                        contains("SRV1$"));
    }

    @Test
    void anAddressThatTwoClaimIsShownAsClaimedTwiceAndBothAreAsked() {
        String source = ownAddress();
        TestAgent first = standingAt(source);
        TestAgent second = standingAt(source);
        assertTrue(fleet.vantages(server).stream().anyMatch(one -> isOf(one, first, source)));
        assertTrue(fleet.vantages(server).stream().anyMatch(one -> isOf(one, second, source)));
        for (TestAgent one : List.of(first, second)) {
            TestUsers.as("robot")
                    .get("/api/v1/agents")
                    .then()
                    .body(
                            "find { it.name == '" + one.name() + "' }.claimedTwice",
                            contains(source));
            TestUsers.as("robot")
                    .get("/api/v1/vantages")
                    .then()
                    .body(
                            "find { it.name == 'agent:" + one.name() + "' }.claimedTwice",
                            contains(source));
        }
    }

    @Test
    void aProbeIsGivenToAndTakenFromItsVantageAlone() {
        String source = ownAddress();
        TestAgent asked = standingAt(source);
        TestAgent other = standingAt(source);
        String batch = ask(source, null, "agent:" + asked.name());
        other.get(PROBES).then().body("", empty());
        asked.get(PROBES)
                .then()
                .body("source", contains(source))
                .body("target", contains("10.79.2.21"));
        int id = asked.get(PROBES).path("[0].id");

        answer(other, result(id, "REFUSED_AT_MAIL", "mail")).then().statusCode(404);
        assertEquals(1, probes.summary(batch).open());
        answer(asked, result(id, "NOT_RUN", "connect"))
                .then()
                .statusCode(200)
                .body("accepted", equalTo(1));
        assertEquals(1, probes.summary(batch).inconclusive());
    }

    @Test
    void aProbeAtAnAddressOrNameOfTheServerIsHandedOutAndAtAnotherNever() {
        String source = ownAddress();
        TestAgent asked = standingAt(source);
        String vantage = "agent:" + asked.name();
        ask(source, "10.79.2.21", vantage);
        ask(source, "mail." + server, vantage);
        ask(source, "10.79.2.22", vantage);
        ask(source, "mail.elsewhere.example", vantage);
        asked.get(PROBES).then().body("target", containsInAnyOrder("10.79.2.21", "mail." + server));
    }

    @Test
    void whatNoProbeCanSayIsRefusedOrTellsNothing() {
        String source = ownAddress();
        TestAgent asked = standingAt(source);
        String batch = ask(source, null, "agent:" + asked.name());
        int id = asked.get(PROBES).path("[0].id");
        answer(asked, result(id, "PERFECT", "mail")).then().statusCode(400);
        answer(asked, result(id, "ACCEPTED", "somewhere"))
                .then()
                .statusCode(400)
                .body("errors.pointer", contains("/results/0/stage"));
        answer(
                        asked,
                        Map.of(
                                "id",
                                id,
                                "kind",
                                "REFUSED_AT_MAIL",
                                "stage",
                                "mail",
                                "replyCode",
                                250,
                                "replyLines",
                                List.of("5.7.1 \u0000\u0007\u202E fine \uD800"),
                                "simulatedSource",
                                false,
                                "transcript",
                                List.of("0 < \u0000\u001B[2J")))
                .then()
                .statusCode(200);
        Probe stored = probes.find(id).orElseThrow();
        assertEquals(Verdict.INCONCLUSIVE, stored.verdict());
        assertTrue(stored.explanation().contains("contradicts itself"), stored.explanation());
        assertEquals(List.of("0 < \\u0000\\u001B[2J"), stored.transcript());
        assertEquals(1, probes.summary(batch).inconclusive());
    }

    @Test
    void theServiceItselfIsAVantageOfRealServersAlone() {
        String source = ownAddress();
        ProbeOutcome dropped =
                new ProbeOutcome(
                        ProbeOutcome.Kind.REFUSED_AT_MAIL,
                        "mail",
                        SmtpReply.of(530, List.of("5.7.57 x")),
                        List.of());
        prober.stand(List.of(source, "10.79.2.21"), dropped);
        try {
            // Nothing is reported of it, so its agent might be a simulated server's.
            assertTrue(fleet.vantages(server).stream().noneMatch(VantagesApiTest::isService));
            TestAgent own = TestAgent.enrolled();
            reportAsReal(own);
            Vantage standing =
                    fleet.vantages(own.server()).stream()
                            .filter(VantagesApiTest::isService)
                            .findFirst()
                            .orElseThrow();
            assertEquals(
                    List.of(source),
                    standing.sources().texts(),
                    "a server's address is no client's");

            String batch = ask(source, "10.79.2.21", "service");
            own.get(PROBES).then().body("", empty());
            // The clock may have begun it already.
            Instant end = Instant.now().plusSeconds(20);
            while (probes.summary(batch).open() > 0 && Instant.now().isBefore(end)) {
                service.begin(Runnable::run);
            }
            assertEquals(
                    List.of("10.79.2.21"),
                    prober.asked().stream().map(ServiceProber.Task::target).distinct().toList());
            assertEquals(1, probes.summary(batch).passed());
            ask(source, "10.79.2.29", "service");
            service.begin(Runnable::run);
            assertTrue(
                    prober.asked().stream().noneMatch(task -> task.target().equals("10.79.2.29")));
        } finally {
            prober.stand(List.of(), null);
        }
    }

    private static boolean isService(Vantage vantage) {
        return vantage.name().equals("service");
    }

    private static void reportAsReal(TestAgent agent) {
        String path = TestAgent.ME + "/reports/" + agent.server();
        agent.signed("PUT", path)
                .body(
                        Map.of(
                                "state",
                                "AS_FOUND",
                                "activeSerial",
                                0,
                                "activeRevision",
                                0,
                                "undoneSerial",
                                0,
                                "failedSerial",
                                0,
                                "connectors",
                                List.of(),
                                "showsIdentities",
                                false))
                .put(path)
                .then()
                .statusCode(204);
    }

    private static Response register(String by, Map<String, Object> body) {
        return TestUsers.acting(by).body(body).post("/api/v1/vantages");
    }

    private static String registered(String source) {
        String name = "ext-" + UUID.randomUUID().toString().substring(0, 8);
        register("olga", Map.of("name", name, "account", "robot", "addresses", List.of(source)))
                .then()
                .statusCode(201)
                .body("name", equalTo("external:" + name))
                .body("account", equalTo("robot"))
                .body("counts", equalTo(true));
        return name;
    }

    private static Map<String, Object> posted(long id, int code, String line) {
        return Map.of(
                "probeId",
                id,
                "kind",
                "REFUSED_AT_MAIL",
                "stage",
                "mail",
                "replyCode",
                code,
                "replyLines",
                List.of(line),
                "transcript",
                List.of("0 < " + code + " " + line));
    }

    @SafeVarargs
    private static Response post(String as, Map<String, Object>... results) {
        return TestUsers.acting(as)
                .body(Map.of("results", List.of(results)))
                .post("/api/v1/probe-results");
    }

    @Test
    void automationThatIsRegisteredIsAskedAndItsResultsAreJudged() {
        String source = ownAddress();
        String name = registered(source);
        assertTrue(
                fleet.vantages(server).stream()
                        .anyMatch(one -> one.name().equals("external:" + name)));
        String batch = ask(source, "10.79.2.21", "external:" + name);
        String list = "/api/v1/probes?state=OPEN&vantage=external:" + name;
        TestUsers.as("stranger").get(list).then().statusCode(404);
        TestUsers.as("robot")
                .get("/api/v1/probes?state=ANSWERED&vantage=" + name)
                .then()
                .statusCode(400);
        Response open = TestUsers.as("robot").get(list);
        open.then()
                .body("", hasSize(1))
                .body("[0].target", equalTo("10.79.2.21"))
                .body("[0].source", equalTo(source));
        int id = open.path("[0].id");

        Map<String, Object> right = posted(id, 530, "5.7.57 not authenticated");
        post("stranger", right)
                .then()
                .statusCode(404)
                .body("errors.pointer", contains("/results/0/probeId"));
        // One that is unknown keeps the other from being taken.
        post("robot", right, posted(Integer.MAX_VALUE, 530, "5.7.57 x"))
                .then()
                .statusCode(404)
                .body("errors.pointer", contains("/results/1/probeId"));
        post("robot", right, right)
                .then()
                .statusCode(409)
                .body("errors.pointer", contains("/results/1/probeId"));
        assertEquals(1, probes.summary(batch).open());

        post("robot", right).then().statusCode(200).body("accepted", equalTo(1));
        assertEquals(1, probes.summary(batch).passed());
        post("robot", right).then().statusCode(200).body("accepted", equalTo(1));
        post("robot", posted(id, 550, "5.7.1 other"))
                .then()
                .statusCode(409)
                .body("errors.pointer", contains("/results/0/probeId"));
        assertEquals(1, probes.summary(batch).passed());
        TestUsers.as("robot").get(list).then().body("", empty());
    }

    @Test
    void aResultForADroppedProbeIsRefused() {
        String source = ownAddress();
        String name = registered(source);
        String batch = ask(source, null, "external:" + name);
        int id =
                TestUsers.as("robot").get("/api/v1/probes?vantage=external:" + name).path("[0].id");
        probes.drop(batch);
        post("robot", posted(id, 530, "5.7.57 x"))
                .then()
                .statusCode(409)
                .body("errors.message", contains(containsString("no longer waited for")));
    }

    @Test
    void registrationIsCheckedAndCanBeTakenBack() {
        String source = ownAddress();
        String name = registered(source);
        register("olga", Map.of("name", name, "addresses", List.of(source))).then().statusCode(409);
        register("olga", Map.of("name", "a b", "addresses", List.of(source)))
                .then()
                .statusCode(400)
                .body("errors.pointer", contains("/name"));
        register(
                        "olga",
                        Map.of(
                                "name",
                                name + "x",
                                "account",
                                "nobody-here",
                                "addresses",
                                List.of(source)))
                .then()
                .statusCode(400)
                .body("errors.pointer", contains("/account"));
        register("olga", Map.of("name", name + "x", "addresses", List.of("127.0.0.1")))
                .then()
                .statusCode(400)
                .body("errors.pointer", contains("/addresses/0"));
        register("robot", Map.of("name", name + "x", "addresses", List.of(source)))
                .then()
                .statusCode(403);
        TestUsers.acting("robot").delete("/api/v1/vantages/" + name).then().statusCode(403);
        TestUsers.acting("olga").delete("/api/v1/vantages/" + name).then().statusCode(204);
        TestUsers.acting("olga").delete("/api/v1/vantages/" + name).then().statusCode(404);
        assertTrue(
                fleet.vantages(server).stream()
                        .noneMatch(one -> one.name().equals("external:" + name)));
    }
}

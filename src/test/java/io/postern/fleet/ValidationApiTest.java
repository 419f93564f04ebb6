package io.postern.fleet;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.TestUsers;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.enforcement.server.ServerSteps;
import io.postern.policy.Address;
import io.postern.policy.EntryChange;
import io.postern.policy.EntryKind;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Revisions;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.rollout.Fleet;
import io.postern.rollout.Ring;
import io.postern.rollout.RingState;
import io.postern.rollout.Rollout;
import io.postern.rollout.RolloutOptions;
import io.postern.rollout.RolloutState;
import io.postern.rollout.Rollouts;
import io.postern.rollout.ServerTarget;
import io.postern.web.SignedIn;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Validation of a simulated server, from the first question to the finding and its end. */
@QuarkusTest
class ValidationApiTest {
    private static final ObservedServer FOUND =
            new ObservedServer(DefaultConnectors.ofFreshServer("EX01", "contoso.example"), null);

    private static final String INSIDE = "10.0.9.0";
    private static final String ABOVE = "10.0.10.0";

    @Inject ValidationService service;
    @Inject Validations validations;
    @Inject Fleet fleet;
    @Inject Revisions revisions;
    @Inject Rollouts rollouts;
    @Inject DataSource database;

    /** What the server does otherwise than the policy says, by source. */
    private final Map<String, Tier> faults = new HashMap<>();

    private TestAgent agent;
    private long before;
    private Policy policy;

    @BeforeEach
    void aServerThatHoldsWhatItShould() {
        TestUsers.ensure("olga", "operator", "reader");
        agent = TestAgent.enrolled();
        change(
                EntryChange.put(
                        new PolicyEntry(
                                EntryKind.SERVER,
                                agent.server(),
                                "{\"addresses\":[\"10.0.0.77\"],\"enforcement\":[\"exchange\"],\"name\":\""
                                        + agent.server()
                                        + "\"}")));
        before = head();
        grant(INSIDE + "/24");
        hold();
    }

    private void grant(String addresses) {
        change(
                EntryChange.put(
                        new PolicyEntry(
                                EntryKind.GRANT,
                                agent.server(),
                                "{\"from\":{\"addresses\":[\""
                                        + addresses
                                        + "\"]},\"key\":\""
                                        + agent.server()
                                        + "\",\"owner\":\"o\",\"reason\":\"r\",\"tier\":\"internal\",\"to\":{\"servers\":[\""
                                        + agent.server()
                                        + "\"]}}")));
    }

    private long head() {
        return QuarkusTransaction.requiringNew().call(() -> revisions.head().number());
    }

    /** Publishes the newest revision to the server and has its agent report it. */
    private void hold() {
        policy = QuarkusTransaction.requiringNew().call(() -> revisions.policy(head()));
        CompiledServer compiled =
                ServerCompiler.compile(
                        policy,
                        policy.server(agent.server()).orElseThrow(),
                        head(),
                        FOUND,
                        Instant.now());
        long serial = fleet.publish(compiled.desired(), 0, null);
        report(serial, ServerSteps.apply(FOUND, compiled.steps()), List.of());
    }

    private void report(long serial, ObservedServer held, List<ConnectorData> more) {
        List<ConnectorData> all = new ArrayList<>(more);
        held.connectors().forEach(one -> all.add(ConnectorData.of(one)));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("state", "CONFIRMED");
        body.put("activeSerial", serial);
        body.put("activeRevision", 0);
        body.put("undoneSerial", 0);
        body.put("failedSerial", 0);
        body.put("showsIdentities", true);
        body.put("acceptedDomains", List.of());
        body.put("connectors", all.stream().map(ValidationApiTest::json).toList());
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

    @AfterEach
    void asBefore() {
        change(
                EntryChange.removed(EntryKind.GRANT, agent.server()),
                EntryChange.removed(EntryKind.SERVER, agent.server()));
    }

    private void change(EntryChange... changes) {
        QuarkusTransaction.requiringNew()
                .run(
                        () ->
                                revisions.append(
                                        revisions.head().number(),
                                        List.of(changes),
                                        "ann",
                                        "a test",
                                        null,
                                        Instant.EPOCH));
    }

    private List<Map<String, Object>> tasks() {
        return agent.get(TestAgent.ME + "/probes").then().statusCode(200).extract().path("$");
    }

    /** The agent answers what waits for it: as the policy says, but for the faults. */
    private void answer() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        List<Map<String, Object>> results = new ArrayList<>();
        for (Map<String, Object> task : tasks()) {
            String source = (String) task.get("source");
            Tier tier =
                    evaluator
                            .decide(
                                    new Submission(
                                            Address.parse(source),
                                            (String) task.get("account"),
                                            (String) task.get("computer"),
                                            agent.server(),
                                            (Integer) task.get("port"),
                                            now))
                            .tier();
            results.add(result(task.get("id"), faults.getOrDefault(source, tier)));
        }
        post(results);
    }

    private void post(List<Map<String, Object>> results) {
        for (int i = 0; i < results.size(); i += 200) {
            String path = TestAgent.ME + "/probe-results";
            agent.signed("POST", path)
                    .body(
                            Map.of(
                                    "server",
                                    agent.server(),
                                    "results",
                                    results.subList(i, Math.min(i + 200, results.size()))))
                    .post(path)
                    .then()
                    .statusCode(200);
        }
    }

    private static Map<String, Object> result(Object id, Tier tier) {
        String kind =
                switch (tier) {
                    case NONE -> "REFUSED_AT_MAIL";
                    case INTERNAL -> "REFUSED_AT_RCPT_FOREIGN";
                    case RELAY, TRUSTED -> "ACCEPTED";
                };
        return Map.of(
                "id",
                id,
                "kind",
                kind,
                "stage",
                "mail",
                "replyCode",
                tier.compareTo(Tier.RELAY) >= 0 ? 250 : 550,
                "replyLines",
                List.of("5.7.1 no <script>"),
                "simulatedSource",
                true,
                "transcript",
                List.of("1 < 220 ex01", "9 < 550 5.7.1 no <script>"));
    }

    /** Everything that waits for the agent, until nothing does. */
    private void answerAll() {
        do {
            answer();
            service.take(agent.server());
        } while (!tasks().isEmpty());
    }

    /** One turn, which holds every expectation here, with its confirmations. */
    private void turn() {
        assertTrue(service.ask(agent.server()) > 0, "something is asked");
        answerAll();
    }

    private ValidatableResponse findings(String state) {
        return TestUsers.as("olga")
                .get(
                        "/api/v1/validation-findings?server="
                                + agent.server()
                                + (state.isEmpty() ? "" : "&state=" + state))
                .then()
                .statusCode(200);
    }

    @Test
    void whereEverythingIsMetThereIsNoFinding() {
        turn();
        findings("").body("findings", hasSize(0)).body("next", nullValue());
        Map<String, Object> own =
                TestUsers.as("olga")
                        .get("/api/v1/validation")
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("find { it.server == '" + agent.server() + "' }");
        assertEquals(1, own.get("turnsPerRound"), own.toString());
        assertEquals((int) head(), own.get("revision"), own.toString());
    }

    @Test
    void oneFailureIsAskedAgainAndIsNoFindingIfItPassesThen() {
        faults.put(ABOVE, Tier.INTERNAL);
        service.ask(agent.server());
        answer();
        service.take(agent.server());
        assertEquals(List.of(ABOVE), tasks().stream().map(task -> task.get("source")).toList());
        faults.clear();
        answerAll();
        findings("").body("findings", hasSize(0));
    }

    @Test
    void aConfirmedFailureIsAFindingWithItsCauseAndEndsWhenItIsMetAgain() throws SQLException {
        long change = provenChange();
        faults.put(ABOVE, Tier.INTERNAL);
        turn();
        findings("OPEN")
                .body("findings", hasSize(1))
                .body("findings[0].source", equalTo(ABOVE))
                .body("findings[0].expected", equalTo("none"))
                .body("findings[0].observed", equalTo("internal"))
                .body("findings[0].kind", equalTo("FAILED"))
                .body("findings[0].severity", equalTo("OVER_PERMITTED"))
                // The agent reads back what it should hold: it lies, or somebody else does.
                .body("findings[0].likelyCause", equalTo("NOT_KNOWN"))
                .body("findings[0].changeRequestId", nullValue());
        faults.put(INSIDE, Tier.NONE);
        turn();
        findings("OPEN").body("findings", hasSize(2));
        JsonPath inside = finding(INSIDE);
        assertEquals("UNDER_PERMITTED", inside.getString("severity"));
        assertEquals(change, inside.getLong("changeRequestId"), "what opened it is named");
        assertEquals(2, inside.getList("transcript").size());

        String page = page("/ui/validation/" + inside.getLong("id"));
        assertTrue(page.contains("no &lt;script&gt;"), page);
        assertTrue(page.contains("/ui/changes/" + change), page);
        assertTrue(page("/ui/validation").contains("Over-permitted"), "the list names it");
        assertTrue(page("/ui").contains("expectation(s) not met"), "the inbox names it");

        faults.clear();
        turn();
        turn();
        findings("OPEN").body("findings", hasSize(2));
        turn();
        findings("OPEN").body("findings", hasSize(0));
        findings("CLOSED")
                .body("findings.closedReason", hasItem("3 probes in a row passed"))
                .body("findings", hasSize(2));
    }

    private JsonPath finding(String source) {
        long id =
                findings("OPEN")
                        .extract()
                        .jsonPath()
                        .getLong("findings.find { it.source == '" + source + "' }.id");
        return TestUsers.as("olga").get("/api/v1/validation-findings/" + id).jsonPath();
    }

    private String page(String path) {
        return SignedIn.as("validation-reader", "reader").get(path).asString();
    }

    private long changeRequest() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement(
                                "insert into change_request (title, description, state,"
                                        + " base_revision, operations, author, created_at,"
                                        + " updated_at) values ('t', 'd', 'VERIFIED', ?, '[]',"
                                        + " 'ann', now(), now()) returning id")) {
            insert.setLong(1, before);
            try (ResultSet made = insert.executeQuery()) {
                made.next();
                return made.getLong(1);
            }
        }
    }

    private Rollout rollout(long id, long change, RolloutState state, List<Ring> rings) {
        return new Rollout(
                id,
                change,
                head(),
                before,
                state,
                rings,
                0,
                Instant.now(),
                null,
                null,
                state == RolloutState.VERIFIED ? "probed" : null,
                List.of(),
                RolloutOptions.PLAIN,
                null,
                null,
                List.of());
    }

    /** A rollout that proved the grant, with its change request. */
    private long provenChange() throws SQLException {
        long change = changeRequest();
        Rollout proven = rollout(0, change, RolloutState.VERIFIED, List.of());
        QuarkusTransaction.requiringNew().run(() -> rollouts.add(proven));
        return change;
    }

    /** As if its turn had come long ago. */
    private void becomeDue() {
        Instant longAgo = Instant.now().minus(1, ChronoUnit.DAYS);
        QuarkusTransaction.requiringNew()
                .run(
                        () ->
                                validations.save(
                                        new ServerValidation(
                                                agent.server(), 0, 0, 0, 0, longAgo, null, null)));
    }

    /** The service's own clockwork steps meanwhile too. */
    private void stepUntil(String what, BooleanSupplier holds) {
        Instant end = Instant.now().plusSeconds(60);
        while (!holds.getAsBoolean()) {
            assertTrue(Instant.now().isBefore(end), "not within a minute: " + what);
            service.step();
        }
    }

    private int openFindings() {
        return findings("OPEN").extract().jsonPath().getList("findings").size();
    }

    @Test
    void aServerThatIsDueIsAskedAndItsAnswersAreTakenInWithoutAnybody() {
        faults.put(ABOVE, Tier.INTERNAL);
        becomeDue();
        stepUntil("asked", () -> !tasks().isEmpty());
        stepUntil(
                "found",
                () -> {
                    answer();
                    return openFindings() == 1;
                });
        assertEquals("10.0.10.0", finding(ABOVE).getString("source"));
    }

    @Test
    void whileARolloutIsAboutAServerItsOwnProbesSpeak() throws SQLException {
        assertTrue(service.ask(agent.server()) > 0);
        assertFalse(tasks().isEmpty());
        long change = changeRequest();
        List<Ring> rings =
                List.of(
                        new Ring(
                                "main",
                                RingState.PENDING,
                                List.of(ServerTarget.of(agent.server())),
                                null,
                                null,
                                0,
                                null,
                                null));
        Rollout paused = rollout(0, change, RolloutState.PAUSED, rings);
        long id = QuarkusTransaction.requiringNew().call(() -> rollouts.add(paused)).id();
        try {
            becomeDue();
            stepUntil("what was asked is dropped", () -> tasks().isEmpty());
            assertEquals(0, service.ask(agent.server()), "and nothing is asked");
        } finally {
            Rollout over = rollout(id, change, RolloutState.ROLLED_BACK, rings);
            QuarkusTransaction.requiringNew().run(() -> rollouts.save(over));
        }
        stepUntil("asked as soon as that is over", () -> !tasks().isEmpty());
    }

    @Test
    void oldProbesGoButForThoseThatAFindingShows() throws SQLException {
        faults.put(ABOVE, Tier.INTERNAL);
        turn();
        assertTrue(probes() > 1);
        try (Connection connection = database.getConnection();
                PreparedStatement age =
                        connection.prepareStatement(
                                "update probe set requested_at = now() - interval '400 days' where"
                                        + " server = ?")) {
            age.setString(1, agent.server());
            age.executeUpdate();
        }
        service.tidy();
        assertEquals(1, probes());
        assertEquals(2, finding(ABOVE).getList("transcript").size());
    }

    private int probes() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement count =
                        connection.prepareStatement(
                                "select count(*) from probe where server = ?")) {
            count.setString(1, agent.server());
            try (ResultSet counted = count.executeQuery()) {
                counted.next();
                return counted.getInt(1);
            }
        }
    }

    @Test
    void aConnectorBesideOursThatTakesTheSourceIsTheLikelyCause() {
        long serial = fleet.view(agent.server()).activeSerial();
        ConnectorData wide =
                FOUND.connectors().stream()
                        .map(ConnectorData::of)
                        .filter(one -> one.bindings().contains("0.0.0.0:25"))
                        .findFirst()
                        .orElseThrow();
        ConnectorData beside =
                new ConnectorData(
                        "Vendor",
                        false,
                        true,
                        wide.transportRole(),
                        wide.bindings(),
                        List.of(ABOVE),
                        List.of("AnonymousUsers"),
                        wide.authMechanism(),
                        false,
                        wide.fqdn(),
                        "",
                        wide.tarpitMillis(),
                        true);
        CompiledServer compiled =
                ServerCompiler.compile(
                        policy,
                        policy.server(agent.server()).orElseThrow(),
                        head(),
                        FOUND,
                        Instant.now());
        report(serial, ServerSteps.apply(FOUND, compiled.steps()), List.of(beside));
        faults.put(ABOVE, Tier.INTERNAL);
        turn();
        JsonPath found = finding(ABOVE);
        assertEquals("CONNECTOR_MOVED", found.getString("likelyCause"), found.prettify());
        assertTrue(found.getString("causeWhy").contains("'Vendor'"), found.prettify());
    }

    @Test
    void whatComesAndGoesIsOneFinding() {
        for (int i = 0; i < 8; i++) {
            if (i % 2 == 0) {
                faults.put(ABOVE, Tier.INTERNAL);
            } else {
                faults.clear();
            }
            turn();
        }
        findings("").body("findings", hasSize(1)).body("findings[0].state", equalTo("FLAPPING"));
    }

    @Test
    void whatNobodyAnswersIsNotKnownAndNeverMet() {
        for (int i = 0; i < 3; i++) {
            findings("").body("findings", hasSize(0));
            assertTrue(service.ask(agent.server()) > 0);
            service.take(agent.server());
        }
        findings("OPEN")
                .body("findings.kind", hasItem("UNKNOWN"))
                .body("findings.severity", hasItem("NOT_KNOWN"))
                .body("findings[0].observed", nullValue())
                .body(
                        "findings[0].explanation",
                        equalTo("cannot tell: no vantage answered in time"));
        assertFalse(
                findings("OPEN").extract().jsonPath().getList("findings.kind").contains("FAILED"));
    }

    @Test
    void aFindingEndsWhenThePolicyExpectsSomethingElse() {
        faults.put(ABOVE, Tier.INTERNAL);
        turn();
        findings("OPEN").body("findings", hasSize(1));
        grant("10.0.8.0-10.0.12.255");
        hold();
        turn();
        findings("CLOSED")
                .body("findings", hasSize(1))
                .body(
                        "findings[0].closedReason",
                        equalTo("revision " + head() + " expects internal there, no longer none"));
    }

    @Test
    void somebodyMaySayThatHeKnowsOfIt() {
        faults.put(ABOVE, Tier.INTERNAL);
        turn();
        long id = finding(ABOVE).getLong("id");
        TestUsers.acting("olga")
                .urlEncodingEnabled(false)
                .post("/api/v1/validation-findings/" + id + ":acknowledge")
                .then()
                .statusCode(200)
                .body("acknowledgedBy", equalTo("olga"))
                .body("acknowledgedAt", notNullValue())
                .body("state", equalTo("OPEN"));
        TestUsers.as("olga").get("/api/v1/validation-findings/0").then().statusCode(404);
    }

    @Test
    void whoAcknowledgesWhatIsClosedReadsThatItIs() {
        faults.put(ABOVE, Tier.INTERNAL);
        turn();
        long id = finding(ABOVE).getLong("id");
        faults.clear();
        turn();
        turn();
        turn();
        findings("CLOSED").body("findings", hasSize(1));
        SignedIn.as("olga", "operator", "reader")
                .post("/ui/validation/" + id + "/acknowledge", Map.of())
                .then()
                .statusCode(409)
                .body(containsString("finding " + id + " is closed"));
    }

    @Test
    void aMinuteHoldsNoMoreProbesThanItsBudget() {
        Instant minute = Instant.parse("2099-01-01T00:00:30Z");
        QuarkusTransaction.requiringNew()
                .run(
                        () -> {
                            assertTrue(validations.lock());
                            assertTrue(validations.takeAll(6, 10, minute));
                            assertFalse(validations.takeAll(6, 10, minute));
                            assertEquals(4, validations.take(6, 10, minute));
                            assertEquals(0, validations.take(6, 10, minute));
                            assertEquals(6, validations.take(6, 10, minute.plusSeconds(30)));
                        });
    }

    @Test
    void oneReplicaAtATime() {
        QuarkusTransaction.requiringNew()
                .run(
                        () -> {
                            assertTrue(validations.lock());
                            assertFalse(
                                    QuarkusTransaction.requiringNew()
                                            .call(() -> validations.lock()));
                        });
    }
}

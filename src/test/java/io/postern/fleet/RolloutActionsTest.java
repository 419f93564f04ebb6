package io.postern.fleet;

import static io.postern.TestUsers.acting;
import static io.postern.TestUsers.as;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.TestUsers;
import io.postern.agent.SampleConnectors;
import io.postern.enforcement.ConnectorData;
import io.postern.policy.EntryChange;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Revisions;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.probe.Probe;
import io.postern.probe.ProbeResult;
import io.postern.probe.ProbeService;
import io.postern.smtp.ObservedTier;
import io.postern.smtp.ObservedTier.Level;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every state of a rollout and every action on it, over HTTP, with agents that report and answer as
 * each test wants: two servers in ring canary, one in ring main.
 */
@QuarkusTest
class RolloutActionsTest {
    private static final String ROLLOUTS = "/api/v1/rollouts/";
    private static final String CHANGES = "/api/v1/change-requests";
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Inject DataSource database;
    @Inject Revisions revisions;
    @Inject FleetService fleet;
    @Inject ProbeService probes;

    private final List<TestAgent> agents = new ArrayList<>();
    private final Map<String, Long> held = new HashMap<>();
    private final Set<String> gone = new HashSet<>();
    private final Set<String> broken = new HashSet<>();
    private Function<Probe, Level> answers;
    private List<PolicyEntry> before;
    private String grant;
    private String extra = "";
    private long rollout;

    private record FromPolicy(String title, String policy) {}

    @BeforeEach
    void aPolicyInForceOverThreeServers() {
        TestUsers.ensure("ann", "author", "operator");
        TestUsers.ensure("bob", "approver", "reader");
        answers = RolloutActionsTest::asExpected;
        before = entries();
        grant = "grant-" + UUID.randomUUID();
        for (int i = 0; i < 3; i++) {
            TestAgent agent = TestAgent.enrolled();
            agents.add(agent);
            report(agent.server(), 0, 0);
        }
        replace(PolicyDocument.parse(policy("")).entries());
    }

    @AfterEach
    void nothingIsLeftUnderWay() {
        gone.clear();
        broken.clear();
        answers = RolloutActionsTest::asExpected;
        if (rollout > 0) {
            String state = read().getString("state");
            if (state.equals("RUNNING") || state.equals("PAUSED")) {
                act("abort", null);
            }
            await(now -> isEnd(now.getString("state")));
        }
        replace(before);
    }

    private String policy(String more) {
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            servers.append(
                    "  - {name: %s, addresses: [10.88.0.%d], ring: %s, enforcement: [exchange]}%n"
                            .formatted(server(i), 10 + i, i < 2 ? "canary" : "main"));
        }
        servers.append(extra);
        return """
        version: 1
        acceptedDomains: [contoso.example]
        servers:
        %sgrants:
          - {key: %s-old, from: {addresses: [10.88.1.0/24]}, to: {servers: ['*']}, tier: internal, owner: o, reason: r}
        %s"""
                .formatted(servers, grant, more);
    }

    private List<PolicyEntry> entries() {
        return QuarkusTransaction.requiringNew()
                .call(() -> revisions.entries(revisions.head().number()));
    }

    private void replace(List<PolicyEntry> entries) {
        QuarkusTransaction.requiringNew()
                .run(
                        () -> {
                            long head = revisions.head().number();
                            revisions.append(
                                    head,
                                    EntryChange.between(revisions.entries(head), entries),
                                    "ann",
                                    "a test",
                                    null,
                                    Instant.EPOCH);
                        });
    }

    private String server(int number) {
        return agents.get(number).server();
    }

    private static Level asExpected(Probe probe) {
        return probe.expected() == Tier.NONE
                ? Level.NONE
                : probe.expected() == Tier.INTERNAL ? Level.INTERNAL : Level.AT_LEAST_RELAY;
    }

    /** Reports that a server holds a publication, and could not apply another. */
    private void report(String server, long serial, long failed) {
        Agent agent =
                fleet.agent(
                                agents.stream()
                                        .filter(one -> one.server().equals(server))
                                        .findFirst()
                                        .orElseThrow()
                                        .name())
                        .orElseThrow();
        List<ConnectorData> connectors = new ArrayList<>();
        connectors.add(ConnectorData.of(SampleConnectors.wide()));
        fleet.newest(server)
                .filter(newest -> newest.serial() == serial)
                .ifPresent(newest -> connectors.addAll(newest.state().connectors()));
        fleet.report(
                agent,
                server,
                new AgentReport(
                        failed > 0 ? "FAILED" : "ACTIVE",
                        serial,
                        0,
                        0,
                        failed,
                        failed > 0 ? "no rights" : null,
                        null,
                        connectors,
                        null,
                        null,
                        null,
                        List.of(),
                        null,
                        null,
                        null,
                        true,
                        null,
                        null,
                        null));
        held.put(server, Math.max(serial, failed));
    }

    /** Every agent that is there takes what was published and answers what it is asked. */
    private void work() {
        for (TestAgent agent : agents) {
            String server = agent.server();
            if (gone.contains(server)) {
                continue;
            }
            Optional<Publication> published = fleet.newest(server);
            long newest = published.map(Publication::serial).orElse(0L);
            if (newest > held.getOrDefault(server, 0L)) {
                // Whether a test mends it before or after it is put back, that succeeds.
                boolean isBroken =
                        broken.contains(server) && published.get().confirmWindowSeconds() != null;
                report(server, isBroken ? 0 : newest, isBroken ? newest : 0);
            }
            Map<Long, ProbeResult> results = new HashMap<>();
            for (Probe probe : probes.open(server, "agent:" + agent.name(), 1000)) {
                Level level = answers.apply(probe);
                if (level != null) {
                    results.put(
                            probe.id(),
                            new ProbeResult(
                                    new ObservedTier(level, "a test"), "a test", true, List.of()));
                }
            }
            probes.answer("agent:" + agent.name(), server, results);
        }
    }

    private JsonPath read() {
        return as("ann").get(ROLLOUTS + rollout).then().statusCode(200).extract().jsonPath();
    }

    private JsonPath await(Predicate<JsonPath> wanted) {
        JsonPath[] now = new JsonPath[1];
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> {
                            work();
                            now[0] = read();
                            return wanted.test(now[0]);
                        });
        return now[0];
    }

    private JsonPath awaitState(String state) {
        try {
            return await(now -> now.getString("state").equals(state));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError("never " + state + ": " + read().prettify(), e);
        }
    }

    private static boolean isEnd(String state) {
        return List.of("VERIFIED", "ROLLED_BACK", "FAILED").contains(state);
    }

    private JsonPath awaitRing(String state) {
        return await(now -> now.getString("rings[0].state").equals(state));
    }

    private Response act(String action, Object body) {
        var request = acting("ann");
        return (body == null ? request : request.body(body))
                .post(ROLLOUTS + rollout + ":" + action);
    }

    private JsonPath done(String action, Object body) {
        Response response = act(action, body);
        assertEquals(200, response.statusCode(), response.asString());
        return response.jsonPath();
    }

    private void refused(String action, Object body, int status, String code, String why) {
        act(action, body)
                .then()
                .statusCode(status)
                .body("type", equalTo("urn:postern:problem:" + code))
                .body("detail", containsString(why));
    }

    private static Response change(String who, long id, String action, Object body) {
        String etag = as(who).get(CHANGES + "/" + id).header("ETag");
        var request = acting(who).header("If-Match", etag);
        return (body == null ? request : request.body(body))
                .post(CHANGES + "/" + id + ":" + action);
    }

    /** An approved change that opens one network. */
    private long approved() {
        String more =
                "  - {key: "
                        + grant
                        + ", from: {addresses: [10.88.2.0/24]}, to: {servers: ['*']}, tier:"
                        + " internal, owner: o, reason: r}\n";
        Response drafted =
                acting("ann")
                        .body(new FromPolicy("Open a network", policy(more)))
                        .post(CHANGES + ":fromPolicy");
        assertEquals(201, drafted.statusCode(), drafted.asString());
        long id = drafted.jsonPath().getLong("id");
        change("ann", id, "submit", null).then().statusCode(200);
        String hash = as("ann").get(CHANGES + "/" + id).jsonPath().getString("analysis.hash");
        Response answer = change("bob", id, "approve", Map.of("hash", hash, "comment", ""));
        assertEquals(200, answer.statusCode(), answer.asString());
        return id;
    }

    private void begin(Map<String, ?> options) {
        Response answer =
                change(
                        "ann",
                        approved(),
                        "apply",
                        options.isEmpty() ? null : Map.of("rollout", options));
        assertEquals(200, answer.statusCode(), answer.asString());
        rollout = answer.jsonPath().getLong("rolloutId");
    }

    /** As if it had been in its state for ten minutes. */
    private void backdate() throws Exception {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            assertEquals(
                    1,
                    statement.executeUpdate(
                            "update rollout set snapshot = jsonb_set(snapshot::jsonb, '{since}',"
                                    + " to_jsonb(extract(epoch from now()) - 600))::text where id = "
                                    + rollout));
        }
    }

    @Test
    void aPlainRolloutIsVerifiedAndShowsItsCoverage() {
        begin(Map.of());

        JsonPath end = awaitState("VERIFIED");
        assertEquals("probed", end.getString("proof"));
        assertEquals(100, end.getInt("rings[0].coverage.percent"));
        assertEquals(List.of("DONE", "DONE"), end.getList("rings.state"));
        assertEquals(100, end.getInt("options.successPercent"));
        assertEquals(null, end.getString("cause"));
        assertEquals(List.of(), end.getList("outstanding"));
        assertTrue(end.getString("rings[1].confirmedAt") != null);
    }

    @Test
    void oneInFlightPushesTheSecondServerOnlyAfterTheFirstIsActive() {
        gone.addAll(List.of(server(0), server(1)));
        begin(Map.of("maxInFlight", 1));
        JsonPath first =
                await(now -> now.getList("rings[0].servers.serial", Long.class).get(0) > 0);
        assertEquals(0, first.getLong("rings[0].servers[1].serial"));

        String pushed = first.getString("rings[0].servers[0].server");
        gone.remove(pushed);
        JsonPath second =
                await(now -> now.getList("rings[0].servers.serial", Long.class).get(1) > 0);
        // Its agent had to hold out until the other was active too.
        assertTrue(
                fleet.newest(pushed).orElseThrow().confirmWindowSeconds()
                        > fleet.newest(second.getString("rings[0].servers[1].server"))
                                .orElseThrow()
                                .confirmWindowSeconds());
        gone.clear();
        awaitState("VERIFIED");
    }

    @Test
    void itPausesAfterTheRingThatWasPlannedAndGoesOnWhenResumed() {
        begin(Map.of("pauseAfter", List.of("canary")));

        JsonPath paused = awaitState("PAUSED");
        assertEquals("PAUSED_AFTER_RING", paused.getString("cause"));
        assertEquals(List.of("DONE", "PENDING"), paused.getList("rings.state"));
        done("resume", null);
        awaitState("VERIFIED");
    }

    @Test
    void manualPromotionPausesAfterEveryRingButTheLast() {
        begin(Map.of("promotion", "manual"));

        awaitState("PAUSED");
        assertEquals(null, done("resume", null).getString("cause"));
        assertEquals("manual", awaitState("VERIFIED").getString("options.promotion"));
    }

    @Test
    void aPausedRolloutPushesNothingNewAndCanBeAborted() {
        answers = probe -> null;
        begin(Map.of());
        awaitRing("PROBING");
        assertEquals("PAUSED_BY_PERSON", done("pause", null).getString("cause"));
        refused("pause", null, 409, "wrong-state", "is PAUSED");
        refused("promote", Map.of("ring", "canary"), 409, "wrong-state", "is PAUSED");
        answers = RolloutActionsTest::asExpected;
        work();
        assertEquals(List.of("PROBING", "PENDING"), read().getList("rings.state"));

        assertEquals("ABORTED", done("abort", null).getString("cause"));
        JsonPath end = awaitState("ROLLED_BACK");
        assertEquals("probed", end.getString("proof"));
        assertEquals("ABORTED", end.getString("cause"));
        assertTrue(end.getLong("authorityRevision") > end.getLong("revision"));
        refused("abort", null, 409, "wrong-state", "is ROLLED_BACK");
        refused("retry", null, 409, "wrong-state", "is ROLLED_BACK");
    }

    @Test
    void aFailedProbeBrakesAtOnceAndEverythingIsProvenBack() {
        answers =
                probe ->
                        probe.ring().equals("main") && probe.expected() == Tier.INTERNAL
                                ? Level.NONE
                                : asExpected(probe);
        begin(Map.of());

        JsonPath end = awaitState("ROLLED_BACK");
        assertEquals("PROBE_FAILED", end.getString("cause"));
        assertEquals(List.of("ROLLED_BACK", "ROLLED_BACK"), end.getList("rings.state"));
        as("ann")
                .get(ROLLOUTS + rollout + "/probes")
                .then()
                .body("ring", hasItem("rollback"))
                .body("verdict", hasItem("FAIL"));
    }

    @Test
    void aProbeThatFailsAfterTheBakeUndoesConfirmedRingsToo() {
        answers =
                probe -> {
                    boolean again =
                            probe.ring().equals("canary")
                                    && read().getString("rings[0].state").equals("PROBING_AGAIN");
                    return again && probe.expected() == Tier.INTERNAL
                            ? Level.AT_LEAST_RELAY
                            : asExpected(probe);
                };
        begin(Map.of("bakeSeconds", 1));
        JsonPath baking = awaitRing("BAKING");
        assertTrue(baking.getString("rings[0].confirmedAt") != null, baking.prettify());

        JsonPath end = awaitState("ROLLED_BACK");
        assertEquals("PROBE_FAILED", end.getString("cause"));
    }

    @Test
    void whatBakedWellIsVerified() {
        begin(Map.of("bakeSeconds", 1));

        assertEquals("probed", awaitState("VERIFIED").getString("proof"));
    }

    @Test
    void someInconclusiveProbesAreTakenWhereThatWasPlanned() {
        answers = probe -> probe.id() % 10 == 0 ? Level.UNKNOWN : asExpected(probe);
        begin(Map.of("successPercent", 50));

        awaitState("VERIFIED");
    }

    @Test
    void inconclusiveProbesAreAskedThreeTimesAndThenBrake() {
        answers = probe -> probe.ring().equals("canary") ? Level.UNKNOWN : asExpected(probe);
        begin(Map.of());

        JsonPath end = awaitState("ROLLED_BACK");
        assertEquals("INCONCLUSIVE", end.getString("cause"));
        assertEquals(3, end.getInt("rings[0].attempts"));
    }

    @Test
    void anErrorBrakesAtOnceWhereNoneIsTolerated() {
        broken.add(server(0));
        begin(Map.of());
        await(now -> !now.getString("state").equals("RUNNING"));
        broken.clear();

        assertEquals("SERVER_ERROR", awaitState("ROLLED_BACK").getString("cause"));
    }

    @Test
    void aToleratedErrorPausesUntilItIsRetried() {
        broken.add(server(0));
        beginWithFour(Map.of("maxErrors", 1));
        JsonPath paused = awaitState("PAUSED");
        assertEquals("SERVER_ERROR", paused.getString("cause"));
        assertTrue(paused.getString("reason").contains(server(0)), paused.getString("reason"));
        refused("resume", null, 409, "wrong-state", "skip it by name, retry it");
        long failed = fleet.newest(server(0)).orElseThrow().serial();

        broken.clear();
        assertEquals("RUNNING", done("retry", null).getString("state"));
        assertEquals(failed + 1, fleet.newest(server(0)).orElseThrow().serial());
        assertEquals("probed", awaitState("VERIFIED").getString("proof"));
    }

    /** With one more server in ring main, so that an error there can be tolerated. */
    private void beginWithFour(Map<String, ?> options) {
        TestAgent more = TestAgent.enrolled();
        agents.add(more);
        report(more.server(), 0, 0);
        extra =
                "  - {name: %s, addresses: [10.88.0.20], ring: main, enforcement: [exchange]}%n"
                        .formatted(more.server());
        replace(PolicyDocument.parse(policy("")).entries());
        begin(options);
    }

    @Test
    void aSkippedServerIsPutBackAndTheProofSaysSo() {
        broken.add(server(0));
        beginWithFour(Map.of("maxErrors", 1));
        awaitState("PAUSED");
        long failed = fleet.newest(server(0)).orElseThrow().serial();
        broken.clear();

        JsonPath skipped = done("skip", Map.of("server", server(0), "reason", "its disk is full"));
        assertEquals("RUNNING", skipped.getString("state"));
        assertTrue(
                skipped.getList("skipped", String.class)
                        .contains(server(0) + ": skipped by ann: its disk is full"));
        Publication back = fleet.newest(server(0)).orElseThrow();
        assertEquals(failed + 1, back.serial());
        assertEquals(null, back.confirmWindowSeconds());
        refused(
                "skip",
                Map.of("server", server(0), "reason", "again"),
                409,
                "wrong-state",
                "is skipped already");

        JsonPath end = awaitState("VERIFIED");
        assertEquals("probed, without " + server(0), end.getString("proof"));
        refused(
                "skip",
                Map.of("server", server(1), "reason", "late"),
                409,
                "wrong-state",
                "is VERIFIED");
    }

    @Test
    void aServerThatDoesNotAnswerIsSkippedWhileTheRolloutRuns() {
        gone.add(server(0));
        begin(Map.of());
        await(now -> now.getString("rings[0].state").equals("PUSHING"));

        JsonPath skipped = done("skip", Map.of("server", server(0), "reason", "it is gone"));
        assertEquals("RUNNING", skipped.getString("state"));
        gone.clear();

        assertEquals("probed, without " + server(0), awaitState("VERIFIED").getString("proof"));
    }

    @Test
    void aRingWithoutAnyServerLeftWaitsForAPromotionByName() {
        begin(Map.of("pauseAfter", List.of("canary")));
        awaitState("PAUSED");
        done("skip", Map.of("server", server(2), "reason", "not today"));
        done("resume", null);
        await(now -> now.getString("rings[1].state").equals("AWAITING_PROMOTION"));
        refused("promote", Map.of("ring", "canary"), 409, "wrong-state", "does not wait");

        done("promote", Map.of("ring", "main"));
        assertEquals("probed, without " + server(2), awaitState("VERIFIED").getString("proof"));
    }

    @Test
    void aProvenServerCannotBeSkipped() {
        begin(Map.of("pauseAfter", List.of("canary")));
        awaitState("PAUSED");

        refused(
                "skip",
                Map.of("server", server(0), "reason", "late"),
                409,
                "wrong-state",
                "is proven");
        refused(
                "skip",
                Map.of("server", "nobody", "reason", "late"),
                404,
                "not-found",
                "has no server 'nobody'");
        refused("retry", null, 409, "wrong-state", "nothing to retry");
    }

    @Test
    void probesOfAPausedRingAreAskedAnewByRetry() {
        answers = probe -> null;
        begin(Map.of());
        awaitRing("PROBING");
        done("pause", null);

        JsonPath again = done("retry", null);
        assertEquals("RUNNING", again.getString("state"));
        assertEquals(1, again.getInt("rings[0].attempts"));
        answers = RolloutActionsTest::asExpected;
        awaitState("VERIFIED");
    }

    @Test
    void aGoneServerIsListedUntilItIsBackAndThenEverythingIsProven() throws Exception {
        begin(Map.of("pauseAfter", List.of("canary")));
        awaitState("PAUSED");
        gone.add(server(1));
        done("abort", null);
        await(now -> isBack(server(0)));
        backdate();

        JsonPath failed = awaitState("FAILED");
        assertEquals(List.of(server(1)), failed.getList("outstanding"));
        assertEquals("ABORTED", failed.getString("cause"));
        assertTrue(failed.getString("reason").contains("no report from " + server(1)));
        refused("retry", null, 409, "wrong-state", "goes on by itself");
        assertTrue(isBack(server(0)));

        gone.clear();
        JsonPath end = awaitState("ROLLED_BACK");
        assertEquals(List.of(), end.getList("outstanding"));
        assertEquals("aborted by ann", end.getString("reason"));
        assertEquals("probed", end.getString("proof"));
        as("ann")
                .get(CHANGES + "/" + end.getLong("changeRequestId"))
                .then()
                .body("state", equalTo("ROLLED_BACK"));
    }

    private boolean isBack(String server) {
        return fleet.newest(server)
                .map(newest -> fleet.view(server).activeSerial() == newest.serial())
                .orElse(false);
    }

    @Test
    void aGoneServerDoesNotLockOthersOutAndANewerRolloutReplacesIt() throws Exception {
        begin(Map.of("pauseAfter", List.of("canary")));
        awaitState("PAUSED");
        gone.add(server(1));
        done("abort", null);
        await(now -> isBack(server(0)));
        backdate();
        awaitState("FAILED");
        long old = rollout;

        begin(Map.of());
        long newer = rollout;
        rollout = old;
        JsonPath left = await(now -> now.getList("outstanding").isEmpty());
        assertEquals("FAILED", left.getString("state"));
        assertTrue(
                left.getString("reason").contains("something newer was published to"),
                left.getString("reason"));
        rollout = newer;
        gone.clear();
        awaitState("VERIFIED");
    }

    @Test
    void anUndoingThatCouldNotBeProvenIsProvenByRetry() {
        answers = probe -> probe.ring().equals("rollback") ? Level.UNKNOWN : asExpected(probe);
        begin(Map.of("pauseAfter", List.of("canary")));
        awaitState("PAUSED");
        done("abort", null);
        assertEquals(List.of(), awaitState("FAILED").getList("outstanding"));

        answers = RolloutActionsTest::asExpected;
        assertEquals("ROLLING_BACK", done("retry", null).getString("state"));
        refused("abort", null, 409, "wrong-state", "is ROLLING_BACK");
        awaitState("ROLLED_BACK");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badOptions")
    void optionsThatCannotBeMetAreRefusedAndNothingIsApplied(
            String name, Map<String, ?> options, String pointer, String message) {
        long change = approved();

        change("ann", change, "apply", Map.of("rollout", options))
                .then()
                .statusCode(400)
                .body("type", equalTo("urn:postern:problem:invalid-field"))
                .body("errors[0].pointer", equalTo("/rollout/" + pointer))
                .body("errors[0].message", containsString(message));
        as("ann")
                .get(CHANGES + "/" + change)
                .then()
                .body("state", equalTo("APPROVED"))
                .body("resultRevision", nullValue());
    }

    static Stream<Arguments> badOptions() {
        return Stream.of(
                Arguments.of("no server in flight", Map.of("maxInFlight", 0), "maxInFlight", "1"),
                Arguments.of("endless bake", Map.of("bakeSeconds", 86401), "bakeSeconds", "86400"),
                Arguments.of("no success", Map.of("successPercent", 0), "successPercent", "1"),
                Arguments.of("odd promotion", Map.of("promotion", "soon"), "promotion", "manual"),
                Arguments.of(
                        "unknown ring",
                        Map.of("pauseAfter", List.of("lab")),
                        "pauseAfter/0",
                        "ring 'lab', which this rollout does not have"),
                Arguments.of(
                        "a ring in error altogether",
                        Map.of("maxErrors", 1),
                        "maxErrors",
                        "would let ring 'main' be in error altogether"),
                Arguments.of(
                        "too much coverage",
                        Map.of("minimumCoveragePercent", 101),
                        "minimumCoveragePercent",
                        "100"));
    }

    @Test
    void aSkipWithoutAReasonIsRefused() {
        rollout = 0;
        acting("ann")
                .body(Map.of("server", "x", "reason", " "))
                .post(ROLLOUTS + "999999:skip")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/reason"));
        acting("ann")
                .body(Map.of("server", "x", "reason", "r".repeat(501)))
                .post(ROLLOUTS + "999999:skip")
                .then()
                .statusCode(400)
                .body("requestId", notNullValue());
        acting("ann").post(ROLLOUTS + "999999:retry").then().statusCode(404);
    }
}

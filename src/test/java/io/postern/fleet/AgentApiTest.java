package io.postern.fleet;

import static io.postern.fleet.TestAgent.ME;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.TestUsers;
import io.postern.enforcement.server.DesiredState;
import io.postern.rollout.Fleet;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The agents' door: who gets in, what each may see, and what is refused. */
@QuarkusTest
class AgentApiTest {
    private static final String REPORT =
            """
            {"state":"OBSERVING","activeSerial":0,"activeRevision":0,"undoneSerial":0,"failedSerial":0,
             "connectors":[{"name":"Default Frontend","managed":false,"enabled":true,
              "transportRole":"FrontendTransport","bindings":["0.0.0.0:25"],"remoteIPRanges":["%s"],
              "permissionGroups":["AnonymousUsers"],"authMechanism":["Tls"],"anonymousRelay":false,
              "fqdn":"ex.contoso.example","comment":"","tarpitMillis":5000,"verboseLogging":true}]}
            """;

    @Inject DataSource database;
    @Inject Fleet fleet;

    private static ValidatableResponse problem(Response response, int status, String code) {
        assertEquals(status, response.statusCode(), response.asString());
        return response.then()
                .contentType("application/problem+json")
                .body("type", equalTo("urn:postern:problem:" + code));
    }

    @Test
    void anUnknownTokenLetsNobodyIn() {
        problem(TestAgent.fresh().enrol("enrol_nothing"), 403, "enrolment-token-unknown");
    }

    @Test
    void aTokenLetsOneAgentInOnce() {
        TestAgent first = TestAgent.fresh();
        String token = TestAgent.newToken(first.server());
        first.enrol(token)
                .then()
                .statusCode(201)
                .body("servers", equalTo(List.of(first.server())))
                .body("serviceKey", containsString("Ed25519"));

        problem(TestAgent.fresh().enrol(token), 403, "enrolment-token-used");
    }

    @Test
    void anExpiredTokenLetsNobodyIn() throws Exception {
        TestAgent agent = TestAgent.fresh();
        String token = TestAgent.newToken(agent.server());
        String hash =
                HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes()));
        try (Connection connection = database.getConnection();
                PreparedStatement update =
                        connection.prepareStatement(
                                "update enrolment_token set expires_at = now() - interval '1"
                                        + " second' where token_hash = ?")) {
            update.setString(1, hash);
            assertEquals(1, update.executeUpdate());
        }

        problem(agent.enrol(token), 403, "enrolment-token-expired");
    }

    @Test
    void onlyAnEd25519PublicKeyEnrolsAndTheTokenStaysGood() throws Exception {
        TestAgent agent = TestAgent.fresh();
        String token = TestAgent.newToken(agent.server());
        String p256 = EcJwkGenerator.generateJwk(EllipticCurves.P256).toJson();
        String privateHalf = agent.key().toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE);

        for (String key : List.of(p256, privateHalf, "no key", "{}")) {
            ValidatableResponse refused = problem(agent.enrol(token, key), 400, "invalid-field");
            refused.body("errors[0].pointer", equalTo("/publicKey"));
        }
        agent.enrol(token).then().statusCode(201);
    }

    @Test
    void aNameIsTakenOnce() {
        TestAgent agent = TestAgent.enrolled();

        problem(agent.enrol(TestAgent.newToken("other-server")), 409, "already-exists");
    }

    @Test
    void anEnrolledAgentKnowsItself() {
        TestAgent agent = TestAgent.enrolled();

        agent.get(ME)
                .then()
                .statusCode(200)
                .body("name", equalTo(agent.name()))
                .body("servers.name", equalTo(List.of(agent.server())));
    }

    private static String altered(TestAgent agent, UnaryOperator<JwtClaims> change) {
        return agent.sign(change.apply(agent.claims("GET", ME, Instant.now())));
    }

    private static JwtClaims expiring(JwtClaims claims, int seconds) {
        claims.setExpirationTime(NumericDate.fromSeconds(Instant.now().getEpochSecond() + seconds));
        return claims;
    }

    private static JwtClaims with(JwtClaims claims, String name, String value) {
        claims.setStringClaim(name, value);
        return claims;
    }

    private static JwtClaims without(JwtClaims claims, String name) {
        claims.unsetClaim(name);
        return claims;
    }

    private static String unsigned(TestAgent agent) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String claims = agent.claims("GET", ME, Instant.now()).toJson();
        return encoder.encodeToString("{\"alg\":\"none\"}".getBytes())
                + "."
                + encoder.encodeToString(claims.getBytes())
                + ".";
    }

    @TestFactory
    Stream<DynamicTest> aTokenThatProvesNothingIsRefused() {
        TestAgent agent = TestAgent.enrolled();
        TestAgent other = TestAgent.enrolled();
        TestAgent impostor = new TestAgent(agent.name(), agent.server(), other.key());
        String good = agent.sign(agent.claims("GET", ME, Instant.now()));
        String signature = good.substring(good.lastIndexOf('.') + 1);
        String wrong = new StringBuilder(signature).reverse().toString();
        Map<String, String> tokens =
                Map.ofEntries(
                        Map.entry(
                                "a wrong signature",
                                good.substring(0, good.lastIndexOf('.') + 1) + wrong),
                        Map.entry("another agent's key", altered(impostor, c -> c)),
                        Map.entry("an agent that nobody knows", altered(TestAgent.fresh(), c -> c)),
                        Map.entry("an expired token", altered(agent, c -> expiring(c, -120))),
                        Map.entry(
                                "a token that is valid too long",
                                altered(agent, c -> expiring(c, 3600))),
                        Map.entry("no expiry", altered(agent, c -> without(c, "exp"))),
                        Map.entry("no time of issue", altered(agent, c -> without(c, "iat"))),
                        Map.entry("another audience", altered(agent, c -> with(c, "aud", "other"))),
                        Map.entry(
                                "another path",
                                altered(agent, c -> with(c, "htu", ME + "/probes"))),
                        Map.entry("another method", altered(agent, c -> with(c, "htm", "PUT"))),
                        Map.entry("no path", altered(agent, c -> without(c, "htu"))),
                        Map.entry("no signature at all", unsigned(agent)),
                        Map.entry("no token", "not.a.token"),
                        Map.entry("an endless token", "a".repeat(5000)));
        return tokens.entrySet().stream()
                .map(
                        row ->
                                DynamicTest.dynamicTest(
                                        row.getKey(),
                                        () ->
                                                problem(
                                                        TestAgent.bearing(row.getValue()).get(ME),
                                                        401,
                                                        "not-authenticated")));
    }

    @Test
    void anAgentMayNotDoWhatPeopleDo() {
        TestAgent agent = TestAgent.enrolled();

        problem(agent.get("/api/v1/servers"), 403, "not-permitted");
    }

    @Test
    void anotherAgentsServerDoesNotExist() {
        TestAgent agent = TestAgent.enrolled();
        String others = TestAgent.enrolled().server();

        problem(agent.get(ME + "/desired-states/" + others), 404, "not-found");
        problem(report(agent, others, "0.0.0.0-255.255.255.255"), 404, "not-found");
        problem(results(agent, others), 404, "not-found");
    }

    @Test
    void beforeAnythingWasPublishedThereIsNoDesiredState() {
        TestAgent agent = TestAgent.enrolled();

        agent.get(ME + "/desired-states/" + agent.server()).then().statusCode(204);
    }

    @Test
    void whatWasPublishedIsServedSignedAndOnlyOnce() {
        TestAgent agent = TestAgent.enrolled();
        String path = ME + "/desired-states/" + agent.server();
        publish(agent);

        Response answer = agent.get(path);
        assertEquals(200, answer.statusCode(), answer.asString());
        assertEquals(3, answer.jsonPath().getString("jws").split("\\.").length);
        agent.signed("GET", path)
                .header("If-None-Match", answer.header("ETag"))
                .get(path)
                .then()
                .statusCode(304);
    }

    private long publish(TestAgent agent) {
        return fleet.publish(
                new DesiredState("exchange", agent.server(), 0, List.of()),
                0,
                Duration.ofMinutes(5));
    }

    private static Response report(TestAgent agent, String server, String range) {
        String path = ME + "/reports/" + server;
        return agent.signed("PUT", path).body(REPORT.formatted(range)).put(path);
    }

    @Test
    void aReportShowsAmongTheServers() {
        TestAgent agent = TestAgent.enrolled();
        String mine = "find { it.name == '" + agent.server() + "' }";
        TestUsers.as("olga").get("/api/v1/servers").then().body(mine + ".state", nullValue());

        report(agent, agent.server(), "0.0.0.0-255.255.255.255").then().statusCode(204);

        TestUsers.as("olga")
                .get("/api/v1/servers")
                .then()
                .statusCode(200)
                .body("name", hasItem(agent.server()))
                .body(mine + ".state", equalTo("OBSERVING"))
                .body(mine + ".agent", equalTo(agent.name()));
    }

    @Test
    void aReportWithGarbageRangesIsRefusedWithItsPlace() {
        TestAgent agent = TestAgent.enrolled();

        for (String range : List.of("10.0.0.300", "10.0.0.9-10.0.0.1", "everything")) {
            problem(report(agent, agent.server(), range), 400, "invalid-field")
                    .body("errors[0].pointer", equalTo("/connectors"))
                    .body("errors[0].message", containsString("Default Frontend"));
        }
    }

    private static Response reportDomains(TestAgent agent, String domains) {
        String path = ME + "/reports/" + agent.server();
        String body =
                REPORT.formatted("10.0.0.0/8")
                        .replaceFirst("\"connectors\"", "\"acceptedDomains\":" + domains + ",$0");
        return agent.signed("PUT", path).body(body).put(path);
    }

    private static String domain(String name, String domain, String type) {
        return "{\"name\":\"%s\",\"domainName\":\"%s\",\"domainType\":\"%s\"}"
                .formatted(name, domain, type);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongDomains")
    void wrongAcceptedDomainsAreRefusedWithTheirPlace(
            String name, String domains, String pointer, String message) {
        ValidatableResponse refused =
                problem(reportDomains(TestAgent.enrolled(), domains), 400, "invalid-field");
        refused.body("errors[0].pointer", equalTo(pointer))
                .body("errors[0].message", containsString(message));
    }

    static Stream<Arguments> wrongDomains() {
        String good = domain("Own", "contoso.example", "Authoritative");
        String first = "/acceptedDomains/0";
        return Stream.of(
                Arguments.of("no entry", "[null]", first, "must not be null"),
                Arguments.of(
                        "a blank domain",
                        "[" + domain("a", " * ", "Authoritative") + "]",
                        first + "/domainName",
                        "must be a domain, *.domain or *"),
                Arguments.of(
                        "no domain",
                        "[" + domain("a", "", "Authoritative") + "]",
                        first + "/domainName",
                        ""),
                Arguments.of(
                        "an endless domain",
                        "[" + domain("a", "x".repeat(257), "Authoritative") + "]",
                        first + "/domainName",
                        "size must be between 1 and 256"),
                Arguments.of(
                        "an endless name",
                        "[" + domain("x".repeat(257), "a.example", "Authoritative") + "]",
                        first + "/name",
                        "size must be between 1 and 256"),
                Arguments.of(
                        "another type",
                        "[" + good + "," + domain("a", "a.example", "Wide") + "]",
                        "/acceptedDomains/1/domainType",
                        "must be Authoritative, InternalRelay or ExternalRelay"),
                Arguments.of(
                        "too many",
                        "[" + (good + ",").repeat(5000) + good + "]",
                        "/acceptedDomains",
                        "size must be between 0 and 5000"));
    }

    @Test
    void aReportWithoutAConnectorWhereOneShouldBeIsRefused() {
        TestAgent agent = TestAgent.enrolled();
        String path = ME + "/reports/" + agent.server();
        String body = REPORT.formatted("10.0.0.0/8").replace("[{\"name\"", "[null,{\"name\"");
        problem(agent.signed("PUT", path).body(body).put(path), 400, "invalid-field")
                .body("errors[0].pointer", equalTo("/connectors/0"));
    }

    private static Response results(TestAgent agent, String server) {
        String path = ME + "/probe-results";
        return agent.signed("POST", path)
                .body(
                        """
                        {"server":"%s","results":[{"id":987654321,"kind":"ACCEPTED","stage":"rcpt-foreign",
                         "replyCode":250,"replyLines":["2.1.5 Recipient OK"],"simulatedSource":true,
                         "transcript":[]}]}\
                        """
                                .formatted(server))
                .post(path);
    }

    @Test
    void resultsOfProbesThatNobodyAskedAreNotTakenIn() {
        TestAgent agent = TestAgent.enrolled();

        results(agent, agent.server()).then().statusCode(200).body("accepted", equalTo(0));
        assertEquals(List.of(), agent.get(ME + "/probes").jsonPath().getList("$"));
    }

    @Test
    void anOversizedReportIsRefused() {
        TestAgent agent = TestAgent.enrolled();
        String path = ME + "/reports/" + agent.server();

        problem(
                agent.signed("PUT", path).body("x".repeat(16 * 1024 * 1024 + 1)).put(path),
                413,
                "body-too-large");
    }

    private record Notice(boolean news, long cursor, Duration took) {}

    private static Notice poll(TestAgent agent, long after, int waitSeconds) {
        String path = ME + "/notices";
        long start = System.nanoTime();
        Response answer =
                agent.signed("GET", path)
                        .queryParam("after", after)
                        .queryParam("waitSeconds", waitSeconds)
                        .get(path);
        assertEquals(200, answer.statusCode(), answer.asString());
        return new Notice(
                answer.jsonPath().getBoolean("news"),
                answer.jsonPath().getLong("cursor"),
                Duration.ofNanos(System.nanoTime() - start));
    }

    @Test
    void aLongPollWithoutNewsAnswersAfterTheWait() {
        TestAgent agent = TestAgent.enrolled();
        long cursor = agent.get(ME).jsonPath().getLong("cursor");
        Notice notice = poll(agent, cursor, 1);

        assertEquals(cursor, notice.cursor());
        assertEquals(false, notice.news());
        assertTrue(notice.took().compareTo(Duration.ofMillis(950)) > 0, notice.toString());
    }

    @Test
    void aLongPollAnswersAtOnceWhenThereIsNews() {
        TestAgent agent = TestAgent.enrolled();
        long cursor = agent.get(ME).jsonPath().getLong("cursor");
        publish(agent);

        Notice first = poll(agent, cursor, 50);
        assertTrue(first.news() && first.cursor() > cursor, first.toString());
        assertTrue(first.took().compareTo(Duration.ofSeconds(20)) < 0, first.toString());
        Notice again = poll(agent, cursor, 50);
        assertEquals(first.cursor(), again.cursor());
        assertTrue(again.took().compareTo(Duration.ofSeconds(20)) < 0, again.toString());
    }

    @Test
    void aWaitingLongPollIsWoken() {
        TestAgent agent = TestAgent.enrolled();
        long cursor = agent.get(ME).jsonPath().getLong("cursor");
        var waiting =
                java.util.concurrent.CompletableFuture.supplyAsync(() -> poll(agent, cursor, 50));
        publish(agent);

        Awaitility.await().atMost(Duration.ofSeconds(20)).until(waiting::isDone);
        assertTrue(waiting.join().news());
    }

    @Test
    void aWaitOutOfRangeIsRefused() {
        TestAgent agent = TestAgent.enrolled();
        String path = ME + "/notices";

        problem(
                agent.signed("GET", path).queryParam("waitSeconds", 61).get(path),
                400,
                "invalid-field");
    }
}

package io.postern.policy.api;

import static io.postern.TestUsers.as;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.TestUsers;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Decisions over HTTP: answered from memory on the event loop, of the right revision. */
@QuarkusTest
class DecisionApiTest {
    private static final String ONE = "/api/v1/decisions";
    private static final String BATCH = "/api/v1/decisions:batch";
    private static final String ACCESS = "/access/v1/evaluation";
    private static final String ACCESS_LIST = "/access/v1/evaluations";
    private static final String POLICY =
            """
            version: 1
            servers: [{name: dec01, addresses: [10.7.0.1], mode: observe}]
            principals: [{name: svc, kind: user}]
            grants:
              - {key: %s, from: {addresses: [10.7.1.0/24]}, tier: internal, expires: 2090-01-01}
              - {key: relay, from: {addresses: [10.7.1.0/24], accounts: [svc]}, tier: relay}
            blocks:
              - {key: stopped, from: {addresses: [10.7.1.66]}}
            """;

    @Inject PublishedPolicy policy;
    @Inject ConnectionCount connections;
    @Inject Scheduler scheduler;

    @BeforeEach
    void reader() {
        TestUsers.ensure("dora", "reader");
    }

    private static Response post(String path, String body) {
        return as("dora").contentType("application/json").body(body).post(path);
    }

    private static String question(String address) {
        return "{\"address\":\"" + address + "\",\"server\":\"dec01\"}";
    }

    private static String evaluation(String action, String context) {
        return "{\"subject\":{\"type\":\"account\",\"id\":\"svc\"},\"action\":{\"name\":\""
                + action
                + "\"},\"resource\":{\"type\":\"server\",\"id\":\"dec01\"},\"context\":{"
                + context
                + "}}";
    }

    @Test
    void anAnswerNamesWhatDecidedAndTheRevision() {
        long revision = policy.append(POLICY.formatted("day-to-day"));

        post(ONE, question("10.7.1.5"))
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("tier", equalTo("internal"))
                .body("grant", equalTo("day-to-day"))
                .body("block", nullValue())
                .body("revision", equalTo((int) revision))
                .body("notes.size()", equalTo(0))
                .body("$", not(hasKey("trials")));
        post(ONE, question("10.7.1.66"))
                .then()
                .body("tier", equalTo("none"))
                .body("grant", equalTo("day-to-day"))
                .body("block", equalTo("stopped"));
        post(ONE, question("10.7.2.1"))
                .then()
                .body("tier", equalTo("none"))
                .body("grant", nullValue());
    }

    @Test
    void decisionsAreMadeOnTheEventLoop() {
        policy.append(POLICY.formatted("looped"));
        post(ONE, question("10.7.1.5"));

        String address = "\"address\":\"10.7.1.5\"";
        for (Response response :
                List.of(
                        post(ONE, question("10.7.1.5")),
                        post(BATCH, "{\"requests\":[" + question("10.7.1.5") + "]}"),
                        post(ACCESS, evaluation("submit", address)),
                        post(ACCESS_LIST, evaluation("submit", address)))) {
            assertEquals(200, response.statusCode(), response.asString());
            assertEquals(
                    ThreadHeader.EVENT_LOOP,
                    response.header(ThreadHeader.NAME),
                    response.asString());
        }
        assertEquals(
                ThreadHeader.WORKER, as("dora").get("/api/v1/revisions").header(ThreadHeader.NAME));
    }

    @Test
    void decisionsAndTheirSignInTakeNoConnection() {
        policy.append(POLICY.formatted("counted"));
        post(ONE, question("10.7.1.5"));
        scheduler.pause();
        try {
            List<Long> taken = new ArrayList<>();
            // Work that was under way when the clockwork stopped may still end in the first rounds.
            for (int round = 0; round < 5; round++) {
                long before = connections.taken();
                for (int i = 0; i < 40; i++) {
                    post(ONE, question("10.7.1." + i)).then().statusCode(200);
                    post(BATCH, "{\"requests\":[" + question("10.7.1.5") + "]}")
                            .then()
                            .statusCode(200);
                    post(ACCESS, evaluation("submit", "\"address\":\"10.7.1.5\""))
                            .then()
                            .statusCode(200);
                }
                taken.add(connections.taken() - before);
            }
            assertEquals(0, Collections.min(taken), "connections taken per round: " + taken);

            long before = connections.taken();
            as("dora").get("/api/v1/revisions").then().statusCode(200);
            assertNotEquals(before, connections.taken(), "the count counts nothing");
        } finally {
            scheduler.resume();
        }
    }

    @Test
    void theRequestAfterACommitIsDecidedByTheNewRevision() {
        for (int i = 0; i < 5; i++) {
            long revision = policy.append(POLICY.formatted("commit-" + i));

            post(ONE, question("10.7.1.5"))
                    .then()
                    .body("revision", equalTo((int) revision))
                    .body("grant", equalTo("commit-" + i));
        }
    }

    @Test
    void aRevisionThatWasRolledBackNeverDecides() {
        long revision = policy.append(POLICY.formatted("kept"));

        assertEquals(revision + 1, policy.appendAndRollBack(POLICY.formatted("taken-back")));

        post(ONE, question("10.7.1.5"))
                .then()
                .body("revision", equalTo((int) revision))
                .body("grant", equalTo("kept"));
    }

    @Test
    void anOlderRevisionIsAskedByItsNumber() {
        long first = policy.append(POLICY.formatted("older"));
        for (int i = 0; i < 8; i++) {
            policy.append(POLICY.formatted("newer-" + i));
        }
        String asOf = question("10.7.1.5").replace("}", ",\"asOf\":" + first + "}");

        // The second time it is in memory.
        for (int i = 0; i < 2; i++) {
            post(ONE, asOf)
                    .then()
                    .statusCode(200)
                    .body("grant", equalTo("older"))
                    .body("revision", equalTo((int) first));
        }
        post(BATCH, "{\"asOf\":" + first + ",\"requests\":[" + question("10.7.1.5") + "]}")
                .then()
                .body("revision", equalTo((int) first))
                .body("decisions[0].grant", equalTo("older"));
    }

    @Test
    void aRevisionThatIsNotThereIsNotFound() {
        post(ONE, question("10.7.1.5").replace("}", ",\"asOf\":999999999}"))
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:postern:problem:not-found"))
                .body("detail", equalTo("there is no revision 999999999"));
        post(BATCH, "{\"asOf\":999999999,\"requests\":[" + question("10.7.1.5") + "]}")
                .then()
                .statusCode(404);
    }

    @Test
    void anotherInstantIsDecidedByWhatHoldsThen() {
        policy.append(POLICY.formatted("until-2090"));

        post(ONE, question("10.7.1.5").replace("}", ",\"at\":\"2089-12-31T23:59:59.999Z\"}"))
                .then()
                .body("grant", equalTo("until-2090"))
                .body("at", equalTo("2089-12-31T23:59:59Z"));
        post(ONE, question("10.7.1.5").replace("}", ",\"at\":\"2090-01-01\"}"))
                .then()
                .body("tier", equalTo("none"));
        post(
                        BATCH,
                        "{\"at\":\"2090-01-01\",\"requests\":["
                                + question("10.7.1.5")
                                + ","
                                + question("10.7.1.5").replace("}", ",\"at\":\"2026-01-01\"}")
                                + "]}")
                .then()
                .statusCode(200)
                .body("decisions.tier", contains("none", "internal"));
    }

    @Test
    void anUnknownNameIsNoted() {
        policy.append(POLICY.formatted("noted"));

        post(ONE, question("10.7.1.5").replace("}", ",\"account\":\"nobody-knows\"}"))
                .then()
                .body("tier", equalTo("internal"))
                .body(
                        "notes",
                        contains(
                                "account 'nobody-knows' is not a name this policy knows; it counts"
                                        + " as (other)"));
    }

    @Test
    void anExplanationShowsTheNearestEntriesAndCountsTheRest() {
        String more =
                IntStream.range(0, 150)
                        .mapToObj(
                                i ->
                                        "  - {key: far-"
                                                + i
                                                + ", from: {addresses: [10.8.0."
                                                + i
                                                + "]}, tier: internal}\n")
                        .collect(Collectors.joining());
        long revision =
                policy.append(POLICY.formatted("explained").replace("blocks:", more + "blocks:"));

        post(ONE, question("10.7.1.5").replace("}", ",\"explain\":true}"))
                .then()
                .statusCode(200)
                .body("revision", equalTo((int) revision))
                .body("grant", equalTo("explained"))
                .body("trials.size()", equalTo(100))
                .body("trials[0].key", equalTo("explained"))
                .body("trials[0].matched", equalTo(true))
                // 152 grants of the policy, 2 implicit protected sources and a block.
                .body("trialsOmitted", equalTo(152 + 2 + 1 - 100));
        post(ONE, question("10.7.1.256").replace("}", ",\"explain\":true}"))
                .then()
                .statusCode(400)
                .body("errors.pointer", contains("/address"));
    }

    @Test
    void aBatchOfTenThousandIsAnsweredInOrder() {
        policy.append(POLICY.formatted("many"));
        String questions =
                IntStream.range(0, 10_000)
                        .mapToObj(i -> question(i % 3 == 0 ? "10.7.1.66" : "10.7." + i % 2 + ".9"))
                        .collect(Collectors.joining(","));

        List<String> tiers =
                post(BATCH, "{\"requests\":[" + questions + "]}")
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("decisions.tier");

        assertEquals(10_000, tiers.size());
        for (int i = 0; i < tiers.size(); i++) {
            assertEquals(i % 3 != 0 && i % 2 == 1 ? "internal" : "none", tiers.get(i), "item " + i);
        }
    }

    private record Bad(String path, String body, String type, String pointer, String message) {}

    @Test
    void everyBadRequestIsAProblemWithAPointer() {
        policy.append(POLICY.formatted("strict"));
        String address = "\"address\":\"10.7.1.5\"";
        String tooMany =
                "{\"requests\":["
                        + (question("10.7.1.5") + ",").repeat(10_000)
                        + question("10.7.1.5")
                        + "]}";
        String invalid = "invalid-field";
        String malformed = "malformed-request";
        for (Bad bad :
                List.of(
                        new Bad(ONE, "", malformed, "", "a request must be a JSON object"),
                        new Bad(ONE, "{", malformed, "", "not JSON"),
                        new Bad(ONE, "{}", invalid, "/server", "is needed"),
                        new Bad(ONE, question("10.7.1"), invalid, "/address", "not an IP address"),
                        new Bad(
                                ONE,
                                question("fe80::1%eth0"),
                                invalid,
                                "/address",
                                "has a zone id; write 'fe80::1'"),
                        new Bad(
                                ONE,
                                question("10.7.1.5").replace("dec01", "dec02"),
                                invalid,
                                "/server",
                                "unknown server 'dec02' (the policy has dec01)"),
                        new Bad(
                                ONE,
                                question("10.7.1.5").replace("}", ",\"port\":26}"),
                                invalid,
                                "/port",
                                "server 'dec01' has no port 26 (it has 25)"),
                        new Bad(
                                ONE,
                                question("10.7.1.5").replace("}", ",\"account\":\"S-1-5-18\"}"),
                                invalid,
                                "/account",
                                "is the same on every computer"),
                        new Bad(
                                ONE,
                                question("10.7.1.5").replace("}", ",\"computer\":\"svc\"}"),
                                invalid,
                                "/computer",
                                "'svc' is a user"),
                        new Bad(ONE, "{\"adress\":1}", malformed, "/adress", "unknown field"),
                        new Bad(BATCH, "{}", invalid, "/requests", "1 to 10000 requests"),
                        new Bad(BATCH, tooMany, invalid, "/requests", "more than 10000 requests"),
                        new Bad(
                                BATCH,
                                "{\"requests\":["
                                        + (question("10.7.1.5") + ",").repeat(17)
                                        + question("nowhere")
                                        + "]}",
                                invalid,
                                "/requests/17/address",
                                "'nowhere' is not an IP address"),
                        new Bad(
                                BATCH,
                                "{\"requests\":[{" + address + ",\"server\":\"x\"}]}",
                                invalid,
                                "/requests/0/server",
                                "unknown server 'x'"),
                        new Bad(ACCESS, "[]", malformed, "", "must be a JSON object"),
                        new Bad(ACCESS, "{}", invalid, "/subject", "is needed"),
                        new Bad(
                                ACCESS,
                                evaluation("read", address),
                                invalid,
                                "/action/name",
                                "must be submit, submit-internal, relay or trusted"),
                        new Bad(
                                ACCESS,
                                evaluation("submit", "\"address\":\"10.7.1.300\""),
                                invalid,
                                "/context/address",
                                "300 is over 255"),
                        new Bad(
                                ACCESS,
                                evaluation("submit", address).replace("dec01", "dec02"),
                                invalid,
                                "/resource/id",
                                "unknown server 'dec02'"),
                        new Bad(
                                ACCESS,
                                evaluation("submit", address).replace("\"svc\"", "\"S-1-5-18\""),
                                invalid,
                                "/subject/id",
                                "is the same on every computer"),
                        new Bad(
                                ACCESS_LIST,
                                evaluation("submit", address)
                                        .replaceFirst("}}$", "},\"evaluations\":[{},{\"who\":1}]}"),
                                malformed,
                                "/evaluations/1/who",
                                "unknown field 'who'"))) {
            Response response = post(bad.path(), bad.body());
            String shown =
                    bad.path()
                            + " "
                            + bad.body().substring(0, Math.min(200, bad.body().length()))
                            + " -> "
                            + response.asString();
            assertEquals(400, response.statusCode(), shown);
            assertEquals("application/problem+json", response.contentType(), shown);
            assertEquals(
                    "urn:postern:problem:" + bad.type(),
                    response.jsonPath().getString("type"),
                    shown);
            List<String> pointers = response.jsonPath().getList("errors.pointer");
            assertTrue(pointers.contains(bad.pointer()), shown);
            assertTrue(
                    response.jsonPath()
                            .<String>getList("errors.message")
                            .get(pointers.indexOf(bad.pointer()))
                            .contains(bad.message()),
                    shown);
        }
    }

    @Test
    void anEvaluationPermitsWhatTheTierReaches() {
        long revision = policy.append(POLICY.formatted("access"));

        for (List<String> row :
                List.of(
                        List.of("submit", "10.7.1.5", "true"),
                        List.of("submit-internal", "10.7.1.5", "true"),
                        List.of("relay", "10.7.1.5", "true"),
                        List.of("trusted", "10.7.1.5", "false"),
                        List.of("submit", "10.7.1.66", "false"),
                        List.of("submit", "10.9.9.9", "false"))) {
            Response response =
                    post(ACCESS, evaluation(row.get(0), "\"address\":\"" + row.get(1) + "\""));
            assertEquals(200, response.statusCode(), response.asString());
            assertEquals(
                    Boolean.valueOf(row.get(2)),
                    response.jsonPath().getBoolean("decision"),
                    row + " " + response.asString());
            assertEquals(revision, response.jsonPath().getLong("context.revision"));
        }
        post(ACCESS, evaluation("relay", "\"address\":\"10.7.1.5\""))
                .then()
                .body("context.tier", equalTo("relay"))
                .body("context.grant", equalTo("relay"))
                .body("context.reason_admin.en", equalTo("Grant 'relay' gives relay."));
    }

    @Test
    void aListOfEvaluationsStopsWhereItsSemanticSays() {
        policy.append(POLICY.formatted("list"));
        String list =
                "},\"evaluations\":[{\"action\":{\"name\":\"submit\"}},{\"action\":{\"name\":\"trusted\"}},"
                        + "{\"action\":{\"name\":\"relay\"}}],\"options\":{\"evaluations_semantic\":\"%s\"}}";
        for (var row :
                List.of(
                        List.of("execute_all", List.of(true, false, true)),
                        List.of("deny_on_first_deny", List.of(true, false)),
                        List.of("permit_on_first_permit", List.of(true)))) {
            String body =
                    evaluation("relay", "\"address\":\"10.7.1.5\"")
                            .replaceFirst("}}$", String.format(list, row.get(0)));
            assertEquals(
                    row.get(1),
                    post(ACCESS_LIST, body).jsonPath().getList("evaluations.decision"),
                    row.toString());
        }
        assertTrue(
                post(ACCESS_LIST, evaluation("relay", "\"address\":\"10.7.1.5\""))
                        .jsonPath()
                        .getBoolean("decision"));
    }

    @Test
    void theRequestIdOfAnEvaluationComesBackEvenWithARefusal() {
        policy.append(POLICY.formatted("identified"));
        String body = evaluation("submit", "\"address\":\"10.7.1.5\"");
        for (int status : List.of(200, 400, 401)) {
            var request = status == 401 ? given() : as("dora");
            request.contentType("application/json")
                    .header("X-Request-ID", "bfe9eb29-ab87")
                    .body(status == 400 ? "{}" : body)
                    .post(ACCESS)
                    .then()
                    .statusCode(status)
                    .header("X-Request-ID", "bfe9eb29-ab87");
        }
        assertEquals(null, post(ACCESS, body).header("X-Request-ID"));
    }

    @Test
    void theServiceIsReadyOnceAPolicyIsInMemory() {
        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.name", hasItem("policy in memory"));
    }
}

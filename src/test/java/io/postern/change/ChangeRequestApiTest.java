package io.postern.change;

import static io.postern.TestUsers.acting;
import static io.postern.TestUsers.as;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.TestUsers;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of a change request over HTTP, and each way it can be refused. */
@QuarkusTest
class ChangeRequestApiTest {
    private static final String PATH = "/api/v1/change-requests";
    private static final String POLICY =
            """
            version: 1
            acceptedDomains: [contoso.example]
            servers:
              - {name: obs01, addresses: [10.9.0.11], ring: canary, enforcement: [exchange], mode: observe}
            grants:
              - {key: %s, from: {addresses: [10.9.30.0/24]}, to: {servers: [obs01]}, tier: internal,
                 owner: team, reason: test, expires: 2028-01-01}
            """;

    @Inject DataSource database;

    @BeforeEach
    void people() {
        TestUsers.ensure("ann", "author", "operator", "approver");
        TestUsers.ensure("bob", "approver", "operator");
    }

    private static Response fromPolicy(String key) {
        return acting("ann")
                .body(new FromPolicy("Add " + key, POLICY.formatted(key)))
                .post(PATH + ":fromPolicy");
    }

    record FromPolicy(String title, String policy) {}

    record Approve(String hash, String comment) {}

    private static String unique() {
        return "grant-" + UUID.randomUUID();
    }

    private static long draft() {
        Response response = fromPolicy(unique());
        assertEquals(201, response.statusCode(), response.asString());
        return response.jsonPath().getLong("id");
    }

    private static Response act(String who, long id, String action, String etag, Object body) {
        var request = acting(who).header("If-Match", etag);
        return (body == null ? request : request.body(body)).post(PATH + "/" + id + ":" + action);
    }

    private static String etag(long id) {
        return as("ann").get(PATH + "/" + id).header("ETag");
    }

    private static String hash(long id) {
        return as("ann").get(PATH + "/" + id).jsonPath().getString("analysis.hash");
    }

    private static ValidatableResponse problem(Response response, int status, String code) {
        return response.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:postern:problem:" + code))
                .body("requestId", notNullValue());
    }

    @Test
    void aChangeGoesFromDraftToVerifiedWhereNothingIsEnforced() {
        long id = draft();
        act("ann", id, "submit", etag(id), null)
                .then()
                .statusCode(200)
                .body("state", equalTo("IN_REVIEW"))
                .body("analysis.regions.direction", hasItem("OPENS"))
                .body("analysis.regions[0].witness.address", notNullValue());

        act("bob", id, "approve", etag(id), new Approve(hash(id), "looks right"))
                .then()
                .statusCode(200)
                .body("state", equalTo("APPROVED"))
                .body("approvals.approver", hasItem("bob"));
        act("ann", id, "apply", etag(id), null)
                .then()
                .statusCode(200)
                .body("resultRevision", notNullValue());

        org.awaitility.Awaitility.await()
                .untilAsserted(
                        () ->
                                as("ann")
                                        .get(PATH + "/" + id)
                                        .then()
                                        .body("state", equalTo("VERIFIED")));
    }

    @Test
    void theAuthorNeverApprovesNotEvenWithTheRole() {
        long id = draft();
        act("ann", id, "submit", etag(id), null).then().statusCode(200);

        problem(
                act("ann", id, "approve", etag(id), new Approve(hash(id), "")),
                403,
                "own-approval");
    }

    @Test
    void theDatabaseRefusesTheAuthorsApprovalToo() throws SQLException {
        long id = draft();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            SQLException refused =
                    assertThrows(
                            SQLException.class,
                            () ->
                                    statement.execute(
                                            "insert into approval (change_id, approver, verdict, hash, comment, at) values ("
                                                    + id
                                                    + ", 'ANN', 'APPROVED', 'x', '', now())"));
            assertTrue(refused.getMessage().contains("the author never approves"));
            assertThrows(
                    SQLException.class,
                    () ->
                            statement.execute(
                                    "update change_request set author = 'bob' where id = " + id));
        }
    }

    @Test
    void aHashThatWasNotLookedAtIsNotApproved() {
        long id = draft();
        act("ann", id, "submit", etag(id), null).then().statusCode(200);

        problem(
                act("bob", id, "approve", etag(id), new Approve("0".repeat(64), "")),
                409,
                "analysis-changed");
    }

    @Test
    void aStaleOrMissingIfMatchIsRefused() {
        long id = draft();
        String first = etag(id);
        act("ann", id, "analyse", first, null).then().statusCode(200);

        problem(act("ann", id, "submit", first, null), 412, "stale");
        problem(acting("ann").post(PATH + "/" + id + ":submit"), 428, "if-match-missing");
    }

    @Test
    void anIdempotencyKeyReplaysAndIsNotReusable() {
        String key = UUID.randomUUID().toString();
        String policy = POLICY.formatted(unique());
        Response first = withKey(key, new FromPolicy("once", policy));
        Response again = withKey(key, new FromPolicy("once", policy));
        Response other = withKey(key, new FromPolicy("another", policy));

        assertEquals(201, first.statusCode(), first.asString());
        assertEquals(first.asString(), again.asString());
        assertEquals(first.header("ETag"), again.header("ETag"));
        problem(other, 422, "idempotency-key-reused");
        problem(
                as("ann")
                        .contentType("application/json")
                        .body(new FromPolicy("x", policy))
                        .post(PATH + ":fromPolicy"),
                400,
                "idempotency-key-missing");
    }

    private static Response withKey(String key, FromPolicy body) {
        return as("ann")
                .contentType("application/json")
                .header("Idempotency-Key", key)
                .body(body)
                .post(PATH + ":fromPolicy");
    }

    @Test
    void anUnknownFieldIsRefusedWithItsPointer() {
        problem(
                        acting("ann")
                                .body(
                                        """
                                        {"title":"t","operations":[{"action":"remove","kind":"grants","key":"a","entri":1}]}""")
                                .post(PATH),
                        400,
                        "malformed-request")
                .body("errors[0].pointer", equalTo("/operations/0/entri"))
                .body("errors[0].message", containsString("unknown field 'entri'"));
    }

    @Test
    void everyFaultOfAPolicyComesAtOnceWithItsPlace() {
        problem(
                        acting("ann")
                                .body(
                                        new FromPolicy(
                                                "bad",
                                                """
                                                version: 1
                                                servers: [{name: s1, ports: [587]}]
                                                grants:
                                                  - {key: a, from: {addresses: [10.0.0.1/24]}, tier: internal}
                                                  - {key: b, from: {}, tier: none}
                                                """))
                                .post(PATH + ":fromPolicy"),
                        422,
                        "invalid-policy")
                .body("errors.size()", org.hamcrest.Matchers.greaterThanOrEqualTo(4))
                .body("errors.pointer", hasItem("/servers/0/ports/0"));
    }

    @Test
    void aChangeThatLeavesNoGrantCannotBeSubmitted() {
        Response draft =
                acting("ann")
                        .body(
                                """
                                {"title":"only a server","baseRevision":0,"operations":[{"action":"put","kind":"servers",
                                "key":"lone","entry":{"name":"lone","addresses":["10.8.0.1"]}}]}""")
                        .post(PATH);
        assertEquals(201, draft.statusCode(), draft.asString());
        long id = draft.jsonPath().getLong("id");
        Response submitted = act("ann", id, "submit", etag(id), null);

        // On a database that other tests have used, revision 0 is no longer the newest; both refuse
        // it.
        String type = submitted.jsonPath().getString("type");
        assertTrue(
                type.endsWith("empty-policy") || type.endsWith("base-moved"), submitted.asString());
    }

    @Test
    void anOversizedBodyIsRefusedBeforeItIsRead() {
        problem(
                acting("ann").body("x".repeat(16 * 1024 * 1024 + 1)).post(PATH),
                413,
                "body-too-large");
    }

    @Test
    void onlyTheAuthorSubmitsAndOnlyADraft() {
        long id = draft();
        TestUsers.ensure("cyd", "author");
        problem(act("cyd", id, "submit", etag(id), null), 403, "not-permitted");
        act("ann", id, "cancel", etag(id), null).then().statusCode(200);
        problem(act("ann", id, "submit", etag(id), null), 409, "wrong-state");
    }

    @Test
    void aRejectionNeedsAReasonAndEndsIt() {
        long id = draft();
        act("ann", id, "submit", etag(id), null).then().statusCode(200);
        problem(
                acting("bob")
                        .header("If-Match", etag(id))
                        .body("{\"comment\":\"  \"}")
                        .post(PATH + "/" + id + ":reject"),
                400,
                "invalid-field");
        acting("bob")
                .header("If-Match", etag(id))
                .body("{\"comment\":\"too wide\"}")
                .post(PATH + "/" + id + ":reject")
                .then()
                .statusCode(200)
                .body("state", equalTo("REJECTED"))
                .body("closedReason", containsString("too wide"));
    }

    @Test
    void whatIsNotThereIsAProblemToo() {
        problem(as("ann").get(PATH + "/987654"), 404, "not-found");
        problem(as("ann").get("/api/v1/nothing-here"), 404, "not-found");
        problem(as("ann").delete(PATH), 405, "method-not-allowed");
        problem(
                as("ann").contentType("text/plain").body("x").post(PATH),
                415,
                "unsupported-media-type");
        problem(acting("ann").body("{not json").post(PATH), 400, "malformed-request");
    }

    @Test
    void aWrongPasswordIsRefused() {
        problem(
                given().auth().preemptive().basic("ann", "not her password").get(PATH),
                401,
                "not-authenticated");
    }
}

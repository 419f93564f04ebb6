package io.postern.policy.api;

import static io.postern.TestUsers.acting;
import static io.postern.TestUsers.as;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.TestUsers;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole policy out, and in again as a dry run. */
@QuarkusTest
class PolicyApiTest {
    private static final String FROM_POLICY = "/api/v1/change-requests:fromPolicy";
    private static final String POLICY =
            """
            version: 1
            acceptedDomains: [contoso.example]
            servers: [{name: exp01, addresses: [10.6.0.1], mode: observe}]
            addressSets: {'say "ü"': [10.6.1.0/24]}
            grants:
              - {key: exported, from: {addresses: ['@say "ü"']}, tier: internal, owner: team, reason: test, expires: 2090-01-01}
            """;

    @Inject PublishedPolicy policy;

    @BeforeEach
    void people() {
        TestUsers.ensure("erin", "author", "reader");
    }

    record FromPolicy(String title, String policy) {}

    private static Response export(String accept) {
        return as("erin").accept(accept).get("/api/v1/policy");
    }

    private static Response dryRun(String text) {
        return as("erin")
                .contentType("application/json")
                .body(new FromPolicy("dry", text))
                .queryParam("validateOnly", "true")
                .post(FROM_POLICY);
    }

    @Test
    void thePolicyComesInTheFormThatAcceptNames() {
        long revision = policy.append(POLICY);
        String hash = as("erin").get("/api/v1/revisions/" + revision).jsonPath().get("hash");

        for (String accept :
                new String[] {"*/*", "application/yaml", "application/yaml, */*;q=0.1"}) {
            export(accept)
                    .then()
                    .statusCode(200)
                    .contentType(startsWith("application/yaml"))
                    .header("ETag", "\"" + hash + "\"")
                    .body(containsString("key: exported"));
        }
        export("application/json")
                .then()
                .statusCode(200)
                .contentType(startsWith("application/json"))
                .header("ETag", "\"" + hash + ".json\"")
                .body("version", equalTo(1))
                .body("servers[0].name", equalTo("exp01"))
                .body("grants[0].key", equalTo("exported"));
        export("text/html").then().statusCode(406);
    }

    @Test
    void whatIsKnownAlreadyIsNotSentAgain() {
        policy.append(POLICY);
        for (String accept : new String[] {"application/yaml", "application/json"}) {
            String tag = export(accept).header("ETag");
            Response again =
                    as("erin").accept(accept).header("If-None-Match", tag).get("/api/v1/policy");

            assertEquals(304, again.statusCode(), accept);
            assertEquals("", again.asString(), accept);
            assertEquals(tag, again.header("ETag"), accept);
        }
        String before = export("application/yaml").header("ETag");
        policy.append(POLICY.replace("exported", "another"));
        as("erin")
                .accept("application/yaml")
                .header("If-None-Match", before)
                .get("/api/v1/policy")
                .then()
                .statusCode(200);
    }

    @Test
    void anOlderRevisionIsExportedByItsNumber() {
        long first = policy.append(POLICY);
        policy.append(POLICY.replace("exported", "another"));

        as("erin")
                .accept("application/json")
                .get("/api/v1/policy?revision=" + first)
                .then()
                .body("grants[0].key", equalTo("exported"));
        as("erin").get("/api/v1/policy?revision=99999999").then().statusCode(404);
    }

    @Test
    void whatWasExportedInEitherFormChangesNothing() {
        policy.append(POLICY);
        for (String accept : new String[] {"application/yaml", "application/json"}) {
            dryRun(export(accept).asString())
                    .then()
                    .statusCode(200)
                    .body("operations.size()", equalTo(0))
                    .body("analysis.regions.size()", equalTo(0));
        }
    }

    @Test
    void aDryRunAnswersLikeTheRealOneAndStoresNothing() {
        long head = policy.append(POLICY);
        String wider = POLICY.replace("10.6.1.0/24", "10.6.1.0/24, 10.6.2.0/24");
        long before = newestChange();

        Response dry = dryRun(wider);
        dry.then()
                .statusCode(200)
                .body("id", equalTo(0))
                .body("state", equalTo("DRAFT"))
                .body("baseRevision", equalTo((int) head))
                .body("operations[0].key", equalTo("say \"ü\""))
                .body("analysis.regions[0].direction", equalTo("OPENS"))
                .body("analysis.regions[0].addresses", hasItem("10.6.2.0/24"))
                .body("verdict", containsString("opens"));
        assertEquals(before, newestChange());
        assertEquals(head, policy.head());

        Response real = acting("erin").body(new FromPolicy("dry", wider)).post(FROM_POLICY);
        assertEquals(201, real.statusCode(), real.asString());
        assertEquals((Object) dry.jsonPath().get("operations"), real.jsonPath().get("operations"));
    }

    private static long newestChange() {
        return as("erin")
                .get("/api/v1/change-requests?limit=1")
                .jsonPath()
                .getList("items.id", Long.class)
                .stream()
                .findFirst()
                .orElse(0L);
    }

    @Test
    void aDryRunTellsEveryFaultWithItsPlace() {
        dryRun(
                        "version: 1\nservers: [{name: s1, ports: [587]}]\ngrants:\n  - {key: a, from: {}, tier: none}\n")
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:postern:problem:invalid-policy"))
                .body("errors.pointer", hasItem("/servers/0/ports/0"))
                .body("errors.message", hasItem(startsWith("2:")));
    }

    @Test
    void aMisspeltDryRunIsNoRealOne() {
        long before = newestChange();

        acting("erin")
                .body(new FromPolicy("dry", POLICY))
                .queryParam("validateOnly", "yes")
                .post(FROM_POLICY)
                .then()
                .statusCode(400);

        assertEquals(before, newestChange());
    }

    @Test
    void theSchemaThatIsServedIsThePublishedOne() throws IOException {
        Response schema = as("erin").get("/api/v1/policy-schema");

        schema.then().statusCode(200).contentType(startsWith("application/schema+json"));
        assertEquals(Files.readString(Path.of("openapi/policy.schema.json")), schema.asString());
    }
}

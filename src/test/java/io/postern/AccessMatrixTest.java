package io.postern;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every endpoint of the contract times every role. An endpoint without a row fails. */
@QuarkusTest
class AccessMatrixTest {
    private static final Set<String> READERS =
            Set.of("reader", "author", "approver", "operator", "admin");
    private static final Set<String> NOBODY = Set.of();
    private static final List<String> ROLES =
            List.of("reader", "author", "approver", "operator", "admin");

    /**
     * Operation to the roles that may call it; agents are checked with their own keys elsewhere.
     */
    private static final Map<String, Set<String>> MATRIX =
            Map.ofEntries(
                    Map.entry("listUsers", Set.of("admin")),
                    Map.entry("createUser", Set.of("admin")),
                    Map.entry("disableUser", Set.of("admin")),
                    Map.entry("enableUser", Set.of("admin")),
                    Map.entry("getCurrentUser", READERS),
                    Map.entry("getPolicy", READERS),
                    Map.entry("listRevisions", READERS),
                    Map.entry("getRevision", READERS),
                    Map.entry("getPolicySchema", READERS),
                    Map.entry("decide", READERS),
                    Map.entry("decideBatch", READERS),
                    Map.entry("evaluateAccess", READERS),
                    Map.entry("evaluateAccessList", READERS),
                    Map.entry("listAuditEvents", Set.of("reader", "admin")),
                    Map.entry("listChangeRequests", READERS),
                    Map.entry("getChangeRequest", READERS),
                    Map.entry("createChangeRequest", Set.of("author")),
                    Map.entry("createChangeRequestFromPolicy", Set.of("author")),
                    Map.entry("editChangeRequest", Set.of("author")),
                    Map.entry("analyseChangeRequest", Set.of("author", "approver", "operator")),
                    Map.entry("submitChangeRequest", Set.of("author")),
                    Map.entry("approveChangeRequest", Set.of("approver")),
                    Map.entry("rejectChangeRequest", Set.of("approver")),
                    Map.entry("cancelChangeRequest", Set.of("author", "operator")),
                    Map.entry("applyChangeRequest", Set.of("operator")),
                    Map.entry("listRollouts", READERS),
                    Map.entry("getRollout", READERS),
                    Map.entry("listRolloutProbes", READERS),
                    Map.entry("pauseRollout", Set.of("operator")),
                    Map.entry("resumeRollout", Set.of("operator")),
                    Map.entry("abortRollout", Set.of("operator")),
                    Map.entry("promoteRing", Set.of("operator")),
                    Map.entry("skipServer", Set.of("operator")),
                    Map.entry("retryRollout", Set.of("operator")),
                    Map.entry("createEnrolmentToken", Set.of("operator")),
                    Map.entry("listAgents", READERS),
                    Map.entry("listVantages", READERS),
                    Map.entry("registerVantage", Set.of("operator")),
                    Map.entry("removeVantage", Set.of("operator")),
                    // Of whom, the registration of the vantage says.
                    Map.entry("listExternalProbes", READERS),
                    Map.entry("postExternalProbeResults", READERS),
                    Map.entry("listServers", READERS),
                    Map.entry("getServer", READERS),
                    Map.entry("listDrift", READERS),
                    Map.entry("getServerDrift", READERS),
                    Map.entry("getServerFidelity", READERS),
                    Map.entry("listValidationFindings", READERS),
                    Map.entry("getValidationFinding", READERS),
                    Map.entry("acknowledgeValidationFinding", Set.of("operator")),
                    Map.entry("listServerValidations", READERS),
                    Map.entry("revertDrift", Set.of("operator")),
                    Map.entry("createChangeRequestFromDrift", Set.of("author")),
                    Map.entry("getAgentSelf", NOBODY),
                    Map.entry("streamAgentNotices", NOBODY),
                    Map.entry("awaitAgentNotice", NOBODY),
                    Map.entry("getDesiredState", NOBODY),
                    Map.entry("reportServer", NOBODY),
                    Map.entry("reportVantage", NOBODY),
                    Map.entry("listProbeTasks", NOBODY),
                    Map.entry("postProbeResults", NOBODY));

    /** Open to whoever holds a one-time token. */
    private static final Set<String> OPEN = Set.of("enrolAgent");

    private record Endpoint(String operation, String method, String path) {}

    @BeforeEach
    void people() {
        ROLES.forEach(role -> TestUsers.ensure("only-" + role, role));
    }

    private static List<Endpoint> endpoints() {
        JsonPath contract = given().queryParam("format", "json").get("/openapi").jsonPath();
        Map<String, Map<String, Object>> paths = contract.getMap("paths");
        List<Endpoint> endpoints = new ArrayList<>();
        paths.forEach(
                (path, methods) ->
                        methods.forEach(
                                (method, operation) -> {
                                    if (operation instanceof Map<?, ?> details
                                            && details.get("operationId") != null) {
                                        endpoints.add(
                                                new Endpoint(
                                                        (String) details.get("operationId"),
                                                        method,
                                                        path.replaceAll("\\{[^}]*}", "999999")));
                                    }
                                }));
        return endpoints;
    }

    private static Response call(RequestSpecification as, Endpoint endpoint) {
        return as.contentType("application/json")
                .header("Idempotency-Key", "matrix-" + System.nanoTime())
                .header("If-Match", "\"0\"")
                .body("{}")
                .urlEncodingEnabled(false)
                .request(endpoint.method().toUpperCase(java.util.Locale.ROOT), endpoint.path());
    }

    @Test
    void everyEndpointHasARow() {
        Set<String> served = new TreeSet<>();
        endpoints().forEach(endpoint -> served.add(endpoint.operation()));
        Set<String> rows = new TreeSet<>(MATRIX.keySet());
        rows.addAll(OPEN);

        assertEquals(rows, served);
    }

    @Test
    void anonymousIsRefusedEverywhere() {
        for (Endpoint endpoint : endpoints()) {
            if (!OPEN.contains(endpoint.operation())) {
                Response response = call(given(), endpoint);
                assertEquals(401, response.statusCode(), endpoint.toString());
                assertEquals(
                        "urn:postern:problem:not-authenticated",
                        response.jsonPath().getString("type"),
                        endpoint.toString());
            }
        }
    }

    @Test
    void eachRoleMayWhatItsRowSaysAndNothingElse() {
        Map<String, String> wrong = new TreeMap<>();
        for (Endpoint endpoint : endpoints()) {
            Set<String> allowed = MATRIX.get(endpoint.operation());
            if (allowed == null) {
                continue;
            }
            for (String role : ROLES) {
                int status = call(TestUsers.as("only-" + role), endpoint).statusCode();
                boolean refused = status == 403;
                if (refused == allowed.contains(role)) {
                    wrong.put(endpoint.operation() + " as " + role, "answered " + status);
                }
                assertNotEquals(500, status, endpoint + " as " + role);
            }
        }
        assertTrue(wrong.isEmpty(), wrong.toString());
    }
}

package io.postern.web;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.change.ChangeRequest;
import io.postern.change.ChangeService;
import io.postern.change.ChangeState;
import io.postern.policy.EntryKind;
import io.postern.policy.Operation;
import io.postern.security.Actor;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages as a browser gets them. */
@QuarkusTest
class PagesTest {
    private static final Actor AUTHOR = new Actor("web-author", Set.of("author", "approver"));
    private static final String HOSTILE = "<script>alert('x')</script>";

    @Inject ChangeService changes;
    @Inject EntityManager entities;

    private static SignedIn author() {
        return SignedIn.as("web-author", "author", "approver", "reader");
    }

    private static SignedIn approver() {
        return SignedIn.as("web-approver", "approver");
    }

    private static SignedIn reader() {
        return SignedIn.as("web-reader", "reader");
    }

    private ChangeRequest draft() {
        String tag = "t" + System.nanoTime();
        return changes.create(
                AUTHOR,
                "Open for " + HOSTILE,
                "because " + HOSTILE,
                null,
                List.of(
                        new Operation(
                                Operation.Action.PUT,
                                EntryKind.SERVER,
                                tag,
                                "{\"name\":\"" + tag + "\",\"addresses\":[\"10.9.0.1\"]}"),
                        new Operation(
                                Operation.Action.PUT,
                                EntryKind.GRANT,
                                tag,
                                "{\"key\":\""
                                        + tag
                                        + "\",\"from\":{\"addresses\":[\"10.9.8.0/24\"]},\"to\":{\"servers\":[\""
                                        + tag
                                        + "\"]},\"tier\":\"internal\",\"owner\":\"<img src=x onerror=alert(1)>\",\"reason\":\"r\"}")));
    }

    private ChangeRequest inReview() {
        ChangeRequest draft = draft();
        return changes.submit(AUTHOR, draft.id(), draft.version());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ui",
                "/ui?show=review",
                "/ui?show=mine",
                "/ui?show=open",
                "/ui?show=closed",
                "/ui/changes/new",
                "/ui/rollouts",
                "/ui/servers",
                "/ui/policy",
                "/ui/policy/revisions/0",
                "/ui/audit",
                "/ui/audit?check=true"
            })
    void everyPageRenders(String path) {
        author().get(path)
                .then()
                .statusCode(200)
                .contentType(ContentType.HTML)
                .header("Content-Security-Policy", containsString("default-src 'self'"))
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-store")
                .body(containsString("<strong>web-author</strong>"))
                .body(containsString("aria-current=\"page\""))
                .body(not(containsString(" style=\"")))
                .body(not(containsString("<script>")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui", "/ui/changes/1", "/ui/audit", "/ui/nothing", "/ui/events"})
    void whoIsNotSignedInIsSentToTheSignInPage(String path) {
        RestAssured.given()
                .redirects()
                .follow(false)
                .get(path)
                .then()
                .statusCode(302)
                .header("Location", endsWith("/ui/sign-in"))
                .cookie("quarkus-redirect-location", endsWith(path));
    }

    @Test
    void signingInLeadsBackToThePageThatWasAskedFor() {
        author();
        RestAssured.given()
                .redirects()
                .follow(false)
                .cookie(
                        "quarkus-redirect-location",
                        RestAssured.baseURI + ":" + RestAssured.port + "/ui/servers")
                .contentType(ContentType.URLENC)
                .formParam("j_username", "web-author")
                .formParam("j_password", io.postern.TestUsers.PASSWORD)
                .post("/ui/sign-in")
                .then()
                .statusCode(302)
                .header("Location", endsWith("/ui/servers"));
    }

    @Test
    void aWrongPasswordLeadsBackToTheSignInPageWithAWord() {
        RestAssured.given()
                .redirects()
                .follow(false)
                .contentType(ContentType.URLENC)
                .formParam("j_username", "nobody")
                .formParam("j_password", "not a password")
                .post("/ui/sign-in")
                .then()
                .statusCode(302)
                .header("Location", containsString("failed=true"));
        RestAssured.get("/ui/sign-in?failed=true")
                .then()
                .statusCode(200)
                .body(containsString("Not accepted"));
    }

    @Test
    void theSessionOfADisabledAccountEnds() {
        SignedIn gone = SignedIn.as("web-gone", "reader");
        QuarkusTransaction.requiringNew()
                .run(
                        () ->
                                entities.createNativeQuery(
                                                "update user_account set enabled = false where name = 'web-gone'")
                                        .executeUpdate());

        Response answer = gone.get("/ui");

        assertEquals(302, answer.statusCode());
        assertEquals("", answer.cookie("postern-session"));
    }

    @Test
    void theRootLeadsToThePages() {
        RestAssured.given()
                .redirects()
                .follow(false)
                .get("/")
                .then()
                .statusCode(303)
                .header("Location", endsWith("/ui"));
    }

    @Test
    void signingOutEndsTheSession() {
        Response answer = author().post("/ui/sign-out", Map.of());

        assertEquals(303, answer.statusCode());
        assertTrue(answer.header("Location").contains("/ui/sign-in"));
        assertEquals("", answer.cookie("postern-session"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ui/changes/999999", "/ui/changes/x", "/ui/changes/999999/news",
                "/ui/rollouts/999999", "/ui/rollouts/999999/live", "/ui/servers/nobody",
                "/ui/policy/revisions/999999", "/ui/nothing"
            })
    void whatDoesNotExistIsAPageThatSaysSo(String path) {
        author().get(path)
                .then()
                .statusCode(404)
                .contentType(ContentType.HTML)
                .body(containsString("There is nothing here"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/changes/new"})
    void aMissingRoleIsAPageThatSaysSo(String path) {
        reader().get(path)
                .then()
                .statusCode(403)
                .contentType(ContentType.HTML)
                .body(containsString("You may not see this"));
    }

    @Test
    void aPostWithoutTheTokenIsRefusedAndDoesNothing() {
        ChangeRequest change = draft();
        SignedIn author = author();
        author.get("/ui");

        author.request()
                .contentType(ContentType.URLENC)
                .formParam("version", change.version())
                .post("/ui/changes/" + change.id() + "/submit")
                .then()
                .statusCode(400)
                .contentType(ContentType.HTML);

        assertEquals(ChangeState.DRAFT, changes.find(change.id()).orElseThrow().state());
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json", "multipart/form-data"})
    void aPostThatIsNoFormIsRefused(String type) {
        author().request().header("Content-Type", type).post("/ui/sign-out").then().statusCode(400);
    }

    @Test
    void theAuthorReadsWhyApprovingIsNotPossible() {
        author().get("/ui/changes/" + inReview().id())
                .then()
                .statusCode(200)
                .body(containsString("You are the author: somebody else must approve"));
    }

    @Test
    void hostileTextIsShownAndNotRun() {
        ChangeRequest change = inReview();
        for (String path : List.of("/ui/changes/" + change.id(), "/ui?show=open", "/ui/audit")) {
            String page = author().get(path).asString();
            assertFalse(page.contains(HOSTILE), path);
            assertFalse(page.contains("<img src=x"), path);
            assertTrue(page.contains("&lt;script&gt;"), path);
        }
        author().get("/ui/policy?server=x&address=" + "%3Cscript%3Ealert(1)%3C/script%3E")
                .then()
                .statusCode(200)
                .body(not(containsString("<script>alert")));
    }

    @Test
    void anApproverApprovesExactlyWhatThePageShows() {
        ChangeRequest change = inReview();
        SignedIn approver = approver();
        approver.get("/ui/changes/" + change.id())
                .then()
                .body(containsString(change.analysis().verdict()))
                .body(containsString(change.analysis().hash()));

        approver.post(
                        "/ui/changes/" + change.id() + "/approve",
                        Map.of(
                                "version",
                                change.version(),
                                "hash",
                                change.analysis().hash(),
                                "comment",
                                "fine"))
                .then()
                .statusCode(303)
                .header("Location", endsWith("/ui/changes/" + change.id() + "?done=approved"));

        assertEquals(ChangeState.APPROVED, changes.find(change.id()).orElseThrow().state());
    }

    @Test
    void aRefusedActionComesBackAsThePageWithAMessage() {
        ChangeRequest change = inReview();

        approver()
                .post(
                        "/ui/changes/" + change.id() + "/approve",
                        Map.of("version", change.version(), "hash", "another", "comment", ""))
                .then()
                .statusCode(409)
                .contentType(ContentType.HTML)
                .body(containsString("The analysis has changed since it was shown"))
                .body(containsString("csrf-token"));
        approver()
                .post(
                        "/ui/changes/" + change.id() + "/reject",
                        Map.of("version", change.version(), "comment", " "))
                .then()
                .statusCode(400)
                .body(containsString("say why it is rejected"));
        assertEquals(ChangeState.IN_REVIEW, changes.find(change.id()).orElseThrow().state());
    }

    @Test
    void everyFaultOfAPolicyIsShownWithItsPlace() {
        author().post(
                        "/ui/changes/new",
                        Map.of(
                                "title",
                                "t",
                                "description",
                                "",
                                "base",
                                head(),
                                "policy",
                                "version: 1\r\nservers:\r\n  - {name: a, adresses: [10.0.0.1]}\r\n"))
                .then()
                .statusCode(422)
                .body(containsString(">3:15</a>"))
                .body(containsString("adresses"));
    }

    @Test
    void aLongPolicyPassesThroughTheForm() {
        StringBuilder policy = new StringBuilder("version: 1\nservers: [{name: a}]\ngrants:\n");
        for (int i = 0; i < 2000; i++) {
            policy.append("  - {key: g").append(i).append(", from: {addresses: [10.1.");
            policy.append(i / 250).append('.').append(i % 250).append("]}, tier: internal}\n");
        }
        Response answer =
                author().post(
                                "/ui/changes/new",
                                Map.of(
                                        "title",
                                        "many",
                                        "description",
                                        "",
                                        "base",
                                        head(),
                                        "policy",
                                        policy.toString()));

        assertTrue(List.of(303, 422).contains(answer.statusCode()), answer.statusLine());
        assertFalse(answer.asString().contains("form was not accepted"), answer.asString());
    }

    private static String head() {
        var page = author().get("/ui/changes/new").asString();
        var base = java.util.regex.Pattern.compile("name=\"base\" value=\"(\\d+)\"").matcher(page);
        assertTrue(base.find());
        return base.group(1);
    }

    @Test
    void anOpenPageLearnsThatItsChangeRequestChanged() {
        ChangeRequest change = draft();
        SignedIn author = author();
        String path = "/ui/changes/" + change.id() + "/news?version=" + change.version();
        author.get(path).then().statusCode(200).body(not(containsString("has changed")));

        changes.submit(AUTHOR, change.id(), change.version());

        author.get(path).then().body(containsString("has changed since you opened it"));
    }

    @Test
    void theStreamNamesWhatChanged() throws Exception {
        SignedIn author = author();
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        RestAssured.baseURI
                                                + ":"
                                                + RestAssured.port
                                                + "/ui/events"))
                        .header("Cookie", author.session())
                        .header("Accept", "text/event-stream")
                        .build();
        HttpResponse<Stream<String>> stream =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofLines());
        assertEquals(200, stream.statusCode());
        var lines = stream.body().iterator();
        // Only after the greeting is the stream surely listening.
        assertTrue(lines.next().contains("hello"));
        long id = draft().id();

        CompletableFuture<Boolean> heard =
                CompletableFuture.supplyAsync(
                        () -> {
                            while (lines.hasNext()) {
                                if (lines.next().equals("event:change-" + id)) {
                                    return true;
                                }
                            }
                            return false;
                        });

        assertTrue(heard.get(20, TimeUnit.SECONDS));
        stream.body().close();
    }

    @Test
    void pagesAreNoPartOfTheContract() {
        RestAssured.get("/openapi").then().statusCode(200).body(not(containsString("/ui/")));
    }

    @Test
    void libraryAndStyleComeFromTheServiceItself() {
        for (String path :
                List.of(
                        "/webjars/htmx.org/dist/htmx.min.js",
                        "/webjars/htmx-ext-sse/sse.js",
                        "/ui-assets/postern.css",
                        "/ui-assets/postern.js")) {
            RestAssured.get(path).then().statusCode(200);
        }
        RestAssured.get("/ui/sign-in")
                .then()
                .body(not(containsString("https://")))
                .body("html.@lang", is("en"))
                .header("Content-Type", startsWith("text/html"));
    }
}

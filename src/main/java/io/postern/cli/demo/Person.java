package io.postern.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.audit.AuditEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Somebody who uses the service over HTTP, as automation would.
 *
 * @param name of the account
 * @param password of the account, never printed by {@link #toString}
 */
public record Person(String service, String name, String password) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();

    /** An answer: its status, its ETag (null = none) and its body. */
    public record Answer(int status, String etag, JsonNode body) {
        /** The body, if the answer is good. */
        public JsonNode ok(String what) throws StoryException {
            if (status / 100 != 2) {
                throw new StoryException(what + " was refused: " + problem());
            }
            return body;
        }

        /** Last part of the problem's type; empty = no problem. */
        public String problemType() {
            return body.path("type").asText("").replace("urn:postern:problem:", "");
        }

        public String problem() {
            StringBuilder text =
                    new StringBuilder(
                            status
                                    + " "
                                    + body.path("title").asText("")
                                    + ": "
                                    + body.path("detail").asText(""));
            for (JsonNode error : body.path("errors")) {
                text.append("; ")
                        .append(error.path("pointer").asText())
                        .append(' ')
                        .append(error.path("message").asText());
            }
            return text.toString();
        }
    }

    /** An administrator makes somebody's account. */
    public Person account(String name, String... roles) throws StoryException {
        String password = io.postern.bootstrap.PrivateFiles.randomSecret(12);
        post("/api/v1/users", Map.of("name", name, "password", password, "roles", List.of(roles)))
                .ok("making " + name + "'s account");
        return new Person(service, name, password);
    }

    public Answer get(String path) throws StoryException {
        return send(request(path).GET());
    }

    public Answer post(String path, Map<String, ?> body) throws StoryException {
        return post(path, body, null);
    }

    /** Posts with a fresh Idempotency-Key. @param ifMatch null = none */
    public Answer post(String path, Map<String, ?> body, String ifMatch) throws StoryException {
        HttpRequest.Builder request =
                request(path)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString());
        if (ifMatch != null) {
            request.header("If-Match", ifMatch);
        }
        try {
            return send(
                    request.POST(
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(
                                            JSON.writeValueAsString(body))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("bodies are plain data", e);
        }
    }

    /** Does something with a change request as it stands. */
    public Answer act(long change, String action, Map<String, ?> body) throws StoryException {
        String path = "/api/v1/change-requests/" + change;
        return post(path + ":" + action, body, get(path).etag());
    }

    /** Submits a change request of his own and has somebody else approve it. */
    public void haveApproved(long change, Person approver) throws StoryException {
        act(change, "submit", null).ok("submitting");
        String hash =
                get("/api/v1/change-requests/" + change)
                        .ok("reading the change")
                        .path("analysis")
                        .path("hash")
                        .asText();
        approver.act(change, "approve", Map.of("hash", hash)).ok("approving");
    }

    /** How many servers have been read by their agents. */
    public long reportedServers() throws StoryException {
        long reported = 0;
        for (JsonNode server : get("/api/v1/servers").ok("listing servers")) {
            reported += server.path("state").isNull() ? 0 : 1;
        }
        return reported;
    }

    /** The audit trail after a record, to its end. */
    public List<AuditEvent> auditEvents(long after) throws StoryException {
        List<AuditEvent> events = new ArrayList<>();
        JsonNode page;
        do {
            long last = events.isEmpty() ? after : events.get(events.size() - 1).seq();
            page = get("/api/v1/audit-events?pageSize=1000&after=" + last).ok("reading the trail");
            page.forEach(event -> events.add(auditEvent(event)));
        } while (!page.isEmpty());
        return events;
    }

    private static AuditEvent auditEvent(JsonNode event) {
        return new AuditEvent(
                event.path("seq").asLong(),
                Instant.parse(event.path("at").asText()),
                event.path("actor").asText(),
                event.path("action").asText(),
                event.path("subjectKind").asText(),
                event.path("subjectId").asText(),
                event.path("details").asText(),
                event.path("previousHash").asText(),
                event.path("hash").asText());
    }

    private HttpRequest.Builder request(String path) {
        String basic =
                Base64.getEncoder()
                        .encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(service + path))
                .timeout(Duration.ofSeconds(30))
                .header("Accept", "application/json")
                .header("Authorization", "Basic " + basic);
    }

    private static Answer send(HttpRequest.Builder request) throws StoryException {
        try {
            HttpResponse<String> answer =
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String body = answer.body();
            JsonNode json = body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
            return new Answer(
                    answer.statusCode(), answer.headers().firstValue("ETag").orElse(null), json);
        } catch (IOException e) {
            throw new StoryException("the service does not answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoryException("interrupted");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

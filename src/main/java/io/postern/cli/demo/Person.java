package io.postern.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

package io.postern.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.smtp.ObservedTier;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A service and its agents as real processes, with the demo's policy in force and proven. */
final class Scenario implements AutoCloseable {
    final Stage stage;
    final Story story;

    private Scenario(Stage stage, Story story) {
        this.stage = stage;
        this.story = story;
    }

    /** Starts everything and rolls the demo's policy out as the first revision. */
    static Scenario inForce(Story.Conditions conditions) throws Exception {
        String text;
        try (InputStream stream = Scenario.class.getResourceAsStream("/demo/policy.yaml")) {
            text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        Stage stage = new Stage();
        Runtime.getRuntime().addShutdownHook(new Thread(stage::close));
        Story story =
                new Story(
                        stage,
                        new Narrator(new PrintWriter(System.out, true), false),
                        PolicyDocument.parse(text).policy(),
                        conditions);
        Scenario scenario = new Scenario(stage, story);
        try {
            story.startService();
            story.startAgents();
            long change = story.draft("The demo's policy", text);
            story.submit(change);
            story.rollOutTo("VERIFIED", change);
            return scenario;
        } catch (Exception | Error e) {
            scenario.close();
            throw e;
        }
    }

    /** Submits one more internal grant and starts its rollout. @return the rollout's id */
    long beginGrant(String key, String range) throws Exception {
        long change =
                story.draftGrant(
                        "Open " + range,
                        key,
                        Map.of(
                                "key", key,
                                "from", Map.of("addresses", List.of(range)),
                                "tier", "internal",
                                "owner", "tests",
                                "reason", "scenario",
                                "expires", "2028-12-31"));
        story.submit(change);
        return story.begin(change);
    }

    /** Waits until a ring of the rollout is in that state. */
    void awaitRing(long rollout, int ring, String state) throws Exception {
        story.await(
                "ring " + ring,
                null,
                60,
                () ->
                        state.equals(
                                story.rollout(rollout)
                                        .path("rings")
                                        .path(ring)
                                        .path("state")
                                        .asText()));
    }

    JsonNode server(String name) throws StoryException {
        return story.alice().get("/api/v1/servers/" + name).ok("reading " + name);
    }

    void awaitServerState(String name, String state) throws Exception {
        story.await(name, null, 90, () -> state.equals(server(name).path("state").asText()));
    }

    void kill(String process) throws Exception {
        story.process(process).destroyForcibly().waitFor();
    }

    int port() {
        return Integer.parseInt(story.url().substring(story.url().lastIndexOf(':') + 1));
    }

    void assertObserved(ObservedTier.Level expected, String source) throws IOException {
        for (String server : story.servers()) {
            assertEquals(expected, story.ask(server, source), server + " from " + source);
        }
    }

    @Override
    public void close() {
        stage.close();
    }
}

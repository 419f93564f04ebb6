package io.postern.cli.selftest;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.audit.AuditEvent;
import io.postern.cli.demo.Person;
import io.postern.cli.demo.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The people who roll changes out through the service's API, one after the other, and what they can
 * read of it. One caller at a time.
 */
final class ChangeDesk {
    private static final long ROLLOUT_SECONDS = 180;
    private static final long SYNC_SECONDS = 90;
    private static final long LOOK_MILLIS = 100;
    private static final List<String> ENDS = List.of("VERIFIED", "ROLLED_BACK", "FAILED");

    private final Stage stage;
    private final Person admin;
    private final Person author;
    private final Person approver;
    private long auditRead;

    ChangeDesk(Stage stage, Person admin, Person author, Person approver) {
        this.stage = stage;
        this.admin = admin;
        this.author = author;
        this.approver = approver;
    }

    /**
     * How a change ended.
     *
     * @param rollout as the API gives it
     * @param detection from the last publication before the brake to the brake; empty = no brake
     */
    record Ending(JsonNode rollout, FaultVerdict verdict, Optional<Duration> detection) {}

    /** Adopts a whole policy. */
    Ending adopt(String policy) throws Exception {
        return rollOut(
                author.post(
                        "/api/v1/change-requests:fromPolicy",
                        Map.of("title", "Adopt the test policy", "policy", policy)));
    }

    /** Rolls out operations on the newest revision. */
    Ending change(String title, List<Map<String, ?>> operations) throws Exception {
        return rollOut(
                author.post(
                        "/api/v1/change-requests",
                        Map.of("title", title, "operations", operations)));
    }

    private Ending rollOut(Person.Answer draft) throws Exception {
        long change = draft.ok("the change request").path("id").asLong();
        author.haveApproved(change, approver);
        return end(apply(change));
    }

    /** A server that was gone and is back has its undoing proven first. */
    private long apply(long change) throws Exception {
        Person.Answer[] answer = new Person.Answer[1];
        stage.await(
                "the earlier rollout",
                null,
                ROLLOUT_SECONDS,
                () -> {
                    answer[0] = author.act(change, "apply", null);
                    return !answer[0].problemType().equals("rollout-running");
                });
        return answer[0].ok("apply").path("rolloutId").asLong();
    }

    private Ending end(long id) throws Exception {
        JsonNode[] now = new JsonNode[1];
        stage.await(
                "rollout " + id,
                null,
                ROLLOUT_SECONDS,
                () -> {
                    now[0] = rollout(id);
                    return hasEnded(now[0]) || isStuck(now[0]);
                });
        FaultVerdict verdict = FaultVerdict.of(now[0]);
        if (!hasEnded(now[0])) {
            author.post("/api/v1/rollouts/" + id + ":abort", null).ok("aborting");
            stage.await("rollout " + id, null, ROLLOUT_SECONDS, () -> hasEnded(rollout(id)));
        }
        return new Ending(now[0], verdict, detection(id));
    }

    private JsonNode rollout(long id) throws Exception {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        return author.get("/api/v1/rollouts/" + id).ok("reading the rollout");
    }

    private static boolean hasEnded(JsonNode rollout) {
        return ENDS.contains(rollout.path("state").asText());
    }

    /** Whether a person would have to decide. */
    private static boolean isStuck(JsonNode rollout) {
        for (JsonNode ring : rollout.path("rings")) {
            if (ring.path("state").asText().equals("AWAITING_PROMOTION")) {
                return true;
            }
        }
        return rollout.path("state").asText().equals("PAUSED");
    }

    /** By the audit trail: it says when each ring was published, and when it braked. */
    private Optional<Duration> detection(long rollout) throws Exception {
        Instant published = null;
        Duration detection = null;
        for (AuditEvent event : admin.auditEvents(auditRead)) {
            auditRead = event.seq();
            boolean isIts =
                    event.subjectKind().equals("rollout")
                            && event.subjectId().equals(String.valueOf(rollout));
            if (isIts && event.action().equals("rollout.ring-published")) {
                published = event.at();
            } else if (isIts && published != null && event.action().equals("rollout.braked")) {
                detection = Duration.between(published, event.at());
            }
        }
        return Optional.ofNullable(detection);
    }

    /** Waits until every server holds what was published last. */
    void awaitSync() throws Exception {
        stage.await("servers in sync", null, SYNC_SECONDS, this::isInSync);
    }

    private boolean isInSync() throws Exception {
        for (JsonNode server : author.get("/api/v1/servers").ok("listing servers")) {
            if (!server.path("inSync").asBoolean()) {
                return false;
            }
        }
        return true;
    }

    /** How many agents offer addresses to probe from. */
    long vantages() throws Exception {
        long vantages = 0;
        for (JsonNode agent : author.get("/api/v1/agents").ok("listing agents")) {
            vantages += agent.path("addresses").isEmpty() ? 0 : 1;
        }
        return vantages;
    }
}

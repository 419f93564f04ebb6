package io.postern.cli.selftest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.simulated.ConnectorStore;
import io.postern.audit.AuditChain;
import io.postern.audit.AuditEvent;
import io.postern.cli.demo.StoryException;
import io.postern.enforcement.ConnectorSelection;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Server;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * What must hold after a run, found out without the judge of probes: from the servers' own files,
 * by SMTP, from the agents' journals and from the audit trail. Each check gives its faults.
 */
final class ChaosChecks {
    private static final int LISTENS_SECONDS = 60;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PORT = 25;
    private static final int DIALOGUES = 8;

    private final ChaosStage stage;
    private final Clock clock;
    private final List<AuditEvent> trail = new ArrayList<>();

    ChaosChecks(ChaosStage stage, Clock clock) {
        this.stage = stage;
        this.clock = clock;
    }

    /** The policy that the service names as the authority. */
    Policy head() throws StoryException {
        return PolicyDocument.parse(
                        stage.alice().get("/api/v1/policy").ok("reading the policy").toString())
                .policy();
    }

    /** Number of the newest revision. */
    long headNumber() throws StoryException {
        long newest = 0;
        for (JsonNode revision : stage.alice().get("/api/v1/revisions").ok("reading revisions")) {
            newest = Math.max(newest, revision.path("number").asLong());
        }
        return newest;
    }

    /** All checks of a run's end, by their names; an empty list = it holds. */
    Map<String, List<String>> all(JsonNode rollout, Random random) throws Exception {
        Policy policy = head();
        Map<String, List<String>> faults = new java.util.LinkedHashMap<>();
        faults.put("head", head(rollout));
        faults.put("files", files(policy));
        faults.put("smtp", dialogues(policy, random));
        faults.put("decisions", decisions(policy, random));
        faults.put("confirmed", confirmed());
        faults.put("audit", audit());
        return faults;
    }

    private List<String> head(JsonNode rollout) throws StoryException {
        long expected =
                rollout.path(
                                rollout.path("state").asText().equals("VERIFIED")
                                        ? "revision"
                                        : "authorityRevision")
                        .asLong();
        long head = headNumber();
        return head == expected
                ? List.of()
                : List.of("the newest revision is " + head + ", the rollout left " + expected);
    }

    private static Tier decide(
            PolicyEvaluator evaluator, Server server, Address source, Instant at) {
        return evaluator.decide(new Submission(source, null, null, server.name(), PORT, at)).tier();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** Every address: both sides of each boundary of policy and connectors stand for all. */
    private List<String> files(Policy policy) throws IOException {
        List<String> faults = new ArrayList<>();
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        Instant at = now();
        for (Server server : policy.servers()) {
            List<ReceiveConnector> connectors =
                    new ConnectorStore(
                                    stage.files(server.name()).resolve("connectors.json"),
                                    List.of())
                            .load();
            ConnectorSelection selection = new ConnectorSelection(connectors);
            Set<Address> points = new TreeSet<>(points(policy, server));
            connectors.forEach(one -> addPoints(points, one.remoteIpRanges()));
            for (Address source : points) {
                Tier expected = decide(evaluator, server, source, at);
                Tier found = held(selection, source);
                if (found != expected) {
                    faults.add(
                            server.name()
                                    + ": "
                                    + source
                                    + " is "
                                    + found
                                    + " in its connectors, the policy says "
                                    + expected);
                }
            }
        }
        return faults;
    }

    private static Tier held(ConnectorSelection selection, Address source) {
        Address local =
                source.family() == AddressFamily.IPV4
                        ? Address.parse("192.0.2.25")
                        : Address.parse("2001:db8::25");
        Optional<ConnectorSelection.Selected> selected = selection.select(local, PORT, source);
        if (selected.isEmpty() || !selected.get().connector().anonymous()) {
            return Tier.NONE;
        }
        return Boolean.TRUE.equals(selected.get().connector().anonymousRelay())
                ? Tier.RELAY
                : Tier.INTERNAL;
    }

    private static Set<Address> points(Policy policy, Server server) {
        Set<Address> points = new TreeSet<>();
        for (Grant grant : policy.grants()) {
            addPoints(points, grant.from().effective().ranges());
        }
        policy.protectedSources().forEach(one -> addPoints(points, one.addresses().set().ranges()));
        addPoints(points, server.addresses().ranges());
        addPoints(points, AddressSet.parse("127.0.0.1", "::1").ranges());
        return points;
    }

    private static void addPoints(Set<Address> points, List<AddressRange> ranges) {
        for (AddressRange range : ranges) {
            points.add(range.low());
            points.add(range.high());
            range.low().previous().ifPresent(points::add);
            range.high().next().ifPresent(points::add);
        }
    }

    private List<Address> sample(Policy policy, Server server, Random random) {
        List<Address> points = new ArrayList<>(points(policy, server));
        Collections.shuffle(points, random);
        return points.subList(0, Math.min(DIALOGUES, points.size()));
    }

    private List<String> dialogues(Policy policy, Random random) throws IOException {
        List<String> faults = new ArrayList<>();
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        for (Server server : policy.servers()) {
            for (Address source : sample(policy, server, random)) {
                Tier expected = decide(evaluator, server, source, now());
                Tier found = ask(server.name(), source);
                if (found != expected) {
                    faults.add(
                            server.name()
                                    + ": "
                                    + source
                                    + " got "
                                    + found
                                    + " by SMTP, the policy says "
                                    + expected);
                }
            }
        }
        return faults;
    }

    /** An agent that was just started again may not listen yet, and then does so elsewhere. */
    private Tier ask(String server, Address source) throws IOException {
        long end = System.nanoTime() + LISTENS_SECONDS * 1_000_000_000L;
        while (true) {
            try {
                return ChaosDialogue.ask(stage.listener(server), stage.token(server), source);
            } catch (ConnectException e) {
                if (System.nanoTime() > end) {
                    throw new IOException(server + " does not listen", e);
                }
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    /** The service decides as the policy it shows. */
    private List<String> decisions(Policy policy, Random random) throws StoryException {
        List<String> faults = new ArrayList<>();
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        for (Server server : policy.servers()) {
            List<Address> sources = sample(policy, server, random);
            JsonNode answer =
                    stage.alice()
                            .post(
                                    "/api/v1/decisions:batch",
                                    Map.of(
                                            "requests",
                                            sources.stream()
                                                    .map(
                                                            source ->
                                                                    Map.of(
                                                                            "address",
                                                                            source.toString(),
                                                                            "server",
                                                                            server.name()))
                                                    .toList()))
                            .ok("asking for decisions");
            for (int i = 0; i < sources.size(); i++) {
                String tier = answer.path("decisions").path(i).path("tier").asText();
                Tier expected = decide(evaluator, server, sources.get(i), now());
                if (!tier.equals(expected.name().toLowerCase(Locale.ROOT))) {
                    faults.add(
                            server.name()
                                    + ": the service decides "
                                    + tier
                                    + " for "
                                    + sources.get(i)
                                    + ", its policy says "
                                    + expected);
                }
            }
        }
        return faults;
    }

    /** Why not every server is settled, by the service and by the agents' own journals. */
    List<String> confirmed() throws StoryException, IOException {
        List<String> faults = new ArrayList<>();
        for (JsonNode server : stage.servers()) {
            String name = server.path("name").asText();
            if (!server.path("state").asText().equals("CONFIRMED")
                    || !server.path("inSync").asBoolean()) {
                faults.add(
                        name
                                + " is "
                                + server.path("state").asText()
                                + " at serial "
                                + server.path("activeSerial")
                                + ", wanted "
                                + server.path("desiredSerial")
                                + (server.path("error").isNull()
                                        ? ""
                                        : ": " + server.path("error").asText()));
            }
            JsonNode journal = journal(name);
            if (!journal.path("confirmed").asBoolean()
                    || journal.path("applyingSerial").asLong() != 0
                    || journal.path("activeSerial").asLong()
                            != server.path("desiredSerial").asLong()) {
                faults.add(name + ": its journal does not say confirmed: " + brief(journal));
            }
        }
        return faults;
    }

    private static String brief(JsonNode journal) {
        return "active "
                + journal.path("activeSerial")
                + " confirmed "
                + journal.path("confirmed")
                + " applying "
                + journal.path("applyingSerial")
                + " undone "
                + journal.path("undoneSerial")
                + " failed "
                + journal.path("failedSerial");
    }

    /** A server's journal as its agent wrote it last; missing node = not yet. */
    JsonNode journal(String server) throws IOException {
        Path file = stage.files(server).resolve("journal.json");
        if (!Files.exists(file)) {
            return JSON.missingNode();
        }
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged", e);
        }
    }

    /** The chain, and that nothing was done twice. */
    List<String> audit() throws StoryException {
        readOn();
        List<String> faults = new ArrayList<>();
        AuditChain.firstFault(trail).ifPresent(faults::add);
        Set<String> once = new HashSet<>();
        Map<String, Long> published = new HashMap<>();
        Map<String, TreeMap<Long, Boolean>> held = new HashMap<>();
        for (AuditEvent event : trail) {
            JsonNode details = details(event);
            String key = null;
            switch (event.action()) {
                case "desired-state.published" -> {
                    long serial = details.path("serial").asLong();
                    Long before = published.put(event.subjectId(), serial);
                    if (before != null && before >= serial) {
                        faults.add(event.subjectId() + ": serial " + serial + " after " + before);
                    }
                }
                case "desired-state.confirmed" -> key = details.path("serial").asText();
                case "rollout.ring-published", "rollout.ring-confirmed" ->
                        key = details.path("ring").asText();
                case "rollout.started", "rollout.braked", "rollout.restored" -> key = "";
                case "server.reported" -> reported(event, details, held, faults);
                default -> {}
            }
            if (key != null && !once.add(event.action() + event.subjectId() + "/" + key)) {
                faults.add("twice: " + event.action() + " of " + event.subjectId() + " " + key);
            }
        }
        return faults;
    }

    /** A serial that an agent went on from comes back only if what followed was undone. */
    private static void reported(
            AuditEvent event,
            JsonNode details,
            Map<String, TreeMap<Long, Boolean>> held,
            List<String> faults) {
        TreeMap<Long, Boolean> serials =
                held.computeIfAbsent(event.subjectId(), server -> new TreeMap<>());
        long serial = details.path("serial").asLong();
        String state = details.path("state").asText();
        boolean isUndo = state.equals("UNDONE") || state.equals("FAILED");
        if (isUndo) {
            serials.tailMap(serial, false).clear();
        } else if (serials.higherKey(serial) != null) {
            faults.add(
                    event.subjectId()
                            + ": serial "
                            + serial
                            + " is active again after "
                            + serials.lastKey());
        }
        serials.put(serial, true);
    }

    private static JsonNode details(AuditEvent event) {
        try {
            return JSON.readTree(event.details());
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    /** Forgets what was read, so that the next check reads the whole trail again. */
    void forgetTrail() {
        trail.clear();
    }

    /** How many records the trail has. */
    int trailSize() {
        return trail.size();
    }

    private void readOn() throws StoryException {
        long after = trail.isEmpty() ? 0 : trail.get(trail.size() - 1).seq();
        trail.addAll(stage.admin().auditEvents(after));
    }
}

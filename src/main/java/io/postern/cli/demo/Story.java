package io.postern.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.agent.probe.Prober;
import io.postern.audit.AuditChain;
import io.postern.audit.AuditEvent;
import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.smtp.ObservedTier;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.netty.ProbeSource;
import io.postern.smtp.netty.ProbeSource.Identity;
import io.postern.smtp.netty.ProbeTimeouts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the people of the story do, and what can be seen of it. */
final class Story {
    private static final long START_SECONDS = 120;
    private static final long ROLLOUT_SECONDS = 150;
    private static final int SOURCE_PORT = 40_001;

    /**
     * Under which conditions it plays.
     *
     * @param tarpitMillis of the simulated servers
     * @param service further settings of the service, each {@code name=value}
     * @param agents further options of {@code agent run}
     */
    record Conditions(int tarpitMillis, List<String> service, List<String> agents) {
        static final Conditions USUAL = new Conditions(1000, List.of(), List.of());
    }

    private final Stage stage;
    private final Narrator narrator;
    private final Policy policy;
    private final Conditions conditions;
    private final Map<String, Process> running = new LinkedHashMap<>();
    private final Map<String, InetSocketAddress> listeners = new LinkedHashMap<>();
    private Person admin;
    private Person alice;
    private Person bob;
    private String url;

    Story(Stage stage, Narrator narrator, Policy policy, Conditions conditions) {
        this.conditions = conditions;
        this.stage = stage;
        this.narrator = narrator;
        this.policy = policy;
    }

    /** One in which others have started the service and made its people. */
    static Story with(Stage stage, Narrator narrator, Policy policy, List<Person> people) {
        Story story = new Story(stage, narrator, policy, Conditions.USUAL);
        story.admin = people.get(0);
        story.alice = people.get(1);
        story.bob = people.get(2);
        story.url = story.admin.service();
        return story;
    }

    String url() {
        return url;
    }

    List<Person> people() {
        return admin == null || alice == null ? List.of() : List.of(admin, alice, bob);
    }

    /** Starts the service and makes its people. */
    String startService() throws Exception {
        int port = Stage.freePort();
        url = "http://127.0.0.1:" + port;
        serve(port);
        admin = stage.admin(url);
        // She has the approver's role too: four eyes must hold all the same.
        alice = admin.account("alice", "author", "approver", "operator", "reader");
        bob = admin.account("bob", "approver", "reader");
        return url + ", accounts admin, alice (writes), bob (approves)";
    }

    /** Starts the service, again on the same data if it was started before, and waits for it. */
    void serve(int port) throws Exception {
        Process service = stage.service("127.0.0.1", port, conditions.service());
        running.put("service", service);
        await("service", service, START_SECONDS, () -> Stage.isReady(url));
    }

    /** A process of the story: {@code service}, or a server's agent. */
    Process process(String name) {
        return running.get(name);
    }

    Person alice() {
        return alice;
    }

    Person bob() {
        return bob;
    }

    void await(String name, Process process, long seconds, Stage.Condition condition)
            throws Exception {
        stage.await(name, process, seconds, condition);
    }

    /** Enrols one agent for each server and starts it. */
    String startAgents() throws Exception {
        for (Server server : policy.servers()) {
            enrol(server.name());
            start(server.name());
        }
        await(
                "agents",
                null,
                START_SECONDS,
                () -> admin.reportedServers() == policy.servers().size());
        return "simulated Exchange servers: " + listeners;
    }

    static String agentName(String server) {
        return "agent-" + server.replaceAll("[^A-Za-z0-9._-]", "-");
    }

    private void enrol(String server) throws Exception {
        Path token = stage.token(admin, List.of(server));
        try {
            String agent = agentName(server);
            if (stage.enrol(agent, url, token) != 0) {
                throw new StoryException("enrolment: " + stage.tail("enrol-" + agent));
            }
            if (stage.enrol(agent + "-again", url, token) != 2) {
                throw new StoryException("the used token let a second agent in");
            }
        } finally {
            Files.deleteIfExists(token);
        }
    }

    private Path data(String server) {
        return stage.directory().resolve(agentName(server));
    }

    /** Starts a server's agent, again on the same data if it was started before. */
    void start(String server) throws Exception {
        String name = agentName(server);
        Stream<String> domains =
                policy.acceptedDomains().isEmpty()
                        ? Stream.of("contoso.example")
                        : policy.acceptedDomains().stream()
                                .filter(domain -> !domain.startsWith("*"));
        String[] arguments =
                Stream.of(
                                Stream.of(
                                        "run",
                                        "--data",
                                        data(server).toString(),
                                        "--tarpit-millis",
                                        String.valueOf(conditions.tarpitMillis()),
                                        "--fault-file",
                                        data(server).resolve("fault").toString(),
                                        "--simulate-firewall",
                                        "--stop-with",
                                        Stage.pid()),
                                domains.flatMap(domain -> Stream.of("--accepted-domain", domain)),
                                conditions.agents().stream())
                        .flatMap(part -> part)
                        .toArray(String[]::new);
        Files.deleteIfExists(stage.log(name));
        Process agent = stage.agent(name, arguments);
        running.put(server, agent);
        await(
                name,
                agent,
                START_SECONDS,
                () -> stage.logged(name, "simulated Exchange listening on ").isPresent());
        String listening = stage.logged(name, "simulated Exchange listening on ").orElseThrow();
        int colon = listening.lastIndexOf(':');
        listeners.put(
                server,
                new InetSocketAddress(
                        listening.substring(0, colon),
                        Integer.parseInt(listening.substring(colon + 1).strip())));
    }

    /** Makes a server's driver misbehave from its next step on; empty = behave again. */
    void sabotage(String server, String fault) throws IOException {
        Files.writeString(data(server).resolve("fault"), fault);
    }

    /** Asks a server by SMTP, from a simulated address, how far it lets it go. */
    ObservedTier.Level ask(String server, String source) throws IOException {
        return observe(server, source).level();
    }

    private ObservedTier observe(String server, String source) throws IOException {
        return observe(server, source, Identity.NONE, Identity.NONE);
    }

    private ObservedTier observe(String server, String source, Identity account, Identity computer)
            throws IOException {
        Address from = Address.parse(source);
        try (Stream<Path> directories = Files.list(data(server).resolve("servers"))) {
            Path token = directories.findFirst().orElseThrow().resolve("simulation-token");
            ProbeOutcome outcome =
                    new Prober()
                            .probe(
                                    listeners.get(server),
                                    new ProbeSource.Simulated(
                                            from,
                                            SOURCE_PORT,
                                            destination(server, from),
                                            25,
                                            HexFormat.of()
                                                    .parseHex(Files.readString(token).strip()),
                                            account,
                                            computer),
                                    new ProbeSettings(
                                            "postern-demo.invalid",
                                            "demo@example.com",
                                            "somebody@" + domain(),
                                            "somebody@example.net"),
                                    ProbeTimeouts.forTarpit(
                                            Duration.ofMillis(conditions.tarpitMillis())));
            return ObservedTier.of(outcome, true);
        }
    }

    private String domain() {
        return policy.acceptedDomains().stream()
                .filter(d -> !d.startsWith("*"))
                .findFirst()
                .orElse("contoso.example");
    }

    private Address destination(String server, Address source) {
        return policy.server(server).orElseThrow().addresses().ranges().stream()
                .map(AddressRange::low)
                .filter(address -> address.family() == source.family())
                .findFirst()
                .orElse(
                        Address.parse(
                                source.toString().contains(":") ? "2001:db8::25" : "192.0.2.25"));
    }

    /** Checks what every server lets a source do. */
    String expect(String source, ObservedTier.Level expected, String... servers) throws Exception {
        return expectAs(source, Identity.NONE, Identity.NONE, expected, servers);
    }

    /** The same for somebody who proves to be an account and a computer. */
    String expectAs(
            String source,
            Identity account,
            Identity computer,
            ObservedTier.Level expected,
            String... servers)
            throws Exception {
        StringBuilder seen = new StringBuilder();
        for (String server : servers) {
            ObservedTier observed = observe(server, source, account, computer);
            if (observed.level() != expected) {
                throw new StoryException(
                        server
                                + " from "
                                + source
                                + ": expected "
                                + expected
                                + ", observed "
                                + observed.level()
                                + " ("
                                + observed.reason()
                                + ")");
            }
            seen.append(seen.isEmpty() ? "" : "\n")
                    .append(server)
                    .append(" from ")
                    .append(source)
                    .append(account.name() == null ? "" : " as " + account.name())
                    .append(" (simulated source): ")
                    .append(observed.reason());
        }
        return seen.toString();
    }

    String[] servers() {
        return listeners.keySet().toArray(String[]::new);
    }

    /** A draft by alice from a whole policy file. @return its id */
    long draft(String title, String policyText) throws StoryException {
        return alice.post(
                        "/api/v1/change-requests:fromPolicy",
                        Map.of("title", title, "policy", policyText))
                .ok("the change request")
                .path("id")
                .asLong();
    }

    /** A draft by alice of one grant more. @return its id */
    long draftGrant(String title, String key, Map<String, ?> grant) throws StoryException {
        return alice.post(
                        "/api/v1/change-requests",
                        Map.of(
                                "title",
                                title,
                                "operations",
                                List.of(
                                        Map.of(
                                                "action", "put", "kind", "grants", "key", key,
                                                "entry", grant))))
                .ok("the change request")
                .path("id")
                .asLong();
    }

    /** A draft by alice of several entries, put or replaced. @return its id */
    long draftEntries(String title, List<Map<String, ?>> operations) throws StoryException {
        return alice.post(
                        "/api/v1/change-requests", Map.of("title", title, "operations", operations))
                .ok("the change request")
                .path("id")
                .asLong();
    }

    /** Waits until drift of a kind is found on a server. @return what it says */
    String awaitDrift(String server, String kind) throws Exception {
        StringBuilder found = new StringBuilder();
        await(
                "drift of " + server,
                null,
                START_SECONDS,
                () -> {
                    found.setLength(0);
                    for (JsonNode finding : drift(server).path("findings")) {
                        if (finding.path("kind").asText().equals(kind)) {
                            found.append(found.isEmpty() ? "" : "\n")
                                    .append(finding.path("detail").asText());
                        }
                    }
                    return !found.isEmpty();
                });
        return found.toString();
    }

    private JsonNode drift(String server) throws StoryException {
        return alice.get("/api/v1/servers/" + server + "/drift").ok("reading drift");
    }

    /** Alice has the desired state written again, and waits until nothing differs. */
    String revertDrift(String server) throws Exception {
        alice.post("/api/v1/servers/" + server + ":revertDrift", Map.of()).ok("reverting drift");
        await(
                "drift of " + server,
                null,
                START_SECONDS,
                () -> {
                    JsonNode now = drift(server);
                    return now.path("unjudged").isNull() && now.path("findings").isEmpty();
                });
        return "nothing differs any more, as read back";
    }

    private Person.Answer read(long change) throws StoryException {
        return alice.get("/api/v1/change-requests/" + change);
    }

    /** Alice submits. @return the impact in words */
    String submit(long change) throws StoryException {
        JsonNode submitted = alice.act(change, "submit", null).ok("submitting");
        return impact(submitted.path("analysis"));
    }

    private static String impact(JsonNode analysis) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        StringBuilder regions = new StringBuilder();
        int shown = 0;
        for (JsonNode region : analysis.path("regions")) {
            counts.merge(region.path("direction").asText(), 1, Integer::sum);
            if (shown++ < 6) {
                regions.append("\n")
                        .append(
                                String.format(
                                        "%-7s %-9s -> %-9s %s address(es) on %s, such as %s",
                                        region.path("direction").asText(),
                                        region.path("before").asText(),
                                        region.path("after").asText(),
                                        region.path("addressCount").asText(),
                                        words(region.path("servers")),
                                        region.path("witness").path("address").asText()));
            }
        }
        int more = analysis.path("regions").size() - shown;
        return "impact: "
                + (counts.isEmpty() ? "none" : counts)
                + regions
                + (more > 0 ? "\nand " + more + " more" : "");
    }

    private static String words(JsonNode list) {
        StringBuilder words = new StringBuilder();
        list.forEach(word -> words.append(words.isEmpty() ? "" : ", ").append(word.asText()));
        return words.toString();
    }

    /** Alice tries to approve what she wrote. */
    String ownApproval(long change) throws StoryException {
        Person.Answer answer = alice.act(change, "approve", Map.of("hash", hash(change)));
        if (!answer.problemType().equals("own-approval")) {
            throw new StoryException("the author could approve: " + answer.status());
        }
        return "refused: " + answer.problemType();
    }

    private String hash(long change) throws StoryException {
        return read(change).ok("reading the change").path("analysis").path("hash").asText();
    }

    void approve(long change) throws StoryException {
        bob.act(change, "approve", Map.of("hash", hash(change), "comment", "looked at the impact"))
                .ok("approving");
    }

    /** Bob approves, alice applies. @return the rollout's id */
    long begin(long change) throws StoryException {
        approve(change);
        return alice.act(change, "apply", null).ok("applying").path("rolloutId").asLong();
    }

    /** Waits for a rollout's end. @return the rollout */
    JsonNode end(long rollout) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ROLLOUT_SECONDS);
        while (true) {
            JsonNode now = rollout(rollout);
            narrator.progress(progress(now));
            String state = now.path("state").asText();
            if (List.of("VERIFIED", "ROLLED_BACK", "FAILED").contains(state)) {
                return now;
            }
            if (System.nanoTime() > end) {
                throw new StoryException(
                        "the rollout is still " + state + " after " + ROLLOUT_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    JsonNode rollout(long rollout) throws StoryException {
        return alice.get("/api/v1/rollouts/" + rollout).ok("reading the rollout");
    }

    private static String progress(JsonNode rollout) {
        StringBuilder rings = new StringBuilder(rollout.path("state").asText());
        rollout.path("rings")
                .forEach(
                        ring ->
                                rings.append("  ")
                                        .append(ring.path("name").asText())
                                        .append(' ')
                                        .append(ring.path("state").asText()));
        return rings.toString();
    }

    /** Rolls out and demands an end. */
    String rollOutTo(String state, long change) throws Exception {
        JsonNode rollout = end(begin(change));
        if (!state.equals(rollout.path("state").asText())) {
            throw new StoryException(
                    "ended "
                            + rollout.path("state").asText()
                            + ": "
                            + rollout.path("reason").asText());
        }
        JsonNode probes =
                alice.get("/api/v1/rollouts/" + rollout.path("id").asLong() + "/probes")
                        .ok("reading probes");
        Map<String, Integer> verdicts = new LinkedHashMap<>();
        probes.forEach(
                probe ->
                        verdicts.merge(
                                probe.path("verdict").asText("DROPPED").replace("null", "DROPPED"),
                                1,
                                Integer::sum));
        return "rollout "
                + rollout.path("id")
                + " "
                + state
                + ", revision "
                + rollout.path("revision")
                + ", proof: "
                + rollout.path("proof").asText()
                + ", probes "
                + verdicts
                + (rollout.path("reason").isNull()
                        ? ""
                        : "\nbecause " + rollout.path("reason").asText())
                + (rollout.path("authorityRevision").asLong() == 0
                        ? ""
                        : "\nthe authority moved to revision "
                                + rollout.path("authorityRevision")
                                + ", the content of "
                                + rollout.path("previousRevision"));
    }

    /** Whether every server holds what was published last. */
    String inSync() throws StoryException {
        for (JsonNode server : alice.get("/api/v1/servers").ok("listing servers")) {
            if (!server.path("inSync").asBoolean()) {
                throw new StoryException(
                        server.path("name").asText() + " is not in sync: " + server);
            }
        }
        return "";
    }

    /** The trail, verified here and not by the service. */
    String audit() throws StoryException {
        List<AuditEvent> events = admin.auditEvents(0);
        Optional<String> fault = AuditChain.firstFault(events);
        if (fault.isPresent() || events.isEmpty()) {
            throw new StoryException(fault.orElse("the trail is empty"));
        }
        return events.size() + " records, each covering the one before";
    }
}

package io.postern.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.cli.network.CommandResult;
import io.postern.cli.network.ConnectionTable;
import io.postern.cli.network.LabHost;
import io.postern.cli.network.LabPostfix;
import io.postern.cli.network.NetworkLab;
import io.postern.policy.Address;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.smtp.ObservedTier.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The story on a network of its own: real packets, a real kernel's nftables on a gateway and on the
 * servers, two real Postfixes. Every client is asked from its own host what each server lets it do,
 * beside the probes of the rollouts.
 */
final class NetworkStory implements AutoCloseable {
    /** After which an agent undoes alone what nobody confirmed. */
    static final Duration CONFIRM_WINDOW = Duration.ofSeconds(45);

    private static final String DOMAIN = "contoso.example";
    private static final String GATEWAY = "gateway";
    private static final long REPORT_SECONDS = 120;
    private static final Duration COMMAND = Duration.ofSeconds(20);
    private static final List<LabHost> CLIENTS = List.of(LabHost.CLIENT1, LabHost.CLIENT2);
    private static final List<LabHost> SERVERS = List.of(LabHost.MX1, LabHost.MX2);

    private final NetworkLab lab;
    private final Narrator narrator;
    private final Clock clock;
    private final Policy target;
    private final Map<LabHost, LabPostfix> postfixes = new EnumMap<>(LabHost.class);
    private final LabClients clients;
    private volatile LabStage stage;
    private Story story;

    /** The policy that holds now. */
    private Policy inForce;

    /**
     * @param target a policy of the servers mx1 and mx2
     */
    NetworkStory(NetworkLab lab, Narrator narrator, Policy target, Clock clock) {
        this.lab = lab;
        this.narrator = narrator;
        this.clients = new LabClients(lab, narrator, CLIENTS, SERVERS, DOMAIN);
        this.target = target;
        this.clock = clock;
    }

    /** Every table that was printed, in order. */
    List<ConnectionTable> tables() {
        return clients.tables();
    }

    LabStage stage() {
        return stage;
    }

    Story story() {
        return story;
    }

    /** Starts a Postfix on each server, the service, and an agent on every other host. */
    String start() throws Exception {
        for (LabHost server : SERVERS) {
            postfixes.put(server, LabPostfix.start(lab, server, LabPostfix.Settings.of(DOMAIN)));
        }
        clients.open();
        stage =
                LabStage.start(
                        lab,
                        List.of(
                                "postern.rollout.confirm-window=PT"
                                        + CONFIRM_WINDOW.toSeconds()
                                        + "S",
                                "postern.rollout.activation-patience=PT40S",
                                "postern.probe.accepted-domain=" + DOMAIN));
        story =
                Story.with(
                        stage.stage(),
                        narrator,
                        target,
                        List.of(stage.admin(), stage.alice(), stage.bob()));
        stage.enrol(GATEWAY, LabHost.GATEWAY, List.of("mx1@gw1", "mx2@gw1"));
        for (LabHost server : SERVERS) {
            stage.enrol(server.word(), server, List.of(server.word()));
        }
        for (LabHost client : CLIENTS) {
            stage.enrol(client.word(), client, List.of());
        }
        startAgent(GATEWAY);
        SERVERS.forEach(this::startAgent);
        for (LabHost client : CLIENTS) {
            stage.startAgent(client.word(), List.of());
        }
        stage.stage().await("agents", null, REPORT_SECONDS, this::areThere);
        return "5 agents: on the gateway for both servers, on each server, on each client to probe";
    }

    private void startAgent(LabHost server) {
        try {
            startAgent(server.word());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Starts the agent of the gateway or of a server, again if it was killed. */
    void startAgent(String name) throws IOException {
        List<String> options = new ArrayList<>(List.of("--driver", "linux", "--nftables"));
        SERVERS.stream()
                .filter(server -> server.word().equals(name))
                .forEach(
                        server ->
                                options.addAll(
                                        List.of(
                                                "--postfix",
                                                postfixes
                                                        .get(server)
                                                        .configDirectory()
                                                        .toString())));
        stage.startAgent(name, options);
    }

    private boolean areThere() throws StoryException {
        int reported = 0;
        for (JsonNode server : servers()) {
            reported += server.path("state").isNull() ? 0 : 1;
        }
        int vantages = 0;
        for (JsonNode agent : stage.alice().get("/api/v1/agents").ok("listing agents")) {
            vantages += agent.path("addresses").isEmpty() ? 0 : 1;
        }
        return reported == 4 && vantages == 5;
    }

    private JsonNode servers() throws StoryException {
        return stage.alice().get("/api/v1/servers").ok("listing servers");
    }

    /** Every client before anything is enforced: a Postfix takes mail for its domain from all. */
    String before() throws Exception {
        return clients.table((client, server) -> Level.INTERNAL);
    }

    /** The state found as revision 1. */
    String adopt() throws Exception {
        String text =
                """
                version: 1
                acceptedDomains: [contoso.example]
                servers:
                  - {name: mx1, addresses: [10.77.2.21, 'fd77:2::21'], ring: canary, enforcement: [nftables, postfix]}
                  - {name: mx2, addresses: [10.77.2.22, 'fd77:2::22'], ring: main, enforcement: [nftables, postfix]}
                grants:
                  - {key: as-found, from: {addresses: [0.0.0.0/0, '::/0']}, tier: internal, owner: messaging, reason: what was allowed until now}
                """;
        long change = story.draft("Adopt what Postfix allows", text);
        story.submit(change);
        String end = story.rollOutTo("VERIFIED", change);
        inForce = PolicyDocument.parse(text).policy();
        return end;
    }

    /** The policy of the story. */
    String change(String text) throws Exception {
        long change = story.draft("Who may send, and nobody else", text);
        String impact = story.submit(change);
        String end = story.rollOutTo("VERIFIED", change);
        inForce = target;
        return impact + "\n" + end + demandProbed(end);
    }

    private static String demandProbed(String end) throws StoryException {
        if (!end.contains("proof: probed")) {
            throw new StoryException("it was not proven by probes: " + end);
        }
        return "";
    }

    /** What each client gets, asked from its own host; as the policy in force says. */
    String asPolicySays() throws Exception {
        PolicyEvaluator evaluator = new PolicyEvaluator(inForce);
        return clients.table(
                (client, server) ->
                        level(
                                evaluator
                                        .decide(
                                                new Submission(
                                                        Address.parse(client),
                                                        null,
                                                        null,
                                                        server.word(),
                                                        25,
                                                        clock.instant()))
                                        .tier()));
    }

    private static Level level(Tier tier) {
        return switch (tier) {
            case NONE -> Level.NONE;
            case INTERNAL -> Level.INTERNAL;
            case RELAY, TRUSTED -> Level.AT_LEAST_RELAY;
        };
    }

    /** A change that one server cannot take is undone on all. */
    String failOnOne() throws Exception {
        // Where the new table would be written, something is in the way.
        Path inTheWay =
                postfixes.get(LabHost.MX2).configDirectory().resolve("postern/clients.cidr.part/x");
        Files.createDirectories(inTheWay);
        try {
            return story.rollOutTo(
                    "ROLLED_BACK", draftOpen("Open mx1 and mx2 to the second client"));
        } finally {
            Files.delete(inTheWay);
            Files.delete(inTheWay.getParent());
        }
    }

    /** Everything for the second client, which the policy of the story closes in part. */
    private long draftOpen(String title) throws StoryException {
        long change =
                story.draftGrant(
                        title,
                        "second-client",
                        Map.of(
                                "key",
                                "second-client",
                                "from",
                                Map.of(
                                        "addresses",
                                        List.of(LabHost.CLIENT2.ipv4(), LabHost.CLIENT2.ipv6())),
                                "tier",
                                "relay",
                                "owner",
                                "shop-team",
                                "reason",
                                "a change that must not stay",
                                "ticket",
                                "CHG-2004",
                                "expires",
                                "2099-12-31"));
        story.submit(change);
        return change;
    }

    /** The service is cut off from the agents while they wait for its word: they undo alone. */
    String cutOff() throws Exception {
        long change = draftOpen("Open everything, and lose the service");
        long rollout = story.begin(change);
        stage.stage().await("the first ring", null, REPORT_SECONDS, () -> isActive("mx1", rollout));
        stage.alice().post("/api/v1/rollouts/" + rollout + ":pause", null).ok("pausing");
        String state = story.rollout(rollout).path("state").asText();
        if (!state.equals("PAUSED")) {
            throw new StoryException("the rollout is " + state + " already");
        }
        lab.isolate(LabHost.SERVICE);
        try {
            for (String agent : List.of("mx1", GATEWAY)) {
                stage.stage()
                        .await(
                                agent,
                                stage.process(agent),
                                CONFIRM_WINDOW.toSeconds() + 60,
                                () ->
                                        stage.stage()
                                                .logged(agent, "was not confirmed in time")
                                                .isPresent());
            }
            String undone = asPolicySays();
            lab.rejoin(LabHost.SERVICE);
            stage.alice().post("/api/v1/rollouts/" + rollout + ":resume", null).ok("resuming");
            JsonNode end = story.end(rollout);
            if (!end.path("state").asText().equals("ROLLED_BACK")) {
                throw new StoryException("ended " + end.path("state") + ": " + end.path("reason"));
            }
            return "while the service was away:\n"
                    + undone
                    + "afterwards: ROLLED_BACK, because "
                    + end.path("reason").asText();
        } finally {
            lab.rejoin(LabHost.SERVICE);
        }
    }

    /** Whether a server and its gateway hold what the rollout published there. */
    private boolean isActive(String server, long rollout) throws StoryException {
        for (JsonNode ring : story.rollout(rollout).path("rings")) {
            boolean isIts = false;
            for (JsonNode target : ring.path("servers")) {
                isIts |= target.path("server").asText().equals(server);
            }
            if (isIts) {
                return ring.path("state").asText().equals("PROBING");
            }
        }
        return false;
    }

    /** A server whose agent is dead is named, and nothing passes it. */
    String deadServer() throws Exception {
        stage.kill(LabHost.MX1.word());
        long change = draftOpen("Open everything, with a dead server");
        JsonNode end = story.end(story.begin(change));
        String reason = end.path("reason").asText();
        if (!end.path("state").asText().equals("FAILED")
                || !reason.contains("no report from mx1")) {
            throw new StoryException("ended " + end.path("state") + ": " + reason);
        }
        startAgent(LabHost.MX1.word());
        stage.stage().await("mx1", null, REPORT_SECONDS, () -> isInSync("mx1"));
        return "FAILED, because " + reason + "\nmx1 is back, and in sync";
    }

    private boolean isInSync(String server) throws StoryException {
        for (JsonNode one : servers()) {
            if (one.path("name").asText().equals(server)) {
                return one.path("inSync").asBoolean();
            }
        }
        return false;
    }

    /** Somebody takes the gateway's table away: found by what it opens, and written again. */
    String drift() throws Exception {
        CommandResult gone =
                lab.run(
                        LabHost.GATEWAY,
                        List.of("nft", "delete", "table", "inet", "postern_mx1"),
                        COMMAND);
        gone.okay("deleting the table");
        String found = story.awaitDrift("mx1@gw1", "MISSING");
        return found + "\n" + story.revertDrift("mx1@gw1");
    }

    /** Ends service and agents and deletes what they kept; the rest goes with the lab. */
    void stop() {
        LabStage started = stage;
        if (started != null) {
            try {
                started.close();
            } catch (IOException e) {
                System.err.println("postern demo: " + e.getMessage());
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (stage != null) {
            stage.close();
        }
        clients.close();
        for (LabPostfix postfix : postfixes.values()) {
            postfix.close();
        }
    }

    /** Tells it step by step. */
    void tell(String text) {
        boolean isThere =
                narrator.step(
                        "two servers, a gateway, two clients, the service and agents", this::start);
        if (!isThere) {
            return;
        }
        narrator.step("before: every client may send to the own domain", this::before);
        narrator.step("what is allowed today is adopted as revision 1", this::adopt);
        narrator.step(
                "a change is approved by a second person and rolls out; probes of the clients prove it",
                () -> change(text));
        narrator.step("each client gets exactly what the policy says", this::asPolicySays);
        narrator.step("a change that fails on mx2 is undone on both servers", this::failOnOne);
        narrator.step("nothing of it is left", this::asPolicySays);
        narrator.step(
                "the service is cut off in the confirm window; the agents undo alone",
                this::cutOff);
        narrator.step("nothing of it is left", this::asPolicySays);
        narrator.step("a dead server is named and blocks its ring", this::deadServer);
        narrator.step("nothing of it is left", this::asPolicySays);
        narrator.step("a table that somebody deletes is found and written again", this::drift);
        narrator.step("each client gets exactly what the policy says", this::asPolicySays);
        narrator.step("the audit trail is whole, checked outside the service", story::audit);
    }
}

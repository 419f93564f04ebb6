package io.postern.cli.selftest;

import io.postern.agent.probe.Prober;
import io.postern.agent.simulated.SimulatedExchange;
import io.postern.agent.simulated.SimulatedServerSettings;
import io.postern.cli.demo.Person;
import io.postern.cli.demo.Stage;
import io.postern.cli.demo.StoryException;
import io.postern.enforcement.Binding;
import io.postern.enforcement.DefaultConnectors;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.smtp.ObservedTier;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.netty.ProbeSource;
import io.postern.smtp.netty.ProbeTimeouts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One service, two management hosts with an agent each, two simulated servers on each of them: all
 * real processes of this machine. Closing it leaves none behind. One caller at a time, but it may
 * be closed by another thread.
 */
final class SimulatedBench implements AutoCloseable {
    private static final long START_SECONDS = 180;
    private static final int SOURCE_PORT = 40_002;
    private static final int TARPIT_MILLIS = 100;
    private static final String LISTENING = ": simulated Exchange listening on ";
    private static final Map<String, List<String>> AGENTS = agents();

    private final Stage stage;
    private final Map<String, InetSocketAddress> listeners = new LinkedHashMap<>();
    private final Prober prober = new Prober();
    private final LoadBalancer balancer;
    private SimulatedExchange untouched;
    private ChangeDesk desk;

    SimulatedBench() throws IOException {
        stage = new Stage((name, command) -> command);
        balancer = new LoadBalancer();
    }

    private static Map<String, List<String>> agents() {
        Map<String, List<String>> agents = new LinkedHashMap<>();
        agents.put("management1", TrialPolicy.SERVERS.subList(0, 2));
        agents.put("management2", TrialPolicy.SERVERS.subList(2, 4));
        return agents;
    }

    /** Starts everything and adopts a policy. */
    void start(TrialPolicy policy) throws Exception {
        int port = Stage.freePort();
        String url = "http://127.0.0.1:" + port;
        Process service =
                stage.service(
                        "127.0.0.1",
                        port,
                        List.of(
                                // Only what takes long by its purpose is shorter, never the law.
                                "postern.rollout.activation-patience=PT20S",
                                "postern.rollout.probe-patience=PT60S",
                                "postern.rollout.probe-pause=PT3S",
                                "postern.rollout.confirm-window=PT2M"));
        stage.await("service", service, START_SECONDS, () -> Stage.isReady(url));
        Person admin = stage.admin(url);
        desk =
                new ChangeDesk(
                        stage,
                        admin,
                        admin.account("alice", "author", "operator", "reader"),
                        admin.account("bob", "approver", "reader"));
        for (Map.Entry<String, List<String>> agent : AGENTS.entrySet()) {
            stage.enrol(agent.getKey(), admin.service(), admin, agent.getValue());
            startAgent(agent.getKey(), agent.getValue());
        }
        stage.await(
                "agents",
                null,
                START_SECONDS,
                () -> admin.reportedServers() == TrialPolicy.SERVERS.size());
        ChangeDesk.Ending adopted = desk.adopt(policy.yaml());
        if (adopted.verdict() != FaultVerdict.NO_ALARM) {
            throw new StoryException("the test policy cannot be adopted: " + adopted.rollout());
        }
        desk.awaitSync();
    }

    private Path data(String agent) {
        return stage.directory().resolve(agent);
    }

    private void startAgent(String agent, List<String> servers) throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "run",
                                "--data",
                                data(agent).toString(),
                                "--tarpit-millis",
                                String.valueOf(TARPIT_MILLIS),
                                "--fault-file",
                                faultFile(agent).toString(),
                                "--simulate-firewall",
                                "--accepted-domain",
                                TrialPolicy.DOMAIN,
                                "--stop-with",
                                Stage.pid()));
        if (servers.contains(TrialPolicy.BALANCED)) {
            arguments.add("--load-balanced-name");
            arguments.add(TrialPolicy.LOAD_BALANCED + "=127.0.0.1:" + balancer.port());
        }
        Process process = stage.agent(agent, arguments.toArray(String[]::new));
        for (String server : servers) {
            stage.await(
                    agent,
                    process,
                    START_SECONDS,
                    () -> stage.logged(agent, server + LISTENING).isPresent());
            String at = stage.logged(agent, server + LISTENING).orElseThrow();
            int colon = at.lastIndexOf(':');
            listeners.put(
                    server,
                    new InetSocketAddress(
                            at.substring(0, colon),
                            Integer.parseInt(at.substring(colon + 1).strip())));
            if (server.equals(TrialPolicy.BALANCED)) {
                balancer.leadTo(listeners.get(server));
            }
        }
    }

    private Path faultFile(String agent) {
        return data(agent).resolve("faults");
    }

    private static String agentOf(String server) {
        return AGENTS.entrySet().stream()
                .filter(agent -> agent.getValue().contains(server))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    ChangeDesk desk() {
        return desk;
    }

    /** Arms the faults of a trial: they strike with the next change. */
    void arm(FaultTrial trial) throws IOException {
        write(faultFile(agentOf(trial.server())), String.join("\n", trial.faults()) + "\n");
        if (trial.isBalancedAway()) {
            untouched = untouched();
            balancer.leadTo(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), untouched.port()));
        }
    }

    /** Everything behaves again from the next session, read or step on. */
    void disarm(FaultTrial trial) throws IOException {
        write(faultFile(agentOf(trial.server())), "");
        if (trial.isBalancedAway() && untouched != null) {
            balancer.leadTo(listeners.get(TrialPolicy.BALANCED));
            untouched.close();
            untouched = null;
        }
    }

    /** A fresh server that nobody keeps, and that the agent's probes can reach. */
    private SimulatedExchange untouched() throws IOException {
        SimulatedExchange fresh =
                new SimulatedExchange(
                        SimulatedServerSettings.of(
                                "ex99",
                                "ex99." + TrialPolicy.DOMAIN,
                                List.of(TrialPolicy.DOMAIN),
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                token(TrialPolicy.BALANCED),
                                100,
                                new Binding(Address.parse("192.0.2.25"), 25),
                                Clock.systemUTC()),
                        DefaultConnectors.ofFreshServer("ex99", TrialPolicy.DOMAIN));
        fresh.start();
        return fresh;
    }

    /** Nobody reads half of it. */
    private static void write(Path file, String text) throws IOException {
        Path part = file.resolveSibling("faults.part");
        Files.writeString(part, text, StandardCharsets.UTF_8);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** How far a server lets each address go, asked by SMTP and not by the service. */
    Map<Address, ObservedTier.Level> ask(String server, List<Address> sources) throws IOException {
        Map<Address, ObservedTier.Level> levels = new LinkedHashMap<>();
        for (Address source : sources) {
            levels.put(source, ask(server, source));
        }
        return levels;
    }

    private ObservedTier.Level ask(String server, Address source) throws IOException {
        String number = server.substring(server.length() - 1);
        Address local =
                Address.parse(
                        source.family() == AddressFamily.IPV6
                                ? "fd00:20::1" + number
                                : "10.20.0.1" + number);
        return ObservedTier.of(
                        prober.probe(
                                listeners.get(server),
                                new ProbeSource.Simulated(
                                        source,
                                        SOURCE_PORT,
                                        local,
                                        25,
                                        token(server),
                                        ProbeSource.Identity.NONE,
                                        ProbeSource.Identity.NONE),
                                new ProbeSettings(
                                        "postern-selftest.invalid",
                                        "selftest@example.com",
                                        "somebody@" + TrialPolicy.DOMAIN,
                                        "somebody@example.net"),
                                ProbeTimeouts.forTarpit(Duration.ofMillis(TARPIT_MILLIS))),
                        true)
                .level();
    }

    private byte[] token(String server) throws IOException {
        try (Stream<Path> directories = Files.list(data(agentOf(server)).resolve("servers"))) {
            Path directory =
                    directories
                            .filter(one -> one.getFileName().toString().startsWith(server + "-"))
                            .findFirst()
                            .orElseThrow();
            return HexFormat.of()
                    .parseHex(Files.readString(directory.resolve("simulation-token")).strip());
        }
    }

    @Override
    public void close() {
        stage.close();
        try {
            balancer.close();
        } catch (IOException e) {
            System.err.println("postern selftest: " + e.getMessage());
        }
    }
}

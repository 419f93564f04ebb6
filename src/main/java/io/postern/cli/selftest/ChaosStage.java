package io.postern.cli.selftest;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.cli.demo.Person;
import io.postern.cli.demo.Stage;
import io.postern.cli.demo.StoryException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A service with its own database and agents with simulated servers, real processes all, and what
 * keeps them running: the harness is their init system. For one thread.
 */
final class ChaosStage implements AutoCloseable {
    static final String SERVICE = "service";
    static final String DATABASE = "database";

    private static final long START_SECONDS = 180;

    /** After which a process that ended by itself is started again. */
    private static final long RESPAWN_MILLIS = 500;

    private final Stage stage;
    private final int port;
    private final String url;
    private final List<String> settings;
    private final Map<String, List<String>> agents;
    private final Map<String, Process> running = new LinkedHashMap<>();
    private final Map<String, Long> startAt = new LinkedHashMap<>();
    private final List<String> unplanned = new ArrayList<>();
    private Person admin;
    private Person alice;
    private Person bob;

    /**
     * @param settings of the service, each {@code name=value}
     * @param agents the servers of each agent, by its name
     */
    ChaosStage(String prefix, List<String> settings, Map<String, List<String>> agents)
            throws IOException {
        this.settings = settings;
        this.agents = agents;
        // Short lives: what a second compiler would gain is never seen.
        this.stage =
                new Stage(
                        (name, command) -> {
                            List<String> quick = new ArrayList<>(command);
                            quick.add(1, "-XX:TieredStopAtLevel=1");
                            return quick;
                        },
                        prefix);
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = any.getLocalPort();
        }
        this.url = "http://127.0.0.1:" + port;
    }

    /** Starts everything for the first time and waits until every server was read. */
    void start() throws Exception {
        startProcess(SERVICE);
        stage.await(SERVICE, running.get(SERVICE), START_SECONDS, () -> Stage.isReady(url));
        admin = stage.admin(url);
        alice = admin.account("alice", "author", "operator", "reader");
        bob = admin.account("bob", "approver", "reader");
        for (String agent : agents.keySet()) {
            stage.enrol(agent, admin.service(), admin, agents.get(agent));
            startProcess(agent);
        }
        long servers = agents.values().stream().mapToLong(List::size).sum();
        stage.await("agents", null, START_SECONDS, () -> admin.reportedServers() == servers);
    }

    private Path data(String agent) {
        return stage.directory().resolve(agent);
    }

    private void startProcess(String name) throws IOException {
        startAt.remove(name);
        running.put(
                name,
                name.equals(SERVICE)
                        ? stage.service("127.0.0.1", port, settings)
                        : stage.agent(
                                name,
                                "run",
                                "--data",
                                data(name).toString(),
                                "--tarpit-millis",
                                "50",
                                "--fault-file",
                                data(name).resolve("fault").toString(),
                                "--stop-with",
                                Stage.pid()));
    }

    /**
     * Kills a process, or the database of the service, with signal 9.
     *
     * @return whether there was something to kill
     */
    boolean kill(String target, long downMillis) throws IOException {
        if (target.equals(DATABASE)) {
            return killDatabase();
        }
        Process process = running.get(target);
        startAt.put(target, System.currentTimeMillis() + downMillis);
        if (!process.isAlive()) {
            return false;
        }
        process.destroyForcibly();
        return true;
    }

    private boolean killDatabase() {
        try {
            return ProcessHandle.of(stage.databasePid())
                    .filter(
                            process ->
                                    process.info()
                                            .command()
                                            .map(c -> c.contains("postgres"))
                                            .orElse(false))
                    .map(ProcessHandle::destroyForcibly)
                    .orElse(false);
        } catch (IOException | RuntimeException e) {
            // Its pid file is gone for a moment: it is stopped or not yet started.
            return false;
        }
    }

    /**
     * Starts what was killed and has been down long enough, and what ended by itself.
     *
     * @return whether everything runs
     */
    boolean tend() throws IOException {
        boolean all = true;
        for (String name : List.copyOf(running.keySet())) {
            Process process = running.get(name);
            Long due = startAt.get(name);
            // What was killed is alive for another moment, and must not be taken for running.
            if (process.isAlive()) {
                all &= due == null;
                continue;
            }
            all = false;
            if (due == null) {
                unplanned.add(name + " ended by itself, status " + process.exitValue());
                startAt.put(name, System.currentTimeMillis() + RESPAWN_MILLIS);
            } else if (System.currentTimeMillis() >= due) {
                startProcess(name);
            }
        }
        return all;
    }

    /** What ended without being killed since the last call. */
    List<String> takeUnplanned() {
        List<String> taken = List.copyOf(unplanned);
        unplanned.clear();
        return taken;
    }

    /** Makes an agent's driver misbehave from its next step on; null = behave again. */
    void sabotage(String agent, String fault) throws IOException {
        Files.writeString(data(agent).resolve("fault"), fault == null ? "" : fault);
    }

    JsonNode servers() throws StoryException {
        return admin.get("/api/v1/servers").ok("listing servers");
    }

    Person admin() {
        return admin;
    }

    Person alice() {
        return alice;
    }

    Person bob() {
        return bob;
    }

    Stage stage() {
        return stage;
    }

    List<String> agentNames() {
        return List.copyOf(agents.keySet());
    }

    /** The files of a server's agent about it. */
    Path files(String server) throws IOException {
        String agent =
                agents.entrySet().stream()
                        .filter(one -> one.getValue().contains(server))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElseThrow();
        try (Stream<Path> directories = Files.list(data(agent).resolve("servers"))) {
            return directories
                    .filter(one -> one.getFileName().toString().startsWith(server + "-"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no files of " + server));
        }
    }

    /** Where a simulated server listens now. */
    InetSocketAddress listener(String server) throws IOException {
        String wanted = server + ": simulated Exchange listening on 127.0.0.1:";
        String last = null;
        for (String agent : agents.keySet()) {
            for (String line : Files.readAllLines(stage.log(agent), StandardCharsets.UTF_8)) {
                last = line.startsWith(wanted) ? line.substring(wanted.length()) : last;
            }
        }
        if (last == null) {
            throw new IOException(server + " does not listen");
        }
        return new InetSocketAddress("127.0.0.1", Integer.parseInt(last.strip()));
    }

    /** What a simulated server asks for before it believes a source. */
    byte[] token(String server) throws IOException {
        return HexFormat.of()
                .parseHex(Files.readString(files(server).resolve("simulation-token")).strip());
    }

    /** Alice drafts and submits, bob approves, alice applies. @return the rollout's id */
    long apply(String title, List<Map<String, Object>> operations) throws StoryException {
        return begin(
                alice.post(
                                "/api/v1/change-requests",
                                Map.of("title", title, "operations", operations))
                        .ok("the change request")
                        .path("id")
                        .asLong());
    }

    /** The same from a whole policy file. */
    long applyPolicy(String title, String policy) throws StoryException {
        return begin(
                alice.post(
                                "/api/v1/change-requests:fromPolicy",
                                Map.of("title", title, "policy", policy))
                        .ok("the change request")
                        .path("id")
                        .asLong());
    }

    private long begin(long change) throws StoryException {
        alice.haveApproved(change, bob);
        return alice.act(change, "apply", null).ok("applying").path("rolloutId").asLong();
    }

    @Override
    public void close() {
        stage.close();
    }
}

package io.postern.cli.demo;

import io.postern.cli.network.LabDoor;
import io.postern.cli.network.LabHost;
import io.postern.cli.network.NetworkLab;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The packaged service and agents on hosts of the lab: the service with a database of its own on
 * the host {@code service}, agents where they are wanted, and the people who use it from this
 * machine.
 */
public final class LabStage implements AutoCloseable {
    private static final int PORT = 8080;
    private static final long START_SECONDS = 180;
    private static final String SERVICE = "service";

    private final Map<String, LabHost> hosts = new ConcurrentHashMap<>();
    private final Map<String, Process> running = new ConcurrentHashMap<>();
    private final Stage stage;
    private final LabDoor door;
    private Person admin;
    private Person alice;
    private Person bob;

    private LabStage(NetworkLab lab, Stage.Place place) throws IOException {
        hosts.put(SERVICE, LabHost.SERVICE);
        this.stage =
                new Stage(
                        (name, command) ->
                                lab.commandOn(hosts.get(name), place.command(name, command)));
        this.door = LabDoor.open(lab, LabHost.SERVICE, LabHost.SERVICE.managementAddress(), PORT);
    }

    /**
     * Starts the service and makes its people.
     *
     * @param settings further settings of the service, each {@code name=value}
     */
    public static LabStage start(NetworkLab lab, List<String> settings) throws Exception {
        return start(lab, settings, (name, command) -> command);
    }

    /**
     * The same, each process started in a way of its own.
     *
     * @param place what runs a command once it is on its host
     */
    public static LabStage start(NetworkLab lab, List<String> settings, Stage.Place place)
            throws Exception {
        LabStage stage = new LabStage(lab, place);
        try {
            stage.startService(settings);
            stage.admin = stage.stage.admin(stage.url());
            stage.alice = stage.admin.account("alice", "author", "operator", "reader");
            stage.bob = stage.admin.account("bob", "approver", "reader");
            return stage;
        } catch (Exception | Error e) {
            stage.close();
            throw e;
        }
    }

    /** Starts the service, again on the same data if it was started before. */
    public void startService(List<String> settings) throws Exception {
        Process service = stage.service(LabHost.SERVICE.managementAddress(), PORT, settings);
        running.put(SERVICE, service);
        String url = url();
        stage.await(SERVICE, service, START_SECONDS, () -> Stage.isReady(url));
    }

    /** Where people on this machine find it, e.g. {@code http://127.0.0.1:41000}. */
    public String url() throws IOException {
        return "http://127.0.0.1:" + door.port();
    }

    /** Where agents in the lab find it. */
    public static String serviceUrl() {
        return "http://" + LabHost.SERVICE.managementAddress() + ":" + PORT;
    }

    public Person admin() {
        return admin;
    }

    /** Writes changes and applies them. */
    public Person alice() {
        return alice;
    }

    /** Approves. */
    public Person bob() {
        return bob;
    }

    /** For waiting and for logs. */
    public Stage stage() {
        return stage;
    }

    /**
     * Enrols an agent with a fresh token.
     *
     * @param agent its name
     * @param host where it stands
     * @param servers it is to keep
     */
    public void enrol(String agent, LabHost host, List<String> servers) throws Exception {
        hosts.put(agent, host);
        hosts.put("enrol-" + agent, host);
        stage.enrol(agent, serviceUrl(), admin, servers);
    }

    /** What an enrolled agent keeps. */
    public Path data(String agent) {
        return stage.directory().resolve(agent);
    }

    /**
     * Starts an enrolled agent, again on the same data if it was started before.
     *
     * @param arguments of {@code agent run} besides its data directory
     */
    public Process startAgent(String agent, List<String> arguments) throws IOException {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "run",
                                "--data",
                                data(agent).toString(),
                                "--stop-with",
                                Stage.pid()));
        all.addAll(arguments);
        Process process = stage.agent(agent, all.toArray(String[]::new));
        running.put(agent, process);
        return process;
    }

    /** The last started process of that agent, or {@code service}; null = never started. */
    public Process process(String name) {
        return running.get(name);
    }

    /** Ends an agent, or {@code service}, as kill -9 does, and returns when it has ended. */
    public void kill(String name) throws InterruptedException {
        running.get(name).destroyForcibly().waitFor();
    }

    /** Stops agents and service and deletes what they kept; the lab stays. */
    @Override
    public void close() throws IOException {
        stage.close();
        door.close();
    }
}

package io.postern.agent.simulated;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.DurableFile;
import io.postern.agent.FirewallPoint;
import io.postern.enforcement.firewall.AccountList;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.LocalPorts;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.OriginalRules;
import io.postern.enforcement.firewall.RemoteAddresses;
import io.postern.enforcement.json.PlainData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The Windows firewall of a simulated server: kept in a file, obeyed by the listener at once. It
 * shares plan and state with the real driver; only the last call differs. Thread-safe.
 */
final class SimulatedFirewall implements FirewallPoint {
    /** Asked before each step. */
    interface Gate {
        /**
         * Whether the step is to be taken; false = it is lost without a word.
         *
         * @throws IOException if it is refused
         */
        boolean passes() throws IOException;
    }

    /** Asked after each change, when nothing is locked. */
    interface Obedience {
        void obey() throws IOException;
    }

    private static final ObjectMapper JSON = PlainData.mapper();

    private final Path file;
    private final Consumer<ObservedFirewall> listener;
    private final Gate gate;
    private final Obedience obedience;
    private ObservedFirewall firewall;

    /**
     * @param file need not exist, its directory must
     * @param fresh what a server has that was never changed
     * @param listener told what is asked for from now on
     * @param obedience puts it into force
     */
    SimulatedFirewall(
            Path file,
            ObservedFirewall fresh,
            Consumer<ObservedFirewall> listener,
            Gate gate,
            Obedience obedience)
            throws IOException {
        this.obedience = obedience;
        this.file = file;
        this.listener = listener;
        this.gate = gate;
        this.firewall = Files.exists(file) ? load(file) : fresh;
        listener.accept(firewall);
    }

    private static ObservedFirewall load(Path file) throws IOException {
        try {
            ObservedFirewall read = JSON.readValue(DurableFile.read(file), ObservedFirewall.class);
            if (read == null) {
                throw new IOException(file + " is empty");
            }
            requireMeaning(read);
            return read;
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no firewall: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is no firewall: " + e.getMessage(), e);
        }
    }

    /** What no connection could be judged by is refused now and not at the first one. */
    private static void requireMeaning(ObservedFirewall read) {
        if (read.profiles().isEmpty()) {
            throw new IllegalArgumentException("it has no profile");
        }
        for (FirewallRule rule : read.rules()) {
            LocalPorts.of(rule.localPorts());
            RemoteAddresses.of(rule.remoteAddresses());
            for (String list : List.of(rule.remoteUser(), rule.remoteMachine())) {
                if (!list.isEmpty()) {
                    AccountList.parse(list);
                }
            }
        }
        if (read.securityRules() != null) {
            for (ConnectionSecurityRule rule : read.securityRules()) {
                LocalPorts.of(rule.localPorts());
                RemoteAddresses.of(rule.remoteAddresses());
            }
        }
    }

    @Override
    public synchronized ObservedFirewall read() {
        return firewall;
    }

    @Override
    public void execute(FirewallStep step) throws IOException {
        if (gate.passes()) {
            take(step);
            obedience.obey();
        }
    }

    private synchronized void take(FirewallStep step) throws IOException {
        try {
            put(FirewallPlan.apply(firewall, step));
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void put(ObservedFirewall next) throws IOException {
        DurableFile.write(file, JSON.writeValueAsBytes(next));
        firewall = next;
        listener.accept(next);
    }

    /** Nothing can die between the agent and its own memory. */
    @Override
    public void begin(List<String> originals, Duration until) {}

    @Override
    public void settle() {}

    /**
     * What a cumulative update of Exchange does, once: its own rules are taken away by their
     * display names and added again, enabled, under new names.
     *
     * @param update its name; the one that was made last is not made again, restarted or not
     */
    void update(String update) throws IOException {
        if (isMadeNow(update)) {
            obedience.obey();
        }
    }

    private synchronized boolean isMadeNow(String update) throws IOException {
        Path made = file.resolveSibling(file.getFileName() + ".update");
        byte[] name = update.getBytes(StandardCharsets.UTF_8);
        if (Files.exists(made) && Arrays.equals(name, DurableFile.read(made))) {
            return false;
        }
        List<FirewallRule> rules = new ArrayList<>();
        for (FirewallRule rule : firewall.rules()) {
            rules.add(
                    OriginalRules.isClosable(rule)
                            ? rule.named("{" + UUID.randomUUID() + "}").enabled(true)
                            : rule);
        }
        put(firewall.withRules(rules));
        DurableFile.write(made, name);
        return true;
    }
}

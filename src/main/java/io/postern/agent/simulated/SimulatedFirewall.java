package io.postern.agent.simulated;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.DurableFile;
import io.postern.agent.FirewallPoint;
import io.postern.agent.PlainData;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.OriginalRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The Windows firewall of a simulated server: kept in a file, obeyed by the listener at once. It
 * shares plan and state with the real driver; only the last call differs. Thread-safe.
 */
final class SimulatedFirewall implements FirewallPoint {
    private static final ObjectMapper JSON = PlainData.mapper();

    private final Path file;
    private final Consumer<ObservedFirewall> listener;
    private ObservedFirewall firewall;

    /**
     * @param file need not exist, its directory must
     * @param fresh what a server has that was never changed
     * @param listener told what holds from now on
     */
    SimulatedFirewall(Path file, ObservedFirewall fresh, Consumer<ObservedFirewall> listener)
            throws IOException {
        this.file = file;
        this.listener = listener;
        this.firewall = Files.exists(file) ? load(file) : fresh;
        listener.accept(firewall);
    }

    private static ObservedFirewall load(Path file) throws IOException {
        try {
            ObservedFirewall read = JSON.readValue(DurableFile.read(file), ObservedFirewall.class);
            if (read == null) {
                throw new IOException(file + " is empty");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no firewall: " + e.getOriginalMessage(), e);
        }
    }

    @Override
    public synchronized ObservedFirewall read() {
        return firewall;
    }

    @Override
    public synchronized void execute(FirewallStep step) throws IOException {
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
     * What a cumulative update of Exchange does: its own rules are taken away by their display
     * names and added again, enabled, under new names.
     */
    synchronized void update() throws IOException {
        List<FirewallRule> rules = new ArrayList<>();
        for (FirewallRule rule : firewall.rules()) {
            rules.add(
                    OriginalRules.isClosable(rule)
                            ? rule.named("{" + UUID.randomUUID() + "}").enabled(true)
                            : rule);
        }
        put(
                new ObservedFirewall(
                        firewall.profiles(),
                        rules,
                        firewall.securityRules(),
                        firewall.authenticationSets(),
                        firewall.notes()));
    }
}

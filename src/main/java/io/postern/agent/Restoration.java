package io.postern.agent;

import io.postern.enforcement.ConnectorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Brings servers back to the state found at adoption, from the agent's own files and without the
 * service. Only what carries our mark is touched, and the firewall rules that a copy of ours stands
 * for; which other connectors have changed since is told.
 */
public final class Restoration {
    private final Path data;
    private final AgentProgram.Drivers drivers;
    private final AgentTime time;
    private final Consumer<String> news;

    /**
     * @param data the agent's directory; no agent may be running on it
     * @param news told each step and difference, a line for people
     */
    public Restoration(
            Path data, AgentProgram.Drivers drivers, AgentTime time, Consumer<String> news) {
        this.data = data;
        this.drivers = drivers;
        this.time = time;
        this.news = news;
    }

    /**
     * Restores servers, one after the other; another is none the worse if one fails.
     *
     * @param only names of servers; empty = all of this agent
     * @param whatIf says what would be done and does nothing
     * @return whether all went well
     * @throws IOException if there is no agent, or it does not serve one of those servers
     */
    public boolean restore(List<String> only, boolean whatIf) throws IOException {
        List<String> known = AgentIdentity.read(data).servers();
        for (String server : only) {
            if (!known.contains(server)) {
                throw new IOException(
                        "this agent does not serve '"
                                + server
                                + "' (it serves: "
                                + String.join(", ", known)
                                + ")");
            }
        }
        boolean well = true;
        for (String server : only.isEmpty() ? known : only) {
            try {
                restore(server, whatIf);
            } catch (IOException e) {
                news.accept(server + ": not restored: " + e.getMessage());
                well = false;
            }
        }
        return well;
    }

    private void restore(String server, boolean whatIf) throws IOException {
        Path directory = data.resolve("servers").resolve(AgentProgram.directoryName(server));
        if (!Files.exists(directory.resolve("found.json"))) {
            throw new IOException("nothing was found there yet, so nothing was changed either");
        }
        try (Driver driver = drivers.open(server, directory)) {
            List<ConnectorData> found =
                    ServerKeeper.restoreFound(server, driver, directory, time, whatIf, news);
            if (!whatIf) {
                differences(found, driver.read().stream().map(ConnectorData::of).toList())
                        .forEach(line -> news.accept(server + ": " + line));
            }
        }
    }

    /** What differs from the state found although it is not ours. */
    static List<String> differences(List<ConnectorData> found, List<ConnectorData> now) {
        List<String> lines = new ArrayList<>();
        Map<String, ConnectorData> left = byName(now);
        for (ConnectorData one : byName(found).values()) {
            ConnectorData same = left.remove(one.name().toLowerCase(Locale.ROOT));
            if (same == null) {
                lines.add("'" + one.name() + "' was found and is gone; it is not ours");
            } else if (!same.equals(one) && !withoutRelay(same).equals(withoutRelay(one))) {
                lines.add("'" + one.name() + "' is not as it was found; it is not ours and stays");
            } else if (one.anonymousRelay() != null
                    && same.anonymousRelay() != null
                    && !one.anonymousRelay().equals(same.anonymousRelay())) {
                lines.add("the relay right of '" + one.name() + "' is not as it was found");
            }
        }
        left.values().forEach(one -> lines.add("'" + one.name() + "' was not found; it stays"));
        return lines;
    }

    private static Map<String, ConnectorData> byName(List<ConnectorData> connectors) {
        Map<String, ConnectorData> named = new TreeMap<>();
        connectors.forEach(one -> named.put(one.name().toLowerCase(Locale.ROOT), one));
        return named;
    }

    /** A right that was not known is no difference. */
    private static ConnectorData withoutRelay(ConnectorData one) {
        return new ConnectorData(
                one.name(),
                one.managed(),
                one.enabled(),
                one.transportRole(),
                one.bindings(),
                one.remoteIpRanges(),
                one.permissionGroups(),
                one.authMechanism(),
                null,
                one.fqdn(),
                one.comment(),
                one.tarpitMillis(),
                one.verboseLogging());
    }
}

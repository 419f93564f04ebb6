package io.postern.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.json.PlainData;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.outlook.GuardProfile;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.outlook.OutlookGuardState;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupState;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerLayers;
import io.postern.policy.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What a server was when it was adopted: files that are written once and never again. */
final class FoundState {
    private static final ObjectMapper JSON = PlainData.mapper();
    private static final String CONNECTORS = "found.json";
    private static final String FIREWALL = "found-firewall.json";
    private static final String PICKUP = "found-pickup.json";
    private static final String GUARD = "found-outlook-guard.json";
    private static final String NFTABLES = "found-nftables.json";
    private static final String POSTFIX = "found-postfix.json";

    private final Path directory;

    /**
     * @param directory of the server's files; exists
     */
    FoundState(Path directory) {
        this.directory = directory;
    }

    /** Keeps what was read as what was found; connectors last, since they say that all is kept. */
    void keep(ObservedServer observed) throws IOException {
        if (Files.exists(directory.resolve(CONNECTORS))) {
            return;
        }
        keepLayers(observed);
        keep(CONNECTORS, observed.connectors().stream().map(ConnectorData::of).toList());
    }

    /** Keeps what was read of the layers beside the connectors, of each that is not kept yet. */
    void keepLayers(ObservedServer observed) throws IOException {
        keep(FIREWALL, observed.firewall());
        keep(PICKUP, observed.pickup());
        keep(GUARD, observed.outlookGuard());
        keep(NFTABLES, observed.nftables());
        keep(POSTFIX, observed.postfix());
    }

    private void keep(String name, Object read) throws IOException {
        Path file = directory.resolve(name);
        if (read != null && !Files.exists(file)) {
            DurableFile.write(file, JSON.writeValueAsBytes(read));
        }
    }

    /**
     * Every connector that was found.
     *
     * @throws IOException if nothing was, or the file is damaged
     */
    List<ConnectorData> connectors() throws IOException {
        Path file = directory.resolve(CONNECTORS);
        try {
            ConnectorData[] found = JSON.readValue(DurableFile.read(file), ConnectorData[].class);
            if (found == null || Arrays.asList(found).contains(null)) {
                throw new IOException(file + " is damaged: it lacks a connector");
            }
            for (ConnectorData one : found) {
                one.toConnector();
            }
            return List.of(found);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    /**
     * What the layers that are there now held of our business when they were found.
     *
     * @param keptPorts whose firewall rules are kept now; empty = no port's
     */
    ServerLayers layers(ObservedServer now, List<Integer> keptPorts) throws IOException {
        List<Integer> ports = keptPorts.isEmpty() ? Server.DEFAULT_PORTS : keptPorts;
        ServerLayers every =
                new ServerLayers(
                        null,
                        now.firewall() == null ? null : FirewallState.asFound(ports, false),
                        now.pickup() == null ? null : PickupState.NOBODY,
                        now.outlookGuard() == null ? null : OutlookGuardState.of(GuardProfile.ASK),
                        now.nftables() == null ? null : NftablesState.ABSENT,
                        now.postfix() == null ? null : now.postfix().held());
        ObservedServer found =
                new ObservedServer(
                        List.of(),
                        read(FIREWALL, ObservedFirewall.class),
                        read(PICKUP, ObservedPickup.class),
                        read(GUARD, ObservedOutlookGuard.class),
                        read(NFTABLES, ObservedNftables.class),
                        read(POSTFIX, ObservedPostfix.class),
                        false);
        return found.meant(every, ports);
    }

    /** Null = it was not there when the server was adopted. */
    private <T> T read(String name, Class<T> type) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            T read = JSON.readValue(DurableFile.read(file), type);
            if (read == null) {
                throw new IOException(file + " is damaged: it is empty");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        }
    }
}

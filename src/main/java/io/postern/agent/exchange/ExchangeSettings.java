package io.postern.agent.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.postern.enforcement.Binding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings file of the driver {@code exchange}: one entry for each server. Immutable. */
public final class ExchangeSettings {
    private static final long MAX_BYTES = 1_000_000;
    private static final int MAX_TIMEOUT_SECONDS = 3600;
    private static final int MAX_REPLICATION_MINUTES = 10_080;
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private record Document(
            Integer scriptTimeoutSeconds, Integer replicationMinutes, Map<String, Entry> servers) {}

    private record Entry(
            String exchangeName,
            String connect,
            String smtp,
            String domainController,
            String anonymousLogon,
            Boolean windowsFirewall,
            Boolean pickup,
            Boolean outlookGuard) {}

    private final Path file;
    private final Duration scriptTimeout;
    private final Map<String, ExchangeServerSettings> servers;

    private ExchangeSettings(
            Path file, Duration scriptTimeout, Map<String, ExchangeServerSettings> servers) {
        this.file = file;
        this.scriptTimeout = scriptTimeout;
        this.servers = servers;
    }

    /**
     * Reads the file.
     *
     * @throws IOException saying what is wrong where, for a user to read
     */
    public static ExchangeSettings read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is not there");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
        }
        try {
            Document document = JSON.readValue(Files.readAllBytes(file), Document.class);
            if (document == null || document.servers() == null || document.servers().isEmpty()) {
                throw new IOException(file + ": 'servers' is missing or names no server");
            }
            return of(file, document);
        } catch (UnrecognizedPropertyException e) {
            throw new IOException(
                    at(file, e)
                            + ": unknown setting '"
                            + e.getPropertyName()
                            + "' (allowed: "
                            + String.join(
                                    ", ",
                                    e.getKnownPropertyIds().stream().map(Object::toString).toList())
                            + ")",
                    e);
        } catch (JsonProcessingException e) {
            throw new IOException(at(file, e) + ": " + e.getOriginalMessage(), e);
        }
    }

    private static String at(Path file, JsonProcessingException e) {
        return e.getLocation() == null
                ? file.toString()
                : file + ":" + e.getLocation().getLineNr() + ":" + e.getLocation().getColumnNr();
    }

    private static ExchangeSettings of(Path file, Document document) throws IOException {
        int timeout =
                number(
                        file,
                        "scriptTimeoutSeconds",
                        document.scriptTimeoutSeconds(),
                        180,
                        MAX_TIMEOUT_SECONDS);
        int replication =
                number(
                        file,
                        "replicationMinutes",
                        document.replicationMinutes(),
                        15,
                        MAX_REPLICATION_MINUTES);
        Map<String, ExchangeServerSettings> servers = new LinkedHashMap<>();
        for (Map.Entry<String, Entry> one : document.servers().entrySet()) {
            try {
                servers.put(one.getKey(), server(one.getValue(), replication));
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        file + ": server '" + one.getKey() + "': " + e.getMessage(), e);
            }
        }
        return new ExchangeSettings(file, Duration.ofSeconds(timeout), servers);
    }

    private static int number(Path file, String what, Integer value, int usual, int most)
            throws IOException {
        int number = value == null ? usual : value;
        if (number < 1 || number > most) {
            throw new IOException(file + ": " + what + " " + number + " is not in 1 to " + most);
        }
        return number;
    }

    private static ExchangeServerSettings server(Entry entry, int replication) throws IOException {
        if (entry == null) {
            throw new IllegalArgumentException("it has no settings");
        }
        if (entry.smtp() == null) {
            throw new IllegalArgumentException(
                    "smtp is missing: address and port that probes connect to");
        }
        Binding smtp = Binding.parse(entry.smtp());
        return new ExchangeServerSettings(
                entry.exchangeName(),
                required(entry.connect()),
                entry.domainController(),
                entry.anonymousLogon(),
                new InetSocketAddress(
                        InetAddress.getByName(smtp.address().toString()), smtp.port()),
                Duration.ofMinutes(replication),
                Boolean.TRUE.equals(entry.windowsFirewall()),
                Boolean.TRUE.equals(entry.pickup()),
                Boolean.TRUE.equals(entry.outlookGuard()));
    }

    private static String required(String connect) {
        if (connect == null) {
            throw new IllegalArgumentException(
                    "connect is missing: FQDN of the server whose remote PowerShell is used");
        }
        return connect;
    }

    /** For one script, its session with Exchange included. */
    public Duration scriptTimeout() {
        return scriptTimeout;
    }

    /**
     * The settings of a server.
     *
     * @param server its name in the policy, exactly
     * @throws IOException if it has none
     */
    public ExchangeServerSettings of(String server) throws IOException {
        ExchangeServerSettings found = servers.get(server);
        if (found == null) {
            throw new IOException(
                    file
                            + " has no entry for the server '"
                            + server
                            + "' (it has: "
                            + String.join(", ", servers.keySet())
                            + ")");
        }
        return found;
    }
}

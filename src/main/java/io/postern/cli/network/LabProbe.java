package io.postern.cli.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.smtp.ObservedTier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Asks servers by SMTP from a host of the lab. The product's own probe runs in a process inside the
 * host's namespace, which is kept, so that a probe does not cost the start of a JVM. Thread-safe,
 * one probe at a time.
 */
public final class LabProbe implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LabHost host;
    private final Process process;
    private final BufferedReader answers;

    /**
     * What to ask.
     *
     * @param source an address of the host
     * @param server the server's address
     * @param ownRecipient an address in a domain the server takes mail for
     * @param foreignRecipient an address elsewhere
     */
    public record Question(
            String source, String server, int port, String ownRecipient, String foreignRecipient) {}

    /**
     * What was seen.
     *
     * @param kind how the probe ended
     * @param reason why the level, for a user to read
     * @param reply the deciding reply; null = none
     * @param millis how long it took
     */
    public record Answer(
            ObservedTier.Level level, String kind, String reason, String reply, long millis) {}

    private LabProbe(LabHost host, Process process) {
        this.host = host;
        this.process = process;
        this.answers =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts the process on the host; it is stopped on close, and with the lab. */
    public static LabProbe open(NetworkLab lab, LabHost host) throws IOException {
        return new LabProbe(
                host,
                lab.open(
                        host,
                        LabJava.command(LabProbeMain.class, List.of()),
                        lab.directory().resolve("probe-" + host.word() + ".log")));
    }

    /**
     * Asks once.
     *
     * @throws IOException if the question could not be put; a probe that fails is an answer
     */
    public synchronized Answer ask(Question question) throws IOException {
        OutputStream stdin = process.getOutputStream();
        stdin.write((JSON.writeValueAsString(question) + "\n").getBytes(StandardCharsets.UTF_8));
        stdin.flush();
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the prober on " + host.word() + " has ended");
        }
        try {
            return JSON.readValue(line, Answer.class);
        } catch (JsonProcessingException e) {
            throw new IOException("the prober on " + host.word() + " answers: " + line, e);
        }
    }

    @Override
    public void close() throws IOException {
        LabNamespaces.end(List.of(process.toHandle()));
    }
}

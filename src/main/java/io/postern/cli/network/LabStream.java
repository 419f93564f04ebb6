package io.postern.cli.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A steady stream of connections from a host of the lab: connect, read the banner, close. It sees
 * one single SYN that was dropped, since the kernel counts what it sends again, and one single
 * connection that was let through.
 */
public final class LabStream implements AutoCloseable {
    /** What the program in the namespace says when it begins to count. */
    static final String COUNTING = "counting";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final LabHost host;
    private final Process process;
    private final BufferedReader answers;

    /** One direction: an address of the host, and address and port of a server. */
    public record Path(String source, String server, int port) {}

    /**
     * How much.
     *
     * @param perSecond connections a second on each path, 1 to 500: the ends of more would use up
     *     the ports
     * @param longest when it ends by itself, at most 10 minutes
     */
    public record Rate(int perSecond, Duration longest) {
        public Rate {
            if (perSecond < 1 || perSecond > 500) {
                throw new IllegalArgumentException("perSecond out of range (1 to 500)");
            }
            if (longest.toMillis() < 1 || longest.compareTo(Duration.ofMinutes(10)) > 0) {
                throw new IllegalArgumentException("longest out of range (1 ms to 10 minutes)");
            }
        }
    }

    /**
     * What became of the attempts on one path.
     *
     * @param attempts that were begun, all of which have ended
     * @param connected the handshake was completed
     * @param greeted of these, the banner came as well
     * @param notConnected no handshake within {@link ConnectionStream#CONNECT_MILLIS}, or refused
     * @param worstConnectMillis of those that connected
     */
    public record PathReport(
            Path path,
            long attempts,
            long connected,
            long greeted,
            long notConnected,
            double worstConnectMillis) {}

    /**
     * What became of the stream.
     *
     * @param seconds how long it counted
     * @param synRetransmissions SYNs that the host's kernel sent again in that time, whatever path
     */
    public record Report(List<PathReport> paths, double seconds, long synRetransmissions) {
        public long connected() {
            return paths.stream().mapToLong(PathReport::connected).sum();
        }

        public long attempts() {
            return paths.stream().mapToLong(PathReport::attempts).sum();
        }

        public long notConnected() {
            return paths.stream().mapToLong(PathReport::notConnected).sum();
        }

        public long greeted() {
            return paths.stream().mapToLong(PathReport::greeted).sum();
        }

        /** Connections begun a second, all paths together. */
        public double rate() {
            return attempts() / seconds;
        }

        public double worstConnectMillis() {
            return paths.stream().mapToDouble(PathReport::worstConnectMillis).max().orElse(0);
        }
    }

    private LabStream(LabHost host, Process process) {
        this.host = host;
        this.process = process;
        this.answers =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts a stream and returns when it counts. Before that it connects once on each path, so
     * that the neighbours are known: what is learned first of all is no question of enforcement.
     */
    public static LabStream start(NetworkLab lab, LabHost host, List<Path> paths, Rate rate)
            throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.add(String.valueOf(rate.perSecond()));
        arguments.add(String.valueOf(rate.longest().toMillis()));
        for (Path path : paths) {
            arguments.addAll(List.of(path.source(), path.server(), String.valueOf(path.port())));
        }
        LabStream stream =
                new LabStream(
                        host,
                        lab.open(
                                host,
                                LabJava.command(LabStreamMain.class, arguments),
                                lab.directory().resolve("stream-" + host.word() + ".log")));
        String line = stream.answers.readLine();
        if (!COUNTING.equals(line)) {
            throw new IOException("the stream on " + host.word() + " does not start: " + line);
        }
        return stream;
    }

    /** Begins nothing more, waits for what is under way and reports. */
    public Report stop() throws IOException {
        process.getOutputStream().close();
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the stream on " + host.word() + " ended without a report");
        }
        return JSON.readValue(line, Report.class);
    }

    @Override
    public void close() throws IOException {
        LabNamespaces.end(List.of(process.toHandle()));
    }
}

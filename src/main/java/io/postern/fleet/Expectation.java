package io.postern.fleet;

import io.postern.probe.PlannedProbe;
import io.postern.probe.Probe;
import java.util.Objects;

/**
 * One submission to one server whose outcome its policy states.
 *
 * @param source text of an address
 * @param account null = none proven; likewise computer
 */
public record Expectation(String server, int port, String source, String account, String computer) {
    public Expectation {
        Objects.requireNonNull(server);
        Objects.requireNonNull(source);
    }

    static Expectation of(Probe probe) {
        return new Expectation(
                probe.server(), probe.port(), probe.source(), probe.account(), probe.computer());
    }

    static Expectation of(PlannedProbe probe) {
        return new Expectation(
                probe.server(),
                probe.port(),
                probe.source().toString(),
                probe.account(),
                probe.computer());
    }

    /** For people. */
    public String sentence() {
        return source
                + (account == null ? "" : " as " + account)
                + (computer == null ? "" : " on " + computer)
                + " to "
                + server
                + ":"
                + port;
    }
}

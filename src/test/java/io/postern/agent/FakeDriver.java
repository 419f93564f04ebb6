package io.postern.agent;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A server in memory. It outlives the keepers that a test opens on it. */
final class FakeDriver implements Driver {
    /** The process dies here. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private List<ReceiveConnector> connectors;
    final List<ConnectorStep> executed = new ArrayList<>();
    private int refuseIn = -1;
    private int killIn = -1;
    private boolean refusesAll;
    private int failingReads;
    private boolean quiet;

    FakeDriver(ReceiveConnector... connectors) {
        this.connectors = List.of(connectors);
    }

    /** The step after so many others is refused, once. */
    void refuseAfter(int steps) {
        refuseIn = steps;
    }

    void refuseAll(boolean now) {
        refusesAll = now;
    }

    /** The process dies instead of the step after so many others, once. */
    void killAfter(int steps) {
        killIn = steps;
    }

    void failReads(int times) {
        failingReads = times;
    }

    /** Steps are accepted and do nothing. */
    void ignoreSteps() {
        quiet = true;
    }

    @Override
    public List<ReceiveConnector> read() throws IOException {
        if (failingReads > 0) {
            failingReads--;
            throw new IOException("cannot be read today");
        }
        return connectors;
    }

    @Override
    public void execute(ConnectorStep step) throws IOException {
        if (killIn-- == 0) {
            throw new Killed();
        }
        if (refusesAll || refuseIn-- == 0) {
            throw new IOException("refused by the test");
        }
        executed.add(step);
        if (!quiet) {
            connectors = ConnectorPlan.apply(connectors, step);
        }
    }

    /** The connectors by name, in the one order of their data. */
    List<ConnectorData> data() {
        return connectors.stream()
                .map(ConnectorData::of)
                .sorted(Comparator.comparing(ConnectorData::name))
                .toList();
    }

    List<ReceiveConnector> connectors() {
        return connectors;
    }

    @Override
    public InetSocketAddress endpoint() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public byte[] simulationToken() {
        return new byte[0];
    }

    @Override
    public Duration tarpit() {
        return Duration.ZERO;
    }

    @Override
    public void close() {}
}

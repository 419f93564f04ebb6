package io.postern.agent;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A driver around another one that fails when a test says so, and notes what it was asked. */
class FaultyDriver implements Driver {
    /** The process dies here. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private Driver inner;
    final List<ConnectorStep> executed = new ArrayList<>();
    private int refuseIn = -1;
    private int killIn = -1;
    private boolean refusesAll;
    private int failingReads;
    private boolean quiet;

    FaultyDriver(Driver inner) {
        this.inner = inner;
    }

    /** A new process has opened the same server anew. */
    void reopened(Driver fresh) {
        inner = fresh;
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
        return inner.read();
    }

    @Override
    public Optional<List<AcceptedDomain>> acceptedDomains() {
        return inner.acceptedDomains();
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
            inner.execute(step);
        }
    }

    /** The connectors by name, in the one order of their data. */
    List<ConnectorData> data() throws IOException {
        return inner.read().stream()
                .map(ConnectorData::of)
                .sorted(Comparator.comparing(ConnectorData::name))
                .toList();
    }

    @Override
    public InetSocketAddress endpoint() {
        return inner.endpoint();
    }

    @Override
    public byte[] simulationToken() {
        return inner.simulationToken();
    }

    @Override
    public Duration tarpit() {
        return inner.tarpit();
    }

    @Override
    public void close() {
        inner.close();
    }
}

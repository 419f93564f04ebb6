package io.postern.agent;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A server in memory. It outlives the keepers that a test opens on it. */
final class FakeDriver extends FaultyDriver {
    private final Memory memory;

    FakeDriver(ReceiveConnector... connectors) {
        this(new Memory(List.of(connectors)));
    }

    private FakeDriver(Memory memory) {
        super(memory);
        this.memory = memory;
    }

    List<ReceiveConnector> connectors() throws IOException {
        return read();
    }

    /** The organisation has these; null = nobody may read them. */
    void organisationHas(List<AcceptedDomain> domains) {
        memory.acceptedDomains = domains;
    }

    private static final class Memory implements Driver {
        private List<ReceiveConnector> connectors;
        private List<AcceptedDomain> acceptedDomains;

        Memory(List<ReceiveConnector> connectors) {
            this.connectors = connectors;
        }

        @Override
        public List<ReceiveConnector> read() {
            return connectors;
        }

        @Override
        public Optional<List<AcceptedDomain>> acceptedDomains() {
            return Optional.ofNullable(acceptedDomains);
        }

        @Override
        public void execute(ConnectorStep step) {
            connectors = ConnectorPlan.apply(connectors, step);
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
}

package io.postern.agent;

import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** A server in memory. It outlives the keepers that a test opens on it. */
final class FakeDriver extends FaultyDriver {
    FakeDriver(ReceiveConnector... connectors) {
        super(new Memory(List.of(connectors)));
    }

    List<ReceiveConnector> connectors() throws IOException {
        return read();
    }

    private static final class Memory implements Driver {
        private List<ReceiveConnector> connectors;

        Memory(List<ReceiveConnector> connectors) {
            this.connectors = connectors;
        }

        @Override
        public List<ReceiveConnector> read() {
            return connectors;
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

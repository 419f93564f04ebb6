package io.postern.agent.simulated;

import io.postern.agent.probe.Prober;
import io.postern.enforcement.Binding;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.Address;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.netty.ProbeSource;
import io.postern.smtp.netty.ProbeTimeouts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.UnaryOperator;

/** A started simulated server on loopback, and probes to it. */
final class ServerFixture implements AutoCloseable {
    static final byte[] TOKEN = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    static final String SERVER = "10.20.0.11";
    static final ProbeSettings SETTINGS =
            new ProbeSettings(
                    "postern-probe.test", "probe@own.example", "it@own.example", "x@far.example");
    static final ProbeTimeouts TIMEOUTS =
            new ProbeTimeouts(
                    Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofMinutes(1));

    final SimulatedExchange exchange;

    private ServerFixture(SimulatedExchange exchange) {
        this.exchange = exchange;
    }

    static ServerFixture start(ReceiveConnector... connectors) throws IOException {
        return start(20, settings -> settings, connectors);
    }

    static ServerFixture start(
            int maxSessions,
            UnaryOperator<SimulatedServerSettings> change,
            ReceiveConnector... connectors)
            throws IOException {
        SimulatedServerSettings settings =
                SimulatedServerSettings.of(
                        "EX01",
                        "ex01.own.example",
                        List.of("own.example", "*.sub.example"),
                        new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0),
                        TOKEN,
                        maxSessions,
                        Binding.parse(SERVER + ":25"),
                        Clock.fixed(Instant.parse("2026-03-02T08:00:01Z"), ZoneOffset.UTC));
        SimulatedExchange exchange =
                new SimulatedExchange(change.apply(settings), List.of(connectors));
        exchange.start();
        return new ServerFixture(exchange);
    }

    InetSocketAddress target() {
        return new InetSocketAddress("127.0.0.1", exchange.port());
    }

    ProbeOutcome probeAs(String source) {
        return probeAs(source, source.contains(":") ? "fd00::11" : SERVER);
    }

    ProbeOutcome probeAs(String source, String destination) {
        return probe(
                new ProbeSource.Simulated(
                        Address.parse(source), 40_000, Address.parse(destination), 25, TOKEN));
    }

    ProbeOutcome probe(ProbeSource source) {
        return new Prober().probe(target(), source, SETTINGS, TIMEOUTS);
    }

    RawClient clientAs(String source) throws IOException {
        return RawClient.connectAs(source, SERVER, TOKEN, exchange.port());
    }

    @Override
    public void close() {
        exchange.close();
    }
}

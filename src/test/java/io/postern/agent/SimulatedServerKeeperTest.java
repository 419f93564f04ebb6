package io.postern.agent;

import io.postern.agent.simulated.ConnectorStore;
import io.postern.agent.simulated.SimulatedExchangeDriver;
import io.postern.agent.simulated.SimulatedServerSettings;
import io.postern.enforcement.Binding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** The keeper on a simulated Exchange server. */
class SimulatedServerKeeperTest extends ServerKeeperContract {
    @Override
    Driver openDriver(Path files) throws IOException {
        return new SimulatedExchangeDriver(
                SimulatedServerSettings.of(
                        "ex01",
                        "ex01.contoso.example",
                        List.of("contoso.example"),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new byte[32],
                        10,
                        Binding.parse("192.0.2.25:25"),
                        Clock.systemUTC()),
                new ConnectorStore(
                        files.resolve("connectors.json"), List.of(SampleConnectors.wide())),
                null);
    }
}

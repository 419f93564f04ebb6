package io.postern.agent;

import io.postern.agent.exchange.FakeShell;
import io.postern.agent.exchange.InMemoryExchange;
import io.postern.agent.exchange.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The keeper on an Exchange server behind the scripts' contract. */
class ExchangeServerKeeperTest extends ServerKeeperContract {
    private final FakeShell shell =
            new FakeShell(new InMemoryExchange("EX01", List.of(SampleConnectors.wide())));

    @Override
    Driver openDriver(Path files) throws IOException {
        return Servers.open(shell, files);
    }
}

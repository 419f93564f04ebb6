package io.postern.agent;

import java.nio.file.Path;

/** The keeper on a server in memory. */
class ServerKeeperTest extends ServerKeeperContract {
    private final FakeDriver server = new FakeDriver(SampleConnectors.wide());

    @Override
    Driver openDriver(Path files) {
        return server;
    }
}

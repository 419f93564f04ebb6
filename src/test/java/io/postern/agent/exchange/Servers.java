package io.postern.agent.exchange;

import io.postern.agent.AgentTime;
import io.postern.agent.powershell.Shell;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** How the tests' server is reached. */
public final class Servers {
    static final ExchangeServerSettings EX01 = settings(null, null);

    private Servers() {}

    static ExchangeServerSettings settings(String domainController, String anonymousLogon) {
        return new ExchangeServerSettings(
                "EX01",
                "ex01.contoso.example",
                domainController,
                anonymousLogon,
                InetSocketAddress.createUnresolved("ex01.contoso.example", 25),
                Duration.ofMinutes(15),
                false,
                false,
                false);
    }

    /** The driver of EX01 that a new process would open. */
    public static ExchangeDriver open(Shell shell, Path directory) throws IOException {
        return new ExchangeDriver(EX01, shell, directory, new StandingTime());
    }

    /** A clock that a test sets. */
    static final class StandingTime implements AgentTime {
        Instant now = Instant.parse("2026-03-02T08:00:00Z");

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public long nanoTime() {
            return 0;
        }
    }
}

package io.postern.agent.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.SampleConnectors;
import io.postern.agent.exchange.FakeShell.Fault;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainControllerChoiceTest {
    private static final ReceiveConnector RELAY = SampleConnectors.relay("10.1.0.0/16");
    private static final String OTHER = "dc02.contoso.example";

    @TempDir Path directory;
    private final Servers.StandingTime time = new Servers.StandingTime();
    private final FakeShell shell =
            new FakeShell(new InMemoryExchange("EX01", List.of(SampleConnectors.wide(), RELAY)));

    private ExchangeDriver open(String fixed) throws IOException {
        return new ExchangeDriver(Servers.settings(fixed, null), shell, directory, time);
    }

    private String lastAsked() {
        List<String> calls = shell.takeCalls();
        String call =
                calls.stream().filter(c -> c.startsWith("Get-Rec")).reduce((a, b) -> b).orElse("");
        return call.substring(call.lastIndexOf(' ') + 2, call.length() - 1);
    }

    @Test
    void theOneThatWasChosenIsKeptAcrossRestarts() throws IOException {
        open(null).read();
        assertEquals(InMemoryExchange.DOMAIN_CONTROLLER, lastAsked());
        shell.setDomainController(OTHER);
        open(null).read();
        assertEquals(InMemoryExchange.DOMAIN_CONTROLLER, lastAsked());
    }

    @Test
    void oneThatDoesNotAnswerIsGivenUpIfNoWriteIsRecent() throws IOException {
        ExchangeDriver driver = open(null);
        driver.read();
        shell.setDomainController(OTHER);
        shell.failAfter(0, Fault.NO_CONNECTION);
        driver.read();
        assertEquals(OTHER, lastAsked());
    }

    @Test
    void oneThatWasWrittenToLatelyIsWaitedFor() throws IOException {
        ExchangeDriver driver = open(null);
        driver.execute(new ConnectorStep.Disable(RELAY.name()));
        shell.setDomainController(OTHER);
        shell.failAfter(0, Fault.NO_CONNECTION);
        assertThrows(IOException.class, driver::read);
        driver.read();
        assertEquals(InMemoryExchange.DOMAIN_CONTROLLER, lastAsked());
        time.now = time.now.plus(Duration.ofMinutes(15));
        shell.failAfter(0, Fault.NO_CONNECTION);
        open(null).read();
        assertEquals(OTHER, lastAsked());
    }

    @Test
    void aClockSetBackMakesNoWriteOld() throws IOException {
        ExchangeDriver driver = open(null);
        driver.execute(new ConnectorStep.Disable(RELAY.name()));
        time.now = time.now.minus(Duration.ofDays(1));
        shell.failAfter(0, Fault.NO_CONNECTION);
        assertThrows(IOException.class, driver::read);
    }

    @Test
    void theOneOfTheSettingsIsNeverGivenUp() throws IOException {
        ExchangeDriver driver = open(OTHER);
        driver.read();
        assertEquals(OTHER, lastAsked());
        shell.failAfter(0, Fault.NO_CONNECTION);
        assertThrows(IOException.class, driver::read);
    }

    @Test
    void otherSettingsAreTakenOnlyWhenTheLastWriteIsEverywhere() throws IOException {
        open(null).execute(new ConnectorStep.Disable(RELAY.name()));
        String message = assertThrows(IOException.class, () -> open(OTHER).read()).getMessage();
        assertTrue(message.contains("was written to less than 15 minutes ago"), message);
        time.now = time.now.plus(Duration.ofMinutes(15));
        open(OTHER).read();
        assertEquals(OTHER, lastAsked());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "garbage", "[]"})
    void aDamagedFileIsAnError(String damaged) throws IOException {
        Files.writeString(directory.resolve("domain-controller.json"), damaged);
        String message = assertThrows(IOException.class, () -> open(null)).getMessage();
        assertTrue(message.contains("domain-controller.json is damaged"), message);
    }
}

package io.postern.agent.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.pickup.FakePickupShell.Fault;
import io.postern.enforcement.pickup.FolderShare;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupDrop;
import io.postern.enforcement.pickup.PickupPlan;
import io.postern.enforcement.pickup.PickupState;
import io.postern.enforcement.pickup.PickupStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PickupDriverTest {
    private static final Path CALLS = Path.of("src/test/resources/agent/pickup/calls.txt");
    private static final String ERP = "S-1-5-21-1-2-3-1104";
    private static final PickupStep ADD = new PickupStep.AddFolderEntry(ERP);
    private static final String HASH = "ab".repeat(32);

    @TempDir Path directory;

    private static ObservedPickup shared() {
        ObservedPickup fresh = ObservedPickup.ofFreshServer();
        return new ObservedPickup(
                fresh.path(),
                true,
                false,
                fresh.owner(),
                fresh.entries(),
                List.of(new FolderShare("Pickup's", true, List.of())),
                List.of());
    }

    private PickupDriver open(FakePickupShell shell) throws IOException {
        return new PickupDriver("ex01.contoso.example", "EX01", shell, directory);
    }

    @Test
    void eachKindOfStepIsCarriedOutByItsCalls() throws IOException {
        FakePickupShell shell = new FakePickupShell(shared());
        PickupDriver driver = open(shell);
        StringBuilder calls = new StringBuilder();
        for (PickupState wanted : List.of(PickupState.of(List.of(ERP)), PickupState.NOBODY)) {
            for (PickupStep step : PickupPlan.between(driver.read(), wanted)) {
                shell.calls.clear();
                driver.execute(step);
                calls.append("# ").append(step.description()).append('\n');
                shell.calls.forEach(call -> calls.append(call).append('\n'));
            }
            assertEquals(wanted, PickupPlan.held(shell.folder));
        }
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(CALLS.getParent());
            Files.writeString(CALLS, calls);
        }
        assertEquals(Files.readString(CALLS).replace("\r\n", "\n"), calls.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOT_STARTED|nothing was written: powershell.exe cannot be started",
                "TIMEOUT_BEFORE|it was not written: it did not end in time",
                "NO_CONNECTION|Exchange could not be asked: no WinRM",
                "REFUSED|Windows refused: Access is denied.",
                "CANNOT_TELL_BEFORE|it was not written: the session was lost",
                "IGNORED|the pickup folder reads back otherwise than it was written: Let"
                        + " S-1-5-21-1-2-3-1104 create files in the pickup folder.",
            })
    void whatWasNotWrittenIsTold(Fault fault, String message) throws IOException {
        FakePickupShell shell = new FakePickupShell(shared());
        PickupDriver driver = open(shell);
        driver.read();
        shell.fault = fault;
        IOException e = assertThrows(IOException.class, () -> driver.execute(ADD));
        assertEquals(message, e.getMessage());
        assertTrue(PickupPlan.isSame(shared(), shell.folder));
        driver.execute(ADD);
    }

    @ParameterizedTest
    @CsvSource({"TIMEOUT_AFTER", "CANNOT_TELL_AFTER", "GARBAGE", "NOTHING_AT_ALL"})
    void anAnswerThatWasLostIsSettledByReading(Fault fault) throws IOException {
        FakePickupShell shell = new FakePickupShell(shared());
        PickupDriver driver = open(shell);
        driver.read();
        shell.fault = fault;
        driver.execute(ADD);
        assertEquals(List.of(ERP), PickupPlan.held(shell.folder).writers());
    }

    @Test
    void whatWasChangedMeanwhileIsNotWrittenTo() throws IOException {
        FakePickupShell shell = new FakePickupShell(shared());
        PickupDriver driver = open(shell);
        driver.read();
        shell.folder = PickupPlan.apply(shell.folder, new PickupStep.AddFolderEntry("S-1-5-21-9"));
        IOException e = assertThrows(IOException.class, () -> driver.execute(ADD));
        assertEquals(
                "Windows refused: the pickup folder or its shares were changed since they were"
                        + " read",
                e.getMessage());
    }

    @Test
    void dropsAreKeptOnceAndOutliveTheAgent() throws IOException {
        FakePickupShell shell = new FakePickupShell(shared());
        shell.drops.add(drop(HASH, "\"s-1-5-21-1-2-3-1104\""));
        shell.drops.add(drop("cd".repeat(32), "null"));
        PickupDriver driver = open(shell);
        List<PickupDrop> first = driver.watch(Duration.ofSeconds(2));
        assertEquals(2, first.size());
        assertEquals(ERP, first.get(0).ownerSid());
        assertEquals(List.of(), driver.watch(Duration.ofSeconds(2)));
        assertEquals(first, open(shell).drops());
    }

    @Test
    void onlyTheNewestDropsAreKept() throws IOException {
        PickupDropJournal journal = new PickupDropJournal(directory);
        for (int i = 0; i < 12; i++) {
            int batch = i;
            journal.add(
                    IntStream.range(0, 1000)
                            .mapToObj(
                                    n ->
                                            new PickupDrop(
                                                    String.format("%064x", batch * 1000 + n),
                                                    null,
                                                    null,
                                                    Instant.EPOCH))
                            .toList());
        }
        assertEquals(PickupDropJournal.MAX_KEPT, journal.drops().size());
        assertEquals(String.format("%064x", 2000), journal.drops().get(0).nameHash());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|a drop lacks nameHash or createdAt",
                "{\"nameHash\":\"secret.eml\",\"createdAt\":\"2026-07-01T00:00:00Z\"}|a name's hash"
                        + " is 64 lower-case hex digits",
                "null|the script shows an empty drop",
            })
    void aDropThatIsNoneIsRefused(String shown, String message) throws IOException {
        FakePickupShell shell = new FakePickupShell(shared());
        shell.drops.add(shown);
        PickupDriver driver = open(shell);
        IOException e = assertThrows(IOException.class, () -> driver.watch(Duration.ofSeconds(1)));
        assertEquals("cannot see who drops files on EX01: " + message, e.getMessage());
        assertEquals(List.of(), driver.drops());
    }

    private static String drop(String hash, String owner) {
        return "{\"nameHash\":\""
                + hash
                + "\",\"ownerSid\":"
                + owner
                + ",\"owner\":null,\"createdAt\":\"2026-07-01T00:00:00.123Z\"}";
    }
}

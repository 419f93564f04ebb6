package io.postern.agent.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesPlan;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.NftablesStep;
import io.postern.enforcement.nftables.NftablesText;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.nftables.RandomNftables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written to a real kernel reads back the same. As root only. */
class NftablesKernelTest {
    private static final int CASES = 12;
    private static Network network;
    private static Nft nft;

    @TempDir static Path directory;

    @BeforeAll
    static void make() throws IOException {
        Network.assumePossible();
        network = Network.lone();
        nft = new Nft(network.nft("server", directory), Duration.ofSeconds(20), 50_000_000);
    }

    @AfterAll
    static void unmake() throws IOException {
        if (network != null) {
            network.close();
        }
    }

    private static NftablesDriver driver(NftablesHook hook) {
        return new NftablesDriver("EX01", List.of(25), hook, nft, directory);
    }

    @Test
    void whatIsWrittenReadsBackTheSameWhateverTheStepsBetween() throws IOException {
        int updates = 0;
        for (long seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            NftablesHook hook = NftablesHook.values()[random.nextInt(2)];
            NftablesDriver driver = driver(hook);
            NftablesState first = RandomNftables.state(random, hook);
            for (NftablesState wanted :
                    List.of(
                            first,
                            RandomNftables.alike(random, first),
                            random.nextInt(8) == 0
                                    ? NftablesState.ABSENT
                                    : RandomNftables.state(random, hook))) {
                ObservedNftables before = driver.read();
                updates +=
                        NftablesText.update(before.table(), before.held(), wanted).isPresent()
                                ? 1
                                : 0;
                for (NftablesStep step : NftablesPlan.between(before, wanted)) {
                    driver.execute(step);
                }
                ObservedNftables after = driver(hook).read();
                assertEquals(wanted, after.held(), "seed " + seed);
                assertEquals(List.of(), after.deviations(), "seed " + seed);
                assertEquals(wanted.digest(), after.held().digest(), "seed " + seed);
            }
        }
        assertTrue(updates > CASES / 3, "too few updates: " + updates);
    }

    @Test
    void anUpdateLeavesTheListingThatAReplacementLeaves() throws IOException {
        for (long seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            NftablesHook hook = NftablesHook.values()[random.nextInt(2)];
            NftablesState before = RandomNftables.state(random, hook);
            NftablesState after = RandomNftables.alike(random, before);
            network.rules("server", NftablesText.replace("postern_ex01", before));
            network.rules(
                    "server", NftablesText.update("postern_ex01", before, after).orElseThrow());
            String updated = listing();
            network.rules("server", NftablesText.replace("postern_ex01", after));
            assertEquals(listing(), updated, "seed " + seed);
        }
    }

    @Test
    void aTableThatARebootTookIsLoadedAgainAndOneThatSomebodyDeletedIsNot(@TempDir Path files)
            throws IOException {
        Path bootId = files.resolve("boot-id-of-the-kernel");
        Files.writeString(bootId, "one\n");
        NftablesState wanted = RandomNftables.state(new Random(7), NftablesHook.INPUT);
        NftablesDriver first = booted(files, bootId);
        for (NftablesStep step : NftablesPlan.between(first.read(), wanted)) {
            first.execute(step);
        }

        network.rules("server", "delete table inet postern_ex01");
        assertTrue(booted(files, bootId).read().held().isAbsent(), "deleted, not rebooted");

        Files.writeString(bootId, "two\n");
        assertEquals(wanted, booted(files, bootId).read().held(), "as before the reboot");
        network.rules("server", "delete table inet postern_ex01");
        assertTrue(booted(files, bootId).read().held().isAbsent(), "loaded once only");

        Files.writeString(bootId, "three\n");
        NftablesDriver last = booted(files, bootId);
        for (NftablesStep step : NftablesPlan.between(last.read(), NftablesState.ABSENT)) {
            last.execute(step);
        }
        Files.writeString(bootId, "four\n");
        assertTrue(booted(files, bootId).read().held().isAbsent(), "nothing was kept any more");
    }

    /** An undo whose last word was lost wrote the table, and not what a reboot must load. */
    @Test
    void whatIsSettledIsWhatARebootBringsBack(@TempDir Path files) throws IOException {
        Path bootId = files.resolve("boot-id-of-the-kernel");
        Files.writeString(bootId, "one\n");
        Random random = new Random(11);
        NftablesState first = RandomNftables.state(random, NftablesHook.INPUT);
        NftablesState second = RandomNftables.state(random, NftablesHook.INPUT);
        NftablesDriver driver = booted(files, bootId);
        for (NftablesStep step : NftablesPlan.between(driver.read(), second)) {
            driver.execute(step);
        }
        network.rules("server", NftablesText.replace("postern_ex01", first));
        NftablesDriver again = booted(files, bootId);
        assertEquals(first, again.read().held());
        again.settle();

        network.rules("server", "delete table inet postern_ex01");
        Files.writeString(bootId, "two\n");
        assertEquals(first, booted(files, bootId).read().held());
        network.rules("server", "delete table inet postern_ex01");
    }

    private static NftablesDriver booted(Path files, Path bootId) {
        return new NftablesDriver("EX01", List.of(25), NftablesHook.INPUT, nft, files, bootId);
    }

    /** Without the numbers that the kernel gives. */
    private static String listing() throws IOException {
        return nft.run("list", "table", "inet", "postern_ex01")
                .replaceAll("packets [0-9]+ bytes [0-9]+", "");
    }
}

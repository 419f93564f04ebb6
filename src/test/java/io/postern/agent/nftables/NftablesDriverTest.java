package io.postern.agent.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesPlan;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.NftablesStep;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.policy.AddressSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A shell script plays nft: it lists what lies in a file, and writes as the test tells it. */
@DisabledOnOs(OS.WINDOWS)
class NftablesDriverTest {
    private static final NftablesState WANTED =
            NftablesState.of(
                    NftablesHook.INPUT,
                    AddressSet.EMPTY,
                    new TreeMap<>(Map.of(25, AddressSet.EMPTY)));
    private static final String META = "{\"metainfo\":{\"version\":\"1.0.6\"}}";
    private static final String NOTHING = "{\"nftables\":[" + META + "]}";
    private static final String TABLE = "\"family\":\"inet\",\"table\":\"postern_ex01\"";
    private static final String WRITTEN =
            "{\"nftables\":["
                    + META
                    + ",{\"table\":{\"family\":\"inet\",\"name\":\"postern_ex01\",\"handle\":1}},"
                    + set("ipv4")
                    + ","
                    + set("ipv6")
                    + ",{\"chain\":{"
                    + TABLE
                    + ",\"name\":\"filter_input\",\"handle\":3,\"type\":\"filter\",\"hook\":\"input\","
                    + "\"prio\":0,\"policy\":\"accept\"}},"
                    + rule("ip", "ipv4")
                    + ","
                    + rule("ip6", "ipv6")
                    + "]}";

    @TempDir Path directory;
    private Path listing;

    private static String set(String family) {
        return "{\"set\":{"
                + TABLE
                + ",\"name\":\"port_25_"
                + family
                + "\",\"type\":\""
                + family
                + "_addr\",\"handle\":2,\"flags\":[\"interval\"]}}";
    }

    private static String rule(String protocol, String family) {
        return "{\"rule\":{"
                + TABLE
                + ",\"chain\":\"filter_input\",\"handle\":4,\"expr\":["
                + match("==", "tcp", "dport", "25")
                + match("!=", protocol, "saddr", "\"@port_25_" + family + "\"")
                + "{\"counter\":{\"packets\":7,\"bytes\":9}},{\"drop\":null}]}}";
    }

    private static String match(String operator, String protocol, String field, String right) {
        return "{\"match\":{\"op\":\""
                + operator
                + "\",\"left\":{\"payload\":{\"protocol\":\""
                + protocol
                + "\",\"field\":\""
                + field
                + "\"}},\"right\":"
                + right
                + "}},";
    }

    @BeforeEach
    void nothingIsThere() throws IOException {
        listing = directory.resolve("listing.json");
        Files.writeString(listing, NOTHING);
        Files.writeString(directory.resolve("written.json"), WRITTEN);
    }

    /** With the commands for -c, -f and -j. */
    private NftablesDriver driver(String check, String write, String list) throws IOException {
        Path script = directory.resolve("nft");
        Files.writeString(
                script,
                "#!/bin/sh\ncd "
                        + directory
                        + "\nPATH=/usr/bin:/bin\ncase $1 in\n-c) "
                        + check
                        + ";;\n-f) "
                        + write
                        + ";;\n-j) "
                        + list
                        + ";;\nesac\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return new NftablesDriver(
                "EX01",
                List.of(25),
                NftablesHook.INPUT,
                new Nft(script, Duration.ofSeconds(2), 100_000),
                directory);
    }

    private static final String LIST = "cat listing.json";
    private static final String WRITE = "cp written.json listing.json";

    private static NftablesStep step(ObservedNftables observed) {
        return NftablesPlan.between(observed, WANTED).get(0);
    }

    @Test
    void aStepIsCheckedWrittenAndReadBack() throws IOException {
        NftablesDriver driver = driver(":", WRITE, LIST);
        ObservedNftables before = driver.read();
        assertEquals(NftablesState.ABSENT, before.held());
        driver.execute(step(before));
        ObservedNftables after = driver.read();
        assertEquals(WANTED, after.held());
        assertEquals(List.of(), after.deviations());
        assertEquals(7, after.counters().get(0).packets());
    }

    /** What goes wrong, and what the message must say. */
    @Test
    void whatGoesWrongIsTold() throws IOException {
        String hang = "exec sleep 60";
        List<String[]> table =
                List.of(
                        new String[] {
                            "echo 'Error: no' >&2; exit 1",
                            WRITE,
                            "nothing was written: nft says: Error: no"
                        },
                        new String[] {hang, WRITE, "nothing was written: nft did not end within"},
                        new String[] {
                            "kill -9 $$", WRITE, "nothing was written: nft was killed by signal 9"
                        },
                        new String[] {
                            ":",
                            "echo 'Error: busy' >&2; exit 1",
                            "nothing was written: nft says: Error: busy"
                        },
                        new String[] {":", hang, "it was not written: nft did not end within"},
                        new String[] {
                            ":", "kill -9 $$", "it was not written: nft was killed by signal 9"
                        },
                        new String[] {":", ":", "the table reads back otherwise"},
                        new String[] {":", "exit 3", "nft ended with 3 and said nothing"},
                        new String[] {
                            ":",
                            "echo '{' > listing.json; kill -9 $$",
                            "it is not known whether this was written"
                        });
        for (String[] one : table) {
            Files.writeString(listing, NOTHING);
            NftablesDriver driver = driver(one[0], one[1], LIST);
            NftablesStep step = step(driver.read());
            IOException told = assertThrows(IOException.class, () -> driver.execute(step), one[2]);
            assertTrue(told.getMessage().contains(one[2]), told.getMessage());
        }
    }

    @Test
    void aLostAnswerIsSettledByReading() throws IOException {
        NftablesDriver driver = driver(":", WRITE + "; kill -9 $$", LIST);
        driver.execute(step(driver.read()));
        assertEquals(WANTED, driver.read().held());
    }

    @Test
    void aTableThatChangedSinceItWasReadIsNotTaken() throws IOException {
        NftablesDriver driver = driver(":", WRITE, LIST);
        NftablesStep step = step(driver.read());
        Files.writeString(listing, WRITTEN);
        driver.read();
        IOException told = assertThrows(IOException.class, () -> driver.execute(step));
        assertTrue(told.getMessage().startsWith("nothing was written"), told.getMessage());
    }

    @Test
    void whatCannotBeReadIsToldAndNeverAHostWithoutRules() throws IOException {
        for (String list :
                List.of(
                        ":",
                        "echo '{}'",
                        "echo '{\"nftables\": []}'",
                        "head -c 200000 /dev/zero",
                        "exit 1",
                        "exec sleep 60",
                        "cat listing.json; echo more")) {
            NftablesDriver driver = driver(":", WRITE, list);
            IOException told = assertThrows(IOException.class, driver::read, list);
            assertFalse(told.getMessage().contains("Exception"), told.getMessage());
        }
    }

    @Test
    void aMissingProgramIsTold() {
        NftablesDriver driver =
                new NftablesDriver(
                        "EX01",
                        List.of(25),
                        NftablesHook.INPUT,
                        directory.resolve("none"),
                        Duration.ofSeconds(2),
                        directory);
        IOException told = assertThrows(IOException.class, driver::read);
        assertTrue(told.getMessage().contains("is nftables installed?"), told.getMessage());
    }
}

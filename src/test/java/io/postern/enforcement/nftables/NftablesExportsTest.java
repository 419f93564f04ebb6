package io.postern.enforcement.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.exports.UnreadableException;
import io.postern.enforcement.nftables.exports.NftablesExports;
import io.postern.policy.AddressSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NftablesExportsTest {
    private static final Path REAL =
            Path.of("src/test/resources/enforcement/nftables/ports-that-differ/ruleset.json");

    private static ObservedNftables parse(String json) throws UnreadableException {
        return NftablesExports.parse(json, "postern_ex01", NftablesHook.INPUT, List.of(25, 26));
    }

    @Test
    void whatIsNoListingIsRefusedWithItsPlace() {
        for (String json :
                List.of(
                        "",
                        "x",
                        "[]",
                        "{}",
                        "null",
                        "{\"nftables\":{}}",
                        "{\"nftables\":[]}",
                        "{\"nftables\":[{\"table\":{\"family\":\"inet\",\"name\":\"t\"}}]}",
                        "{\"nftables\":[{\"metainfo\":{}},3]}",
                        "{\"nftables\":[{\"metainfo\":{}}]",
                        "{\"nftables\":[{\"metainfo\":{}}]} {}",
                        "{\"nftables\":[{\"metainfo\":{}}],\"more\":1}",
                        "{\"nftables\":[" + "[".repeat(5000))) {
            UnreadableException told =
                    assertThrows(UnreadableException.class, () -> parse(json), json);
            assertTrue(told.line >= 1 && told.column >= 1, json);
        }
    }

    /** A listing with a few bytes changed is refused, or read; never is a change overlooked. */
    @Test
    void aDamagedListingIsRefusedOrToldAndNeverThrowsOtherwise() throws IOException {
        byte[] real = Files.readAllBytes(REAL);
        int read = 0;
        for (long seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] damaged = real.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] =
                        (byte) "{}[]\",:0159az@ .-/".charAt(random.nextInt(18));
            }
            try {
                ObservedNftables observed = parse(new String(damaged, StandardCharsets.UTF_8));
                NftablesEffect.of(observed).openings(25);
                NftablesDrift.compare(NftablesState.ABSENT, observed);
                read++;
            } catch (UnreadableException e) {
                assertTrue(e.line >= 1, "seed " + seed);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(read > 300, "too few were read: " + read);
    }

    /** One thing of our table otherwise than we write it. */
    @Test
    void everyDeviationOfOurTableIsTold() throws Exception {
        String real = Files.readString(REAL).replace(" ", "").replace("\n", "");
        assertEquals(List.of(), parse(real).deviations());
        String[][] cases = {
            {"\"prio\":0", "\"prio\":1"},
            {"\"hook\":\"input\"", "\"hook\":\"output\""},
            {"\"type\":\"filter\"", "\"type\":\"nat\""},
            {"\"policy\":\"accept\"", "\"policy\":\"drop\""},
            {"\"name\":\"filter_input\"", "\"name\":\"other\""},
            {"\"flags\":[\"interval\"]", "\"flags\":[\"interval\",\"timeout\"]"},
            {"\"name\":\"postern_ex01\"", "\"name\":\"postern_ex01\",\"flags\":\"dormant\""},
            {"\"name\":\"postern_ex01\"", "\"name\":\"postern_ex01\",\"comment\":\"x\""},
            {"{\"drop\":null}", "{\"accept\":null}"},
            {"{\"drop\":null}", "{\"log\":null},{\"drop\":null}"},
            {"\"op\":\"!=\"", "\"op\":\"==\""},
            {"\"field\":\"saddr\"", "\"field\":\"daddr\""},
            {"\"field\":\"dport\"", "\"field\":\"sport\""},
            {"\"protocol\":\"tcp\"", "\"protocol\":\"udp\""},
            {"\"@port_25_ipv4\"", "\"@port_26_ipv4\""},
            {"\"port_25_ipv4\"", "\"port_25_ipv5\""},
            {
                "{\"set\":",
                "{\"counter\":{\"family\":\"inet\",\"table\":\"postern_ex01\","
                        + "\"name\":\"c\"}},{\"set\":"
            },
        };
        for (String[] one : cases) {
            String changed =
                    real.replaceFirst(Pattern.quote(one[0]), Matcher.quoteReplacement(one[1]));
            assertTrue(!changed.equals(real), one[0]);
            ObservedNftables observed = parse(changed);
            assertTrue(!observed.deviations().isEmpty(), one[1]);
            assertEquals(
                    List.of(AddressSet.ALL),
                    NftablesEffect.of(observed).openings(25).stream()
                            .map(opening -> opening.addresses())
                            .toList(),
                    one[1]);
        }
    }
}

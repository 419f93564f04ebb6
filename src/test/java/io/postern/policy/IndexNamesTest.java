package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names, SIDs and many units: what the index looks up without the evaluator's maps. */
class IndexNamesTest {
    private static final List<String> SIDS =
            List.of(
                    "S-1-5-21-1-2-3-1000",
                    "S-1-5-21-1-2-3-1001",
                    "s-1-5-21-1-2-3-1002",
                    "S-1-5-21-1-2-3-0",
                    "S-1-5-21-1-2-3-007",
                    "S-1-5-21-1-2-3-7",
                    "S-1-5-21-1-2-3-4294967295",
                    "S-1-5-21-1-2-3-4294967296",
                    "S-1-5-21-1-2-3-99999999999",
                    "S-1-5-21-1-2-3",
                    "S-1-5-21-1-2-3-",
                    "S-1-5-21-1-2--1000",
                    "S-1-5-21-A-2-3-1000",
                    "S-1-5-21-1-2-4-1000",
                    "S-1-5-21-1-2-5-1000",
                    "S-1-5-21-1-2-6-1000",
                    "S-1-5-21-1-2-7-1000",
                    "S-1-5-21-1-2-8-1000",
                    "S-1-5",
                    "S-",
                    "srv-1",
                    "long" + "g".repeat(300),
                    "Zo\u00eb");

    @Test
    void tellsEachNameFromAllOthersInAnyCase() {
        IndexNames names = new IndexNames(SIDS.size());
        for (int i = 0; i < SIDS.size(); i++) {
            names.put(SIDS.get(i), i);
            names.put(SIDS.get(i).toLowerCase(Locale.ROOT), 1000);
        }
        for (int i = 0; i < SIDS.size(); i++) {
            String name = SIDS.get(i);
            boolean isSlow = name.length() > 255 || name.chars().anyMatch(c -> c > 127);
            int expected = isSlow ? IndexNames.ABSENT : i;
            for (String asked : List.of(name, name.toLowerCase(Locale.ROOT), upper(name))) {
                assertEquals(expected, names.find(asked), asked);
            }
            assertEquals(IndexNames.ABSENT, names.find(name + "9"), name + "9");
            assertEquals(IndexNames.ABSENT, names.find(" " + name), " " + name);
        }
        for (String absent : List.of("", "S", "s-1-5-21-1-2-3-01000", "S-1-5-21-1-2-3-1_00")) {
            assertEquals(IndexNames.ABSENT, names.find(absent), absent);
        }
    }

    @Test
    void keepsManyNumbersOfOneDomain() {
        IndexNames names = new IndexNames(5000);
        for (int i = 0; i < 5000; i++) {
            names.put("S-1-5-21-9-9-9-" + i * 4096L, i);
        }
        for (int i = 0; i < 5000; i++) {
            assertEquals(i, names.find("s-1-5-21-9-9-9-" + i * 4096L), "" + i);
            assertEquals(IndexNames.ABSENT, names.find("s-1-5-21-9-9-9-" + (i * 4096L + 1)));
        }
    }

    @Test
    void decidesForMoreUnitsThanANarrowArrayHolds() {
        int count = Character.MAX_VALUE + 10;
        List<Grant> grants = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            From from =
                    new From(
                            Addresses.NOT_ASKED,
                            Addresses.NOT_ASKED,
                            List.of("account" + i),
                            List.of("computer" + i % 3));
            grants.add(
                    new Grant(
                            "g" + i,
                            from,
                            To.EVERYWHERE,
                            Tier.RELAY,
                            null,
                            null,
                            null,
                            null,
                            null));
        }
        Server server =
                new Server(
                        "mx",
                        AddressSet.EMPTY,
                        List.of(25),
                        null,
                        List.of(),
                        AddressSet.EMPTY,
                        List.of(),
                        ServerMode.ENFORCE);
        Policy policy =
                new Policy(
                        List.of(),
                        List.of(server),
                        List.of(),
                        List.of(),
                        Map.of(),
                        grants,
                        List.of(),
                        List.of(),
                        List.of());
        PolicyIndex index = PolicyIndex.of(policy, Instant.EPOCH);
        int place = index.place("mx", 25);
        for (int i : new int[] {0, 1, 255, 256, 65_534, 65_535, 65_536, count - 1}) {
            int account = index.account("ACCOUNT" + i);
            assertEquals("g" + i, grant(index, account, index.computer("computer" + i % 3), place));
            assertNotEquals(
                    "g" + i,
                    grant(index, account, index.computer("computer" + (i + 1) % 3), place));
        }
    }

    private static String grant(PolicyIndex index, int account, int computer, int place) {
        return index.grant(index.decideIpv4(1, account, computer, place));
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT);
    }
}

package io.postern.enforcement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The partition says for every address what the selection says of it, whatever overlaps what. */
class ConnectorPartitionPropertyTest {
    private static final int CASES = 1_000;
    private static final long SEED = 4_711L;

    @Test
    void thePartitionAgreesWithTheSelectionEverywhere() {
        for (int i = 0; i < CASES; i++) {
            check(SEED + i);
        }
    }

    private static void check(long seed) {
        Random random = new Random(seed);
        List<ReceiveConnector> connectors = new ArrayList<>();
        for (int c = random.nextInt(6); c >= 0; c--) {
            connectors.add(connector("C" + c, random));
        }
        for (Address local :
                List.of(
                        Address.parse("10.0.0.1"),
                        Address.parse("0.0.0.0"),
                        Address.parse("fd00::1"))) {
            List<ConnectorPartition.Part> parts = ConnectorPartition.of(connectors, local, 25);
            String which = "seed " + seed + ", local " + local;
            assertEquals(Address.first(local.family()), parts.get(0).range().low(), which);
            assertEquals(
                    Address.last(local.family()),
                    parts.get(parts.size() - 1).range().high(),
                    which);
            for (int p = 1; p < parts.size(); p++) {
                assertEquals(
                        parts.get(p - 1).range().high().next().orElseThrow(),
                        parts.get(p).range().low(),
                        which);
            }
            ConnectorSelection selection = new ConnectorSelection(connectors);
            TreeSet<Address> probes = RandomConnectors.probes(connectors, List.of());
            for (Address probe : probes) {
                if (probe.family() == local.family()) {
                    assertEquals(
                            selection
                                    .select(local, 25, probe)
                                    .map(one -> one.connector().name())
                                    .orElse("nobody"),
                            taker(parts, probe),
                            which + ", client " + probe);
                }
            }
        }
    }

    private static String taker(List<ConnectorPartition.Part> parts, Address client) {
        for (ConnectorPartition.Part part : parts) {
            if (part.range().contains(client)) {
                return part.connector() == null ? "nobody" : part.connector().name();
            }
        }
        throw new AssertionError(client + " is in no part");
    }

    private static ReceiveConnector connector(String name, Random random) {
        List<AddressRange> ranges = new ArrayList<>();
        for (int r = random.nextInt(5); r >= 0; r--) {
            long low = random.nextInt(40);
            long high = low + random.nextInt(12);
            switch (random.nextInt(6)) {
                case 0 -> ranges.add(AddressRange.parse("0.0.0.0-255.255.255.255"));
                case 1 ->
                        ranges.add(
                                new AddressRange(
                                        Address.ipv4(0xFFFF_FFFFL - high),
                                        Address.ipv4(0xFFFF_FFFFL - low)));
                case 2 ->
                        ranges.add(
                                new AddressRange(
                                        Address.ipv6(-1L, -1L - high),
                                        Address.ipv6(-1L, -1L - low)));
                case 3 ->
                        ranges.add(
                                new AddressRange(
                                        Address.ipv6(low, -high), Address.ipv6(high + 1, 0)));
                default -> ranges.add(new AddressRange(Address.ipv4(low), Address.ipv4(high)));
            }
        }
        ConnectorDraft draft = ConnectorDraft.connector(name, ranges);
        switch (random.nextInt(4)) {
            case 0 -> draft.on("10.0.0.1:25");
            case 1 -> draft.on("0.0.0.0:25", "[::]:25", "10.0.0.1:25");
            case 2 -> draft.on("[::]:25", "0.0.0.0:25").disabled();
            default -> draft.on("0.0.0.0:25", "[::]:25", "[fd00::1]:25");
        }
        return draft.build();
    }
}

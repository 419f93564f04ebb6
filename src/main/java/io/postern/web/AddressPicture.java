package io.postern.web;

import io.postern.change.Analysis;
import io.postern.change.Analysis.AnalysedRegion;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What opens and closes on one server, drawn as 256 equal networks of IPv4: of the whole space, or
 * of the smallest /8, /16 or /24 that holds every change.
 *
 * @param shown the network that is drawn, as CIDR
 * @param cell what one cell stands for, in words
 * @param cells 256 in order; empty = nothing changes in IPv4
 * @param opens IPv4 addresses that open or rise, in words
 * @param closes IPv4 addresses that close or are lowered, in words
 * @param ipv6 what happens in IPv6, in words
 * @param outside whether loopback changes too and is not drawn
 */
public record AddressPicture(
        String server,
        String shown,
        String cell,
        List<Cell> cells,
        String opens,
        String closes,
        String ipv6,
        boolean outside) {
    private static final AddressSet LOOPBACK = AddressSet.parse("127.0.0.0/8");
    private static final int COLUMNS = 32;
    private static final int SIZE = 12;

    /**
     * One network.
     *
     * @param kind style class: none, opens, closes, both
     * @param whole whether every address of it changes
     * @param label for a pointer and a screen reader
     */
    public record Cell(int x, int y, String kind, boolean whole, String label) {
        public boolean isChanged() {
            return !kind.equals("none");
        }
    }

    static List<AddressPicture> of(Analysis analysis) {
        return analysis.servers().stream()
                .map(server -> of(server.server(), analysis.regions()))
                .toList();
    }

    private static AddressPicture of(String server, List<AnalysedRegion> regions) {
        AddressSet opens = changed(server, regions, "OPENS", "RAISES");
        AddressSet closes = changed(server, regions, "CLOSES", "LOWERS");
        AddressSet both = AddressSet.of(ipv4(opens.union(closes)));
        // Loopback is a protected source of every server; it would stretch every picture.
        AddressSet beyond = both.subtract(LOOPBACK);
        AddressSet drawn = beyond.isEmpty() ? both : beyond;
        int bits = smallestNetwork(drawn);
        Address first = drawn.isEmpty() ? Address.ipv4(0) : drawn.ranges().get(0).low();
        long base = bits == 0 ? 0 : first.low() >>> (32 - bits) << (32 - bits);
        return new AddressPicture(
                server,
                Address.ipv4(base) + "/" + bits,
                bits == 24 ? "one address" : "one /" + (bits + 8) + " network",
                both.isEmpty() ? List.of() : cells(base, bits, opens, closes),
                count(ipv4(opens)),
                count(ipv4(closes)),
                ipv6Words(opens, closes),
                bits > 0 && !drawn.equals(both));
    }

    private static AddressSet changed(
            String server, List<AnalysedRegion> regions, String... directions) {
        List<AddressRange> ranges = new ArrayList<>();
        for (AnalysedRegion region : regions) {
            boolean here =
                    region.servers().contains("*")
                            || region.servers().stream().anyMatch(server::equalsIgnoreCase);
            if (here && List.of(directions).contains(region.direction())) {
                region.addresses().forEach(text -> ranges.addAll(parse(text)));
            }
        }
        return AddressSet.of(ranges);
    }

    private static List<AddressRange> parse(String text) {
        return text.equals("*")
                ? AddressSet.ALL.ranges()
                : AddressSet.of(AddressRange.parse(text)).ranges();
    }

    private static List<AddressRange> ipv4(AddressSet set) {
        return set.ranges(AddressFamily.IPV4);
    }

    private static int smallestNetwork(AddressSet set) {
        if (set.isEmpty()) {
            return 0;
        }
        List<AddressRange> ranges = set.ranges();
        long difference = ranges.get(0).low().low() ^ ranges.get(ranges.size() - 1).high().low();
        int common = Long.numberOfLeadingZeros(difference) - 32;
        return Math.min(24, common / 8 * 8);
    }

    private static List<Cell> cells(long base, int bits, AddressSet opens, AddressSet closes) {
        long size = 1L << (24 - bits);
        List<Cell> cells = new ArrayList<>(256);
        for (int i = 0; i < 256; i++) {
            Address low = Address.ipv4(base + i * size);
            AddressRange range = new AddressRange(low, Address.ipv4(base + i * size + size - 1));
            long opened = opens.intersect(AddressSet.of(range)).count().longValueExact();
            long closed = closes.intersect(AddressSet.of(range)).count().longValueExact();
            String kind =
                    opened > 0 && closed > 0
                            ? "both"
                            : opened > 0 ? "opens" : closed > 0 ? "closes" : "none";
            cells.add(
                    new Cell(
                            i % COLUMNS * SIZE,
                            i / COLUMNS * SIZE,
                            kind,
                            opened == size || closed == size,
                            low + (size == 1 ? "" : "/" + (bits + 8)) + words(opened, closed)));
        }
        return cells;
    }

    private static String words(long opened, long closed) {
        return (opened > 0 ? ", opens for " + opened : "")
                + (closed > 0 ? ", closes for " + closed : "")
                + (opened + closed > 0 ? " address(es)" : "");
    }

    private static String count(List<AddressRange> ranges) {
        return Numbers.grouped(AddressSet.of(ranges).count());
    }

    private static String ipv6Words(AddressSet opens, AddressSet closes) {
        String opened = some(opens);
        String closed = some(closes);
        if (opened.isEmpty() && closed.isEmpty()) {
            return "nothing changes";
        }
        return (opened.isEmpty() ? "" : "opens " + opened)
                + (!opened.isEmpty() && !closed.isEmpty() ? "; " : "")
                + (closed.isEmpty() ? "" : "closes " + closed);
    }

    private static String some(AddressSet set) {
        List<AddressRange> ranges = set.ranges(AddressFamily.IPV6);
        String first =
                ranges.stream()
                        .limit(3)
                        .map(AddressRange::toString)
                        .collect(Collectors.joining(", "));
        return ranges.size() <= 3 ? first : first + " and " + (ranges.size() - 3) + " more ranges";
    }
}

package io.postern.web;

import io.postern.enforcement.Fidelity;
import io.postern.fleet.LiveFidelity;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Region;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a server's page shows of its fidelity. Bounded: the API has every region.
 *
 * @param parts empty = nothing differs, or it was not judged
 */
public record FidelityView(LiveFidelity fidelity, List<Part> parts) {
    private static final int SHOWN_REGIONS = 10;
    private static final int SHOWN_RANGES = 4;

    /**
     * Regions of one kind.
     *
     * @param count distinct addresses in all of them, in words
     * @param rows the first of them
     * @param more how many others there are
     */
    public record Part(String title, String hint, String count, List<Row> rows, int more) {}

    /**
     * One region.
     *
     * @param ranges the first of them
     * @param moreRanges how many others there are
     * @param as who must prove to be whom; null = anybody
     * @param through the connector that lets it through; null = none does
     * @param entry the policy's entry that decides; null = none
     */
    public record Row(
            List<String> ranges,
            int moreRanges,
            String count,
            String as,
            List<Integer> ports,
            String policy,
            String through,
            String entry,
            String letThrough,
            Instant until,
            String layer,
            String remedy) {}

    static FidelityView of(LiveFidelity fidelity) {
        List<Part> parts = new ArrayList<>();
        if (fidelity.now() != null) {
            boolean inForce = fidelity.isInForce();
            add(
                    parts,
                    fidelity.now(),
                    FidelityView::isOver,
                    inForce
                            ? "Lets through more than the policy says"
                            : "If enforced, would be cut off",
                    inForce ? null : "Wholly, or down to the tier that the policy gives.");
            add(
                    parts,
                    fidelity.now(),
                    region -> !isOver(region),
                    inForce
                            ? "Lets through less than the policy says"
                            : "If enforced, would be let in",
                    inForce ? null : "Newly, or up to the tier that the policy gives.");
        }
        if (fidelity.enforced() != null) {
            add(
                    parts,
                    fidelity.enforced(),
                    region -> true,
                    "Even if enforced, would differ from the policy",
                    "Receive connectors alone cannot bring this about; the remedy says what would.");
        }
        return new FidelityView(fidelity, parts);
    }

    private static boolean isOver(Region region) {
        return region.before().compareTo(region.after()) < 0;
    }

    private static void add(
            List<Part> parts,
            Fidelity fidelity,
            Predicate<Region> which,
            String title,
            String hint) {
        List<Fidelity.Found> found =
                fidelity.regions().stream().filter(one -> which.test(one.region())).toList();
        if (found.isEmpty()) {
            return;
        }
        List<AddressRange> ranges = new ArrayList<>();
        found.forEach(one -> ranges.addAll(one.region().addresses().ranges()));
        int shown = Math.min(SHOWN_REGIONS, found.size());
        parts.add(
                new Part(
                        title,
                        hint,
                        count(AddressSet.of(ranges)),
                        found.subList(0, shown).stream().map(FidelityView::row).toList(),
                        found.size() - shown));
    }

    private static Row row(Fidelity.Found found) {
        Region region = found.region();
        List<String> texts = region.addresses().texts();
        int shown = Math.min(SHOWN_RANGES, texts.size());
        return new Row(
                texts.subList(0, shown),
                texts.size() - shown,
                count(region.addresses()),
                as(region),
                region.ports(),
                region.before().word(),
                region.because().after(),
                region.because().before(),
                region.after().word(),
                region.until(),
                found.layer(),
                found.remedy());
    }

    private static String as(Region region) {
        List<String> asked = new ArrayList<>();
        if (!region.accounts().equals(List.of("*"))) {
            asked.add(some(region.accounts()));
        }
        if (!region.computers().equals(List.of("*"))) {
            asked.add((asked.isEmpty() ? "anybody on " : "on ") + some(region.computers()));
        }
        return asked.isEmpty() ? null : String.join(" ", asked);
    }

    private static String some(List<String> names) {
        int shown = Math.min(SHOWN_RANGES, names.size());
        String text = String.join(", ", names.subList(0, shown));
        return names.size() == shown ? text : text + " and " + (names.size() - shown) + " more";
    }

    /** IPv4 and IPv6 apart: together the one would hide the other. */
    private static String count(AddressSet addresses) {
        List<String> counts = new ArrayList<>();
        for (AddressFamily family : AddressFamily.values()) {
            AddressSet of = AddressSet.of(addresses.ranges(family));
            if (!of.isEmpty()) {
                counts.add(
                        Numbers.grouped(of.count())
                                + (family == AddressFamily.IPV4 ? " IPv4" : " IPv6"));
            }
        }
        return String.join(" and ", counts)
                + (addresses.count().equals(BigInteger.ONE) ? " address" : " addresses");
    }
}

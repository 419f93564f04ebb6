package io.postern.web;

import io.postern.change.Analysis.AnalysedRegion;
import io.postern.change.ChangeRequest;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;

/**
 * Everything the page of a change request shows.
 *
 * @param impact rows in the order people must see them: openings first
 * @param head number of the newest revision
 */
public record ChangeView(
        ChangeRequest change,
        List<ImpactRow> impact,
        List<AddressPicture> pictures,
        List<EntryDiff> diff,
        List<Timeline.Step> timeline,
        ChangeOffers offers,
        long head) {
    private static final int SHOWN_ADDRESSES = 4;
    private static final List<String> ORDER = List.of("OPENS", "RAISES", "CLOSES", "LOWERS");

    /**
     * A region for the table.
     *
     * @param first the addresses that are shown at once
     * @param more the rest, behind a click; empty = none
     */
    public record ImpactRow(
            AnalysedRegion region, String count, List<String> first, List<String> more) {
        /** Whether neither account nor computer matters. */
        public boolean isAnybody() {
            return region.accounts().contains("*") && region.computers().contains("*");
        }
    }

    static List<ImpactRow> rows(List<AnalysedRegion> regions) {
        return regions.stream()
                .sorted(Comparator.comparingInt(region -> ORDER.indexOf(region.direction())))
                .map(ChangeView::row)
                .toList();
    }

    private static ImpactRow row(AnalysedRegion region) {
        List<String> addresses = region.addresses();
        int shown = Math.min(SHOWN_ADDRESSES, addresses.size());
        return new ImpactRow(
                region,
                Numbers.grouped(new BigInteger(region.addressCount())),
                addresses.subList(0, shown),
                addresses.subList(shown, addresses.size()));
    }

    public boolean isBaseMoved() {
        return !change.state().isFinal()
                && change.resultRevision() == null
                && change.baseRevision() != head;
    }

    /** What people compare when they approve. */
    public String getShortHash() {
        return change.analysis() == null ? null : Words.shortHash(change.analysis().hash());
    }
}

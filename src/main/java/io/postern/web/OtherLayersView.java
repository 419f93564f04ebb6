package io.postern.web;

import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.outlook.OutlookGuardFindings;
import io.postern.enforcement.outlook.OutlookGuardLimits;
import io.postern.enforcement.pickup.FolderEntry;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupDrop;
import io.postern.enforcement.pickup.PickupLimits;
import io.postern.fleet.ServerReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A server's pickup folder and object model guard as read back, for its page.
 *
 * @param pickup null = there is none that is kept
 * @param guard null likewise
 */
public record OtherLayersView(Pickup pickup, Guard guard) {
    private static final int SHOWN_DROPS = 20;

    /**
     * @param path null = disabled
     * @param drops newest first
     * @param limits what the folder cannot tell, sentences
     */
    public record Pickup(
            String path,
            List<WriterRow> writers,
            List<PickupDrop> drops,
            int moreDrops,
            List<String> limits) {}

    /** Who can write to the folder. */
    public record WriterRow(String account, Badge owner, List<String> rights) {}

    /**
     * @param findings what is wrong with it, sentences
     * @param limits what the guard cannot do, sentences
     */
    public record Guard(int keys, List<String> findings, List<String> limits) {}

    static OtherLayersView of(ServerReport report) {
        return report == null
                ? new OtherLayersView(null, null)
                : new OtherLayersView(
                        pickup(report.pickup(), report.pickupDrops()),
                        guard(report.server(), report.outlookGuard()));
    }

    private static Pickup pickup(ObservedPickup observed, List<PickupDrop> drops) {
        if (observed == null) {
            return null;
        }
        List<PickupDrop> newest = new ArrayList<>(drops);
        Collections.reverse(newest);
        int shown = Math.min(SHOWN_DROPS, newest.size());
        return new Pickup(
                observed.path(),
                observed.entries().stream()
                        .filter(FolderEntry::isWriting)
                        .map(OtherLayersView::writer)
                        .toList(),
                newest.subList(0, shown),
                newest.size() - shown,
                PickupLimits.words());
    }

    private static WriterRow writer(FolderEntry entry) {
        Badge owner = Badge.quiet(entry.isInherited() ? "Inherited" : "Found there");
        if (entry.isOwn()) {
            owner = Badge.good("Postern's");
        } else if (ObservedPickup.NEEDED.contains(entry.sid())) {
            owner = Badge.quiet("Exchange needs it");
        }
        return new WriterRow(entry.shown(), owner, entry.rights());
    }

    private static Guard guard(String server, ObservedOutlookGuard observed) {
        return observed == null
                ? null
                : new Guard(
                        observed.keys().size(),
                        OutlookGuardFindings.of(server, observed).stream()
                                .map(one -> one.message() + "; remedy: " + one.remedy())
                                .toList(),
                        OutlookGuardLimits.words());
    }
}

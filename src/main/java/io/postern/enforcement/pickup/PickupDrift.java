package io.postern.enforcement.pickup;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A difference between what a pickup folder should let in and what it does.
 *
 * @param kind MISSING (an entry of ours is not there), CHANGED (something stands in its place),
 *     FOREIGN (of our shape, but not ours to have) or EFFECTIVE (ours are intact, yet others get in
 *     too, or ours do not)
 * @param subject the account
 * @param detail for people: what differs
 * @param remedy for people: what would remove it
 */
public record PickupDrift(String kind, String subject, String detail, String remedy) {
    public static final String MISSING = "MISSING";
    public static final String CHANGED = "CHANGED";
    public static final String FOREIGN = "FOREIGN";
    public static final String EFFECTIVE = "EFFECTIVE";

    private static final String WRITE_AGAIN = "write Postern's entries again";
    private static final String ADOPT = ", or adopt the account by a grant with pickup: true";

    public PickupDrift {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(detail);
        Objects.requireNonNull(remedy);
    }

    /** Every difference; those about ours first. A disabled folder lets nobody in. */
    public static List<PickupDrift> compare(PickupState wanted, ObservedPickup observed) {
        List<PickupDrift> drifts = new ArrayList<>();
        wanted.writers().forEach(sid -> own(sid, wanted, observed, drifts));
        if (observed.isDisabled()) {
            return drifts;
        }
        for (String sid : PickupPlan.held(observed).writers()) {
            if (!wanted.writers().contains(sid)) {
                drifts.add(
                        new PickupDrift(
                                FOREIGN,
                                sid,
                                "it has an entry of our shape but is not desired",
                                WRITE_AGAIN + ADOPT));
            }
        }
        observed.foreignWriters().forEach(entry -> foreign(entry, wanted, observed, drifts));
        String owner = observed.owner();
        if (owner != null && !ObservedPickup.NEEDED.contains(owner)) {
            drifts.add(
                    new PickupDrift(
                            EFFECTIVE,
                            owner,
                            "it owns the folder and can always change who may write",
                            "give the folder to Administrators"));
        }
        return drifts;
    }

    private static void own(
            String sid, PickupState wanted, ObservedPickup observed, List<PickupDrift> drifts) {
        if (observed.isDisabled()) {
            drifts.add(
                    new PickupDrift(
                            MISSING,
                            sid,
                            "the pickup folder is disabled",
                            "set PickupDirectoryPath with Set-TransportService"));
            return;
        }
        if (!PickupPlan.isHeld(observed, sid)) {
            boolean isChanged =
                    observed.entries().stream().anyMatch(entry -> entry.wouldMerge(sid));
            drifts.add(
                    isChanged
                            ? new PickupDrift(
                                    CHANGED,
                                    sid,
                                    "its entry in the folder's list has other rights",
                                    "remove that entry; Postern makes its own")
                            : new PickupDrift(
                                    MISSING,
                                    sid,
                                    "it has no entry in the folder's list",
                                    WRITE_AGAIN));
            return;
        }
        if (PickupPassages.isDenied(observed, FolderEntry.own(sid))) {
            drifts.add(
                    new PickupDrift(
                            EFFECTIVE,
                            sid,
                            "an entry of others denies it what ours allows",
                            "remove the denying entry"));
        }
        for (FolderShare share : observed.ownShares()) {
            if (wanted.shareWriters().contains(sid) && !PickupPlan.isOn(share, sid)) {
                drifts.add(
                        new PickupDrift(
                                CHANGED,
                                sid,
                                "the share '" + share.name() + "' does not let it through",
                                WRITE_AGAIN));
            }
            if (share.entries().stream().anyMatch(one -> !one.isAllow() && one.is(sid))) {
                drifts.add(
                        new PickupDrift(
                                EFFECTIVE,
                                sid,
                                "the share '" + share.name() + "' denies it",
                                "remove the denying entry"));
            }
        }
    }

    private static void foreign(
            FolderEntry entry,
            PickupState wanted,
            ObservedPickup observed,
            List<PickupDrift> drifts) {
        if (wanted.writers().contains(entry.sid()) || PickupPassages.isDenied(observed, entry)) {
            return;
        }
        drifts.add(
                new PickupDrift(
                        EFFECTIVE,
                        entry.shown(),
                        "it may write to the folder, so it may relay ("
                                + String.join(", ", entry.rights())
                                + (entry.isInherited() ? "; inherited" : "")
                                + ")",
                        entry.isInherited()
                                ? "take the entry from the folder above, or end inheritance on the"
                                        + " folder by hand"
                                        + ADOPT
                                : "remove the entry" + ADOPT));
    }
}

package io.postern.enforcement.pickup;

import java.util.ArrayList;
import java.util.List;

/** Why a state cannot be written to a server's pickup folder: then nothing is. */
public final class PickupRefusal {
    private PickupRefusal() {}

    /** The reasons, as sentences; none = nothing stands in the way. */
    public static List<String> reasons(ObservedPickup observed, PickupState wanted) {
        if (observed.isDisabled()) {
            return wanted.writers().isEmpty()
                    ? List.of()
                    : List.of(
                            "The pickup folder is disabled (PickupDirectoryPath is empty), so"
                                    + " nobody can be let in; set a path with"
                                    + " Set-TransportService.");
        }
        List<String> reasons = new ArrayList<>();
        for (String sid : wanted.writers()) {
            if (observed.entries().stream().anyMatch(entry -> entry.wouldMerge(sid))) {
                reasons.add(
                        "The folder has an entry of others for "
                                + sid
                                + " with which Windows would merge ours; remove it, Postern makes"
                                + " its own.");
            }
            boolean isHeld = PickupPlan.isHeld(observed, sid);
            for (FolderShare share : observed.ownShares()) {
                // Told apart only by the folder's entry, it would be taken for ours from now on.
                if (share.entries().stream()
                        .anyMatch(
                                one ->
                                        one.isAllow()
                                                && one.is(sid)
                                                && !(isHeld && one.isOwnOf(sid)))) {
                    reasons.add(
                            "The share '"
                                    + share.name()
                                    + "' has an entry of others for "
                                    + sid
                                    + "; remove it, Postern makes its own.");
                }
            }
        }
        return List.copyOf(reasons);
    }
}

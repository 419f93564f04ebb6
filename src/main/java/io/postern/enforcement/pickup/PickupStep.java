package io.postern.enforcement.pickup;

import io.postern.enforcement.EnforcementStep;
import java.util.Objects;

/**
 * One write to the access list of the pickup folder or of a share of it, with its exact inverse.
 * Only entries of ours are written; {@link PickupPlan#apply} is what a step means.
 */
public sealed interface PickupStep extends EnforcementStep {
    /** SID of the account it is about. */
    String sid();

    @Override
    PickupStep inverse();

    /** Lets an account write to the folder. */
    record AddFolderEntry(String sid) implements PickupStep {
        @Override
        public String description() {
            return "Let " + sid + " create files in the pickup folder.";
        }

        @Override
        public PickupStep inverse() {
            return new RemoveFolderEntry(sid);
        }
    }

    /** Takes that right away again. */
    record RemoveFolderEntry(String sid) implements PickupStep {
        @Override
        public String description() {
            return "Take from " + sid + " the right to create files in the pickup folder.";
        }

        @Override
        public PickupStep inverse() {
            return new AddFolderEntry(sid);
        }
    }

    /** Lets an account through a share of the folder. */
    record AddShareEntry(String share, String sid) implements PickupStep {
        public AddShareEntry {
            Objects.requireNonNull(share);
        }

        @Override
        public String description() {
            return "Let " + sid + " through the share '" + share + "' (Change).";
        }

        @Override
        public PickupStep inverse() {
            return new RemoveShareEntry(share, sid);
        }
    }

    /** Takes that away again. */
    record RemoveShareEntry(String share, String sid) implements PickupStep {
        public RemoveShareEntry {
            Objects.requireNonNull(share);
        }

        @Override
        public String description() {
            return "Take from " + sid + " its way through the share '" + share + "'.";
        }

        @Override
        public PickupStep inverse() {
            return new AddShareEntry(share, sid);
        }
    }
}

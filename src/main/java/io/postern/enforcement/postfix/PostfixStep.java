package io.postern.enforcement.postfix;

import io.postern.enforcement.AddressCount;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.VisibleText;
import java.util.Objects;

/**
 * One write to a Postfix, with its exact inverse; it is in force when Postfix was told to read its
 * files again. {@link PostfixPlan#apply} is what a step means.
 */
public sealed interface PostfixStep extends EnforcementStep {
    @Override
    PostfixStep inverse();

    /**
     * Writes both tables.
     *
     * @param before what they held; not kept = they were not there
     * @param after what they hold then; kept
     */
    record WriteTables(PostfixState before, PostfixState after) implements PostfixStep {
        public WriteTables {
            Objects.requireNonNull(before);
            if (!after.isKept()) {
                throw new IllegalArgumentException("what is not kept has no tables to write");
            }
        }

        @Override
        public String description() {
            return "Write "
                    + PostfixText.CLIENTS_FILE
                    + " ("
                    + counts(after.clientSet())
                    + ") and "
                    + PostfixText.RELAY_FILE
                    + " ("
                    + counts(after.relaySet())
                    + ").";
        }

        private static String counts(io.postern.policy.AddressSet set) {
            int ranges = set.ranges().size();
            return (ranges == 1 ? "1 range, " : ranges + " ranges, ")
                    + AddressCount.of(set.count());
        }

        @Override
        public PostfixStep inverse() {
            return before.isKept() ? new WriteTables(after, before) : new RemoveTables(after);
        }
    }

    /** Removes both tables; nothing refers to them any more. */
    record RemoveTables(PostfixState before) implements PostfixStep {
        public RemoveTables {
            if (!before.isKept()) {
                throw new IllegalArgumentException("what is not kept has no tables to remove");
            }
        }

        @Override
        public String description() {
            return "Remove "
                    + PostfixText.CLIENTS_FILE
                    + " and "
                    + PostfixText.RELAY_FILE
                    + ", which nothing refers to any more.";
        }

        @Override
        public PostfixStep inverse() {
            return new WriteTables(PostfixState.asFound(before.found()), before);
        }
    }

    /**
     * Sets one of the two parameters in main.cf.
     *
     * @param before the explicit value; null = not set
     * @param after likewise; null = takes it from main.cf
     */
    record SetParameter(String name, String before, String after) implements PostfixStep {
        public SetParameter {
            // Only these two are ever written; their values are checked there.
            PostfixParameters.UNSET.value(name);
            new PostfixParameters(before, after);
        }

        @Override
        public String description() {
            return after == null
                    ? "Take " + name + " from main.cf, where it was not set before."
                    : "Set " + name + " = " + VisibleText.of(after);
        }

        @Override
        public PostfixStep inverse() {
            return new SetParameter(name, after, before);
        }
    }
}

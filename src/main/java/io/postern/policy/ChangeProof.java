package io.postern.policy;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Whether a change does what its entries say and nothing else, in three steps: was it already so,
 * is it so afterwards, and what else changes. Immutable.
 *
 * @param steps one for each thing that an edited entry is meant to do; empty = no entry's meaning
 *     was edited
 * @param collateral what changes where no edited grant, block, protected source or server ever
 *     applies, such as through a shared address set or a group; in a fixed order
 * @param omitted edited entries beyond {@link #LIMIT}; if there are any, steps and collateral are
 *     not worked out and both empty, which says nothing
 */
public record ChangeProof(List<Step> steps, List<Region> collateral, int omitted) {
    /** Most edited entries that are proved one by one. */
    public static final int LIMIT = 1_000;

    /** How much of what is meant holds. */
    public enum Extent {
        NONE,
        PART,
        WHOLE
    }

    /** What an entry is meant to do to the submissions it matches. */
    public enum Intent {
        /** They get at least its tier. */
        GIVES,
        /** They no longer get its tier. */
        TAKES,
        /** They get none. */
        BLOCKS,
        /** They get something again. */
        LIFTS
    }

    /**
     * One intention.
     *
     * @param tier of the grant; NONE for a block
     * @param alreadyTrue how much of it held before the change
     * @param achieved how much of it holds after
     * @param missing where it does not hold after; empty exactly if achieved is WHOLE
     */
    public record Step(
            Intent intent,
            String key,
            Tier tier,
            Extent alreadyTrue,
            Extent achieved,
            List<Missing> missing) {
        public Step {
            Objects.requireNonNull(intent);
            Objects.requireNonNull(key);
            Objects.requireNonNull(tier);
            Objects.requireNonNull(alreadyTrue);
            Objects.requireNonNull(achieved);
            missing = List.copyOf(missing);
        }
    }

    /**
     * Where an intention fails.
     *
     * @param because key of the entry that decides instead; null = none matches
     */
    public record Missing(
            List<String> servers,
            List<Integer> ports,
            List<String> accounts,
            List<String> computers,
            AddressSet addresses,
            Instant from,
            Instant until,
            Submission witness,
            String because) {}

    public ChangeProof {
        steps = List.copyOf(steps);
        collateral = List.copyOf(collateral);
    }

    /**
     * Proves a change.
     *
     * @param from only submissions at this instant or later count; null = all time
     */
    public static ChangeProof of(Policy before, Policy after, Instant from) {
        return new ChangeProver(before, after, from).proof();
    }

    /** Whether it was worked out. */
    public boolean isKnown() {
        return omitted == 0;
    }

    /** Whether every intention holds wholly after the change. */
    public boolean isAchieved() {
        return isKnown() && steps.stream().allMatch(step -> step.achieved() == Extent.WHOLE);
    }

    /** The steps that already held wholly before the change: they change nothing. */
    public List<Step> alreadyTrue() {
        return steps.stream().filter(step -> step.alreadyTrue() == Extent.WHOLE).toList();
    }

    /** The three answers in one line, for people. */
    public String verdict() {
        if (!isKnown()) {
            return "not worked out entry by entry: more than " + LIMIT + " entries are edited";
        }
        if (steps.isEmpty() && collateral.isEmpty()) {
            return "no entry's meaning is edited, and nothing changes";
        }
        long achieved = steps.stream().filter(step -> step.achieved() == Extent.WHOLE).count();
        return "intended and achieved: "
                + achieved
                + " of "
                + steps.size()
                + "; already true: "
                + (alreadyTrue().isEmpty() ? "none" : alreadyTrue().size())
                + "; collateral: "
                + (collateral.isEmpty() ? "none" : collateral.size() + " region(s)");
    }
}

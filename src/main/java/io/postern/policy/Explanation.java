package io.postern.policy;

import java.util.List;
import java.util.Objects;

/**
 * A decision and how it came about.
 *
 * @param trials every entry that was tried: those that match first (the deciding one on top), then
 *     those that fail in exactly one dimension, then the rest
 * @param notes what a reader should know besides, such as a name the policy does not know; may be
 *     empty
 */
public record Explanation(Decision decision, List<EntryTrial> trials, List<String> notes) {
    /**
     * One entry that was tried.
     *
     * @param kind {@code grant} or {@code block}
     * @param why one sentence: what matched, or which dimensions failed and how
     */
    public record EntryTrial(String kind, String key, boolean matched, String why) {
        public EntryTrial {
            Objects.requireNonNull(kind);
            Objects.requireNonNull(key);
            Objects.requireNonNull(why);
        }
    }

    public Explanation {
        Objects.requireNonNull(decision);
        trials = List.copyOf(trials);
        notes = List.copyOf(notes);
    }
}

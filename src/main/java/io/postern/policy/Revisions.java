package io.postern.policy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The stored revisions. Nothing stored is ever changed. */
public interface Revisions {
    /** The newest applied revision; number 0 before the first change. */
    Revision head();

    /** The revision of that number; empty = none. */
    Optional<Revision> find(long number);

    /** At most {@code limit} revisions with a number below {@code before}, newest first. */
    List<Revision> before(long before, int limit);

    /**
     * The entries of a revision, by kind, then key by code point; of an unknown number, none.
     * Unmodifiable.
     */
    List<PolicyEntry> entries(long number);

    /**
     * What turns the entries of one revision into those of another, older or newer, by kind, then
     * key by code point; empty if they are equal. The cost follows the changes of the revisions
     * between them, not the policy.
     *
     * @throws IllegalArgumentException if there is no revision of that number
     */
    List<EntryChange> difference(long from, long to);

    /** The policy of a revision; of an unknown number, the empty one. */
    Policy policy(long number);

    /**
     * Appends the next revision, in the caller's transaction: if that fails, nothing is left. Cost
     * and storage follow the changes, not the policy. A change that changes nothing is left out.
     *
     * @param parent number of the head that it was made from
     * @param changes from the parent's entries to the new ones, in any order; may be empty
     * @throws StaleParentException if the head is another one by now
     * @throws IllegalArgumentException if a key is changed twice
     */
    Revision append(
            long parent,
            List<EntryChange> changes,
            String author,
            String note,
            Long changeId,
            Instant at);

    /** The head has moved on. */
    final class StaleParentException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public StaleParentException(long parent, long head) {
            super("based on revision " + parent + ", but " + head + " is the newest");
        }
    }
}

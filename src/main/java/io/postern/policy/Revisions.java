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

    /** The entries of a revision, by kind and key; of an unknown number, none. */
    List<PolicyEntry> entries(long number);

    /** The policy of a revision; of an unknown number, the empty one. */
    Policy policy(long number);

    /**
     * Appends the next revision, in the caller's transaction. Storage grows with the difference,
     * not with the policy.
     *
     * @param parent number of the head that it was made from
     * @throws StaleParentException if the head is another one by now
     */
    Revision append(
            long parent,
            List<PolicyEntry> entries,
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

package io.postern.change;

import java.util.List;
import java.util.Optional;

/** The stored change requests and approvals. Writes join the caller's transaction. */
public interface ChangeRequests {
    /** Stores a new one and gives it its id. */
    ChangeRequest add(ChangeRequest change);

    Optional<ChangeRequest> find(long id);

    /** Reads one and keeps every other writer away until the transaction ends. */
    Optional<ChangeRequest> findForUpdate(long id);

    /** Stores the next one and gives it its version. */
    ChangeRequest save(ChangeRequest change);

    /** At most {@code limit} with an id below {@code before}, newest first; states empty = all. */
    List<ChangeRequest> before(long before, int limit, List<ChangeState> states);

    void addApproval(long changeId, Approval approval);

    List<Approval> approvals(long changeId);
}

package io.postern.rollout;

import java.util.List;
import java.util.Optional;

/** The stored rollouts. */
public interface Rollouts {
    /** Stores a new one, in the caller's transaction, and gives it its id. */
    Rollout add(Rollout rollout);

    Optional<Rollout> find(long id);

    /** Reads one and keeps every other writer away until the transaction ends. */
    Optional<Rollout> findForUpdate(long id);

    /** Stores the next state. */
    void save(Rollout rollout);

    /** Those that are not at their end, oldest first. */
    List<Rollout> unfinished();

    /** Those at their end that still wait for servers, oldest first. */
    List<Rollout> watched();

    /** At most {@code limit} with an id below {@code before}, newest first. */
    List<Rollout> before(long before, int limit);
}

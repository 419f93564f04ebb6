package io.postern.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What continuous validation stores. Writes join the caller's transaction. */
public interface Validations {
    /**
     * Probes that are waited for.
     *
     * @param batch as in {@link io.postern.probe.Probe}
     */
    record AskedBatch(String batch, String server, Instant askedAt) {}

    /**
     * Keeps every other replica away until the transaction ends.
     *
     * @return false = another one is at it
     */
    boolean lock();

    /**
     * Takes probes from the budget of the running minute; under the lock.
     *
     * @param wanted 0 or more
     * @return how many of them it holds
     */
    int take(int wanted, int perMinute, Instant now);

    /**
     * Takes all of them or none.
     *
     * @return whether the budget holds them
     */
    boolean takeAll(int wanted, int perMinute, Instant now);

    Optional<ServerValidation> server(String server);

    List<ServerValidation> servers();

    void save(ServerValidation server);

    /** Forgets the servers that are not among these. */
    void keepOnly(Set<String> servers);

    void add(AskedBatch batch);

    /** Oldest first. */
    List<AskedBatch> batches();

    void removeBatch(String batch);

    Optional<WatchedExpectation> watched(Expectation expectation);

    /** Those of a server, the longest not asked first. */
    List<WatchedExpectation> watchedOf(String server);

    /** Whether an expectation of another server from that source is not met. */
    boolean isWatchedElsewhere(String source, String server);

    /** Stores it, or forgets it if its history is clean and it has no finding. */
    void save(WatchedExpectation watched);

    void forget(Expectation expectation);

    /** Stores a new one or the next state of one, and gives it its id. */
    ValidationFinding save(ValidationFinding finding);

    Optional<ValidationFinding> find(long id);

    Optional<ValidationFinding> findForUpdate(long id);

    /**
     * At most {@code limit} with an id below {@code before}, newest first.
     *
     * @param states empty = all
     * @param server null = all
     */
    List<ValidationFinding> before(
            long before, int limit, Set<ValidationFinding.State> states, String server);

    /** How many are not closed. */
    long countOpen();

    /** Throws away answered probes of no rollout that no finding names. */
    void removeProbesBefore(Instant before);
}

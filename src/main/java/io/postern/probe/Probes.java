package io.postern.probe;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The stored probes. */
public interface Probes {
    /** Stores open probes, in the caller's transaction. */
    void ask(
            String batch,
            Long rolloutId,
            String ring,
            List<PlannedProbe> planned,
            long revision,
            Instant at);

    /**
     * The open probes of a server that this vantage may answer, oldest first: those that are
     * addressed to it, or to nobody.
     */
    List<Probe> open(String server, String vantage, int limit);

    /**
     * The open probes that are addressed to this vantage, or to nobody and asked from any of these
     * addresses, oldest first.
     */
    List<Probe> openAt(String vantage, Collection<String> sources, int limit);

    Optional<Probe> find(long id);

    /**
     * Stores an answer; a probe that is not open keeps what it has.
     *
     * @return whether it was open
     */
    boolean answer(long id, ProbeAnswer answer, Instant at);

    /** Nobody waits for what is still open in the batch. */
    void drop(String batch);

    List<Probe> ofBatch(String batch);

    List<Probe> ofRollout(long rolloutId);

    /** An unknown batch has no probe at all. */
    BatchSummary summary(String batch);
}

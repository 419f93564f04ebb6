package io.postern.rollout;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A rollout's whole state, immutable; every step yields the next one, which is stored before
 * anything else happens.
 *
 * @param id 0 = not stored yet
 * @param revision what is rolled out
 * @param previousRevision what held before
 * @param authorityRevision the revision that the authority moved to when it was rolled back; 0 = it
 *     did not move
 * @param since when it came into its state
 * @param reason why it brakes or failed; null = nothing wrong
 * @param rollbackBatch probes that prove the undoing; null = none asked
 * @param proof {@code probed}, or {@code read-back} where no probe was possible; null = not proven
 *     yet
 * @param skipped servers that are left alone, a sentence each
 */
public record Rollout(
        long id,
        long changeId,
        long revision,
        long previousRevision,
        RolloutState state,
        List<Ring> rings,
        long authorityRevision,
        Instant since,
        String reason,
        String rollbackBatch,
        String proof,
        List<String> skipped) {
    public Rollout {
        rings = List.copyOf(rings);
        skipped = List.copyOf(skipped);
    }

    /** A new rollout with every ring pending. */
    public static Rollout planned(
            long changeId,
            long revision,
            long previousRevision,
            List<Ring> rings,
            List<String> skipped,
            Instant now) {
        return new Rollout(
                0,
                changeId,
                revision,
                previousRevision,
                RolloutState.RUNNING,
                rings,
                0,
                now,
                null,
                null,
                null,
                skipped);
    }

    /** The first ring that is not done; empty = all are. */
    public Optional<Ring> current() {
        return rings.stream().filter(ring -> ring.state() != RingState.DONE).findFirst();
    }

    /** Every server something was published to, in ring order. */
    public List<ServerTarget> touched() {
        return rings.stream()
                .flatMap(ring -> ring.targets().stream())
                .filter(ServerTarget::isTouched)
                .toList();
    }

    /** All servers in ring order. */
    public List<String> servers() {
        return rings.stream()
                .flatMap(ring -> ring.targets().stream())
                .map(ServerTarget::server)
                .toList();
    }

    Rollout in(RolloutState next, String why, Instant now) {
        return new Rollout(
                id,
                changeId,
                revision,
                previousRevision,
                next,
                rings,
                authorityRevision,
                now,
                why,
                rollbackBatch,
                proof,
                skipped);
    }

    Rollout with(Ring changed) {
        List<Ring> all = new ArrayList<>(rings);
        all.replaceAll(ring -> ring.name().equals(changed.name()) ? changed : ring);
        return new Rollout(
                id,
                changeId,
                revision,
                previousRevision,
                state,
                all,
                authorityRevision,
                since,
                reason,
                rollbackBatch,
                proof,
                skipped);
    }

    Rollout movedAuthority(long number) {
        return new Rollout(
                id,
                changeId,
                revision,
                previousRevision,
                state,
                rings,
                number,
                since,
                reason,
                rollbackBatch,
                proof,
                skipped);
    }

    Rollout askedRollback(String batch) {
        return new Rollout(
                id,
                changeId,
                revision,
                previousRevision,
                state,
                rings,
                authorityRevision,
                since,
                reason,
                batch,
                proof,
                skipped);
    }

    Rollout proven(String how) {
        return new Rollout(
                id,
                changeId,
                revision,
                previousRevision,
                state,
                rings,
                authorityRevision,
                since,
                reason,
                rollbackBatch,
                how,
                skipped);
    }
}

package io.postern.rollout;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
 * @param reason why it halted, brakes or failed, for people; null = nothing wrong
 * @param rollbackBatch probes that prove the undoing; null = none asked
 * @param proof {@code probed}, or {@code read-back} where no probe was possible, and which servers
 *     it goes without; null = not proven yet
 * @param skipped servers that are left alone, a sentence each
 * @param options never null; what was stored without any has {@link RolloutOptions#PLAIN}
 * @param cause why, for programs; null = nothing wrong
 * @param braked the reason it braked with, kept to its end; null = it did not
 * @param outstanding servers whose agents have not reported them back as they were
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
        List<String> skipped,
        RolloutOptions options,
        RolloutCause cause,
        String braked,
        List<String> outstanding) {
    public Rollout {
        rings = List.copyOf(rings);
        skipped = skipped == null ? List.of() : List.copyOf(skipped);
        options = options == null ? RolloutOptions.PLAIN : options;
        outstanding = outstanding == null ? List.of() : List.copyOf(outstanding);
    }

    /** A new rollout with every ring pending. */
    public static Rollout planned(
            long changeId,
            long revision,
            long previousRevision,
            RingPlan plan,
            RolloutOptions options,
            Instant now) {
        return new Rollout(
                0,
                changeId,
                revision,
                previousRevision,
                RolloutState.RUNNING,
                plan.rings(),
                0,
                now,
                null,
                null,
                null,
                plan.skipped(),
                options,
                null,
                null,
                List.of());
    }

    /** The first ring that is not done; empty = all are. */
    public Optional<Ring> current() {
        return rings.stream().filter(ring -> ring.state() != RingState.DONE).findFirst();
    }

    /** Whether it halted for what a person must decide: about a server, or about probes. */
    public boolean needsDecision() {
        return cause == RolloutCause.SERVER_ERROR || cause == RolloutCause.CONTESTED;
    }

    /** Every server something was published to, in ring order. */
    public List<ServerTarget> touched() {
        return targets().stream().filter(ServerTarget::isTouched).toList();
    }

    List<ServerTarget> targets() {
        return rings.stream().flatMap(ring -> ring.targets().stream()).toList();
    }

    /** All servers in ring order. */
    public List<String> servers() {
        return targets().stream().map(ServerTarget::server).toList();
    }

    /** Whether it is at its end, yet servers are still waited for. */
    public boolean isWatched() {
        return state.isFinal() && !outstanding.isEmpty();
    }

    /** Why it braked. */
    String brakeReason() {
        return braked == null ? reason : braked;
    }

    Rollout in(RolloutState next, RolloutCause because, String why, Instant now) {
        return edited(
                edit -> {
                    edit.state = next;
                    edit.cause = because;
                    edit.reason = why;
                    edit.since = now;
                });
    }

    /** The same under the id that it is stored by. */
    public Rollout stored(long number) {
        return edited(edit -> edit.id = number);
    }

    Rollout with(Ring changed) {
        List<Ring> all = new ArrayList<>(rings);
        all.replaceAll(ring -> ring.name().equals(changed.name()) ? changed : ring);
        return edited(edit -> edit.rings = all);
    }

    Rollout movedAuthority(long number) {
        return edited(edit -> edit.authorityRevision = number);
    }

    Rollout askedRollback(String batch) {
        return edited(edit -> edit.rollbackBatch = batch);
    }

    Rollout proven(String how) {
        return edited(edit -> edit.proof = how);
    }

    Rollout brakedFor(String why) {
        return edited(edit -> edit.braked = why);
    }

    Rollout missing(List<String> servers) {
        return edited(edit -> edit.outstanding = servers);
    }

    Rollout without(String sentence) {
        List<String> all = new ArrayList<>(skipped);
        all.add(sentence);
        return edited(edit -> edit.skipped = all);
    }

    private Rollout edited(Consumer<Edit> change) {
        Edit edit = new Edit(this);
        change.accept(edit);
        return edit.done(this);
    }

    /** What changes in the life of a rollout. */
    private static final class Edit {
        private long id;
        private RolloutState state;
        private List<Ring> rings;
        private long authorityRevision;
        private Instant since;
        private String reason;
        private String rollbackBatch;
        private String proof;
        private List<String> skipped;
        private RolloutCause cause;
        private String braked;
        private List<String> outstanding;

        Edit(Rollout from) {
            id = from.id;
            state = from.state;
            rings = from.rings;
            authorityRevision = from.authorityRevision;
            since = from.since;
            reason = from.reason;
            rollbackBatch = from.rollbackBatch;
            proof = from.proof;
            skipped = from.skipped;
            cause = from.cause;
            braked = from.braked;
            outstanding = from.outstanding;
        }

        Rollout done(Rollout from) {
            return new Rollout(
                    id,
                    from.changeId,
                    from.revision,
                    from.previousRevision,
                    state,
                    rings,
                    authorityRevision,
                    since,
                    reason,
                    rollbackBatch,
                    proof,
                    skipped,
                    from.options,
                    cause,
                    braked,
                    outstanding);
        }
    }
}

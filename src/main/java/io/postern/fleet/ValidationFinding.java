package io.postern.fleet;

import io.postern.policy.Tier;
import java.time.Instant;

/**
 * An expectation that is not met any more, or of which it cannot be told.
 *
 * @param id 0 = not stored yet
 * @param observed tier word of the last probe that failed; {@code unknown}; null = nobody answered
 * @param revision the server's own, whose policy expects it
 * @param causeWhy what makes the cause likely, a sentence
 * @param explanation what the last probe said, a sentence
 * @param probeId the last probe that failed, with its transcript; null = it is not kept
 * @param changeId the change request whose proven rollout last touched the expectation; null = none
 *     of those looked at did
 * @param changeRevision its revision; null likewise
 * @param since when it was opened
 * @param lastSeen when a probe last failed
 * @param seen how many probes failed since it was opened
 * @param closedAt null = it is not closed
 * @param closedReason null likewise
 * @param acknowledgedBy null = nobody
 */
public record ValidationFinding(
        long id,
        Expectation expectation,
        Tier expected,
        String observed,
        long revision,
        Kind kind,
        State state,
        Severity severity,
        LikelyCause cause,
        String causeWhy,
        String explanation,
        Long probeId,
        Long changeId,
        Long changeRevision,
        Instant since,
        Instant lastSeen,
        int seen,
        Instant closedAt,
        String closedReason,
        String acknowledgedBy,
        Instant acknowledgedAt) {
    /** What is found. */
    public enum Kind {
        /** Something else happens than the policy says. */
        FAILED,
        /** It cannot be told what happens. */
        UNKNOWN
    }

    /** Where it stands. */
    public enum State {
        OPEN,
        /** It comes and goes: one finding, and no more news of it. */
        FLAPPING,
        CLOSED
    }

    /** How bad it is, the worst first. */
    public enum Severity {
        /** More gets through than the policy says. */
        OVER_PERMITTED,
        /** Less gets through. */
        UNDER_PERMITTED,
        /** Nobody knows. */
        NOT_KNOWN;

        static Severity of(Tier expected, String observed) {
            if (observed == null || observed.equals("unknown")) {
                return NOT_KNOWN;
            }
            Tier seen = observed.equals("at-least-relay") ? Tier.RELAY : Tier.ofWord(observed);
            return seen.compareTo(expected) > 0 ? OVER_PERMITTED : UNDER_PERMITTED;
        }
    }

    ValidationLaw.Standing standing() {
        return switch (state) {
            case CLOSED -> ValidationLaw.Standing.NONE;
            case FLAPPING -> ValidationLaw.Standing.FLAPPING;
            case OPEN ->
                    kind == Kind.FAILED
                            ? ValidationLaw.Standing.FAILED
                            : ValidationLaw.Standing.UNKNOWN;
        };
    }

    ValidationFinding closed(String reason, Instant at) {
        return new ValidationFinding(
                id,
                expectation,
                expected,
                observed,
                revision,
                kind,
                State.CLOSED,
                severity,
                cause,
                causeWhy,
                explanation,
                probeId,
                changeId,
                changeRevision,
                since,
                lastSeen,
                seen,
                at,
                reason,
                acknowledgedBy,
                acknowledgedAt);
    }

    ValidationFinding acknowledged(String who, Instant at) {
        return new ValidationFinding(
                id,
                expectation,
                expected,
                observed,
                revision,
                kind,
                state,
                severity,
                cause,
                causeWhy,
                explanation,
                probeId,
                changeId,
                changeRevision,
                since,
                lastSeen,
                seen,
                closedAt,
                closedReason,
                who,
                at);
    }

    /** Seen once more by a probe that says this. */
    ValidationFinding seenAgain(String saw, String says, Long probe, Instant at) {
        return new ValidationFinding(
                id,
                expectation,
                expected,
                saw,
                revision,
                kind,
                state,
                Severity.of(expected, saw),
                cause,
                causeWhy,
                says,
                probe,
                changeId,
                changeRevision,
                since,
                at,
                seen + 1,
                closedAt,
                closedReason,
                acknowledgedBy,
                acknowledgedAt);
    }
}

package io.postern.fleet;

import io.postern.enforcement.Fidelity;
import java.time.Instant;

/**
 * What a live server lets through otherwise than a revision says, as its agent read it back last.
 *
 * @param mode word of its mode; null = the newest policy does not know it
 * @param revision number of the one it was judged against
 * @param isInForce whether the server holds that revision; false = it is the newest one, which the
 *     server does not enforce
 * @param readAt when its agent reported what was judged; null = it never did
 * @param unjudged why nothing was judged, a sentence for people; null = it was
 * @param now the difference as the server is; null = not judged
 * @param enforced the difference that would be left if that revision's connectors were applied;
 *     null = not judged, or the revision is in force
 */
public record LiveFidelity(
        String server,
        String mode,
        long revision,
        boolean isInForce,
        Instant readAt,
        String unjudged,
        Fidelity now,
        Fidelity enforced) {
    /** How the judgement ended. */
    public enum State {
        /** Nothing is known, which is no success. */
        NOT_JUDGED,
        /** Everything is known and is what the revision says. */
        EXACT,
        /** No region is known, and not everything is known. */
        EXACT_AS_FAR_AS_KNOWN,
        /** There are regions. */
        DIFFERS
    }

    /** How the judgement of the server as it is ended. */
    public State state() {
        if (now == null) {
            return State.NOT_JUDGED;
        }
        if (!now.regions().isEmpty()) {
            return State.DIFFERS;
        }
        return now.isExact() ? State.EXACT : State.EXACT_AS_FAR_AS_KNOWN;
    }
}

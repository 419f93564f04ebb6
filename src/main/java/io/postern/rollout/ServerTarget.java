package io.postern.rollout;

import java.time.Instant;

/**
 * One server in a ring.
 *
 * @param serial serial of the publication; 0 = not published
 * @param digest digest of what was published; null = not published
 * @param rollbackSerial serial of the publication that puts it back; 0 = none
 * @param rollbackDigest digest of that; null = none
 * @param publishedAt when it was published last; null = not published, or before this was noted
 * @param skipReason why it was skipped, by whom; null = it was not
 */
public record ServerTarget(
        String server,
        long serial,
        String digest,
        long rollbackSerial,
        String rollbackDigest,
        Instant publishedAt,
        String skipReason) {
    /** A server nothing was published to yet. */
    public static ServerTarget of(String server) {
        return new ServerTarget(server, 0, null, 0, null, null, null);
    }

    public boolean isTouched() {
        return serial > 0;
    }

    public boolean isSkipped() {
        return skipReason != null;
    }

    /** Whether something was published to it that counts: it is not skipped. */
    boolean isInForce() {
        return isTouched() && !isSkipped();
    }

    boolean isActive(ServerView view) {
        return view.holds(serial, digest);
    }

    boolean isInError(ServerView view) {
        return isInForce() && view.failedSerial() >= serial;
    }

    boolean isBack(ServerView view) {
        return rollbackSerial > 0 && view.holds(rollbackSerial, rollbackDigest);
    }

    ServerTarget published(long newSerial, String newDigest, Instant now) {
        return new ServerTarget(
                server, newSerial, newDigest, rollbackSerial, rollbackDigest, now, skipReason);
    }

    ServerTarget rolledBack(long newSerial, String newDigest) {
        return new ServerTarget(
                server, serial, digest, newSerial, newDigest, publishedAt, skipReason);
    }

    ServerTarget skipped(String why) {
        return new ServerTarget(
                server, serial, digest, rollbackSerial, rollbackDigest, publishedAt, why);
    }
}

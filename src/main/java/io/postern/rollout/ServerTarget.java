package io.postern.rollout;

/**
 * One server in a ring.
 *
 * @param serial serial of the publication; 0 = not published
 * @param digest digest of what was published; null = not published
 * @param rollbackSerial serial of the publication that puts it back; 0 = none
 * @param rollbackDigest digest of that; null = none
 */
public record ServerTarget(
        String server, long serial, String digest, long rollbackSerial, String rollbackDigest) {
    /** A server nothing was published to yet. */
    public static ServerTarget of(String server) {
        return new ServerTarget(server, 0, null, 0, null);
    }

    public boolean isTouched() {
        return serial > 0;
    }

    ServerTarget published(long newSerial, String newDigest) {
        return new ServerTarget(server, newSerial, newDigest, rollbackSerial, rollbackDigest);
    }

    ServerTarget rolledBack(long newSerial, String newDigest) {
        return new ServerTarget(server, serial, digest, newSerial, newDigest);
    }
}

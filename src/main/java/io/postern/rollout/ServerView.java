package io.postern.rollout;

/**
 * What is known of a server's agent, by its own report.
 *
 * @param agent name of the agent that serves it; null = none enrolled
 * @param activeSerial serial of the publication it holds; 0 = none
 * @param activeDigest digest of what it read back; null = never read
 * @param undoneSerial highest serial that it undid by itself; 0 = none
 * @param failedSerial highest serial that it could not apply; 0 = none
 * @param error what it says went wrong; null = nothing
 */
public record ServerView(
        String agent,
        long activeSerial,
        String activeDigest,
        long undoneSerial,
        long failedSerial,
        String error) {
    public static final ServerView UNKNOWN = new ServerView(null, 0, null, 0, 0, null);

    boolean holds(long serial, String digest) {
        return activeSerial >= serial && digest.equals(activeDigest);
    }
}

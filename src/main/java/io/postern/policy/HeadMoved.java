package io.postern.policy;

/**
 * The newest revision is, or may be, another one. Fired inside the transaction that appends it, so
 * who listens waits for its success; and on every replica, asynchronously, when news of it arrives.
 *
 * @param number the new revision; -1 = not known, look for yourself
 */
public record HeadMoved(long number) {
    /** There may be a new one. */
    public static final HeadMoved PERHAPS = new HeadMoved(-1);
}

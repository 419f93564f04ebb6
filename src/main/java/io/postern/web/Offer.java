package io.postern.web;

/**
 * An action as the page offers it.
 *
 * @param shown whether the page speaks of it at all
 * @param reason why it is not possible, for people; null = it is possible
 */
public record Offer(boolean shown, String reason) {
    static final Offer HIDDEN = new Offer(false, "");
    static final Offer OPEN = new Offer(true, null);

    static Offer refused(String reason) {
        return new Offer(true, reason);
    }

    public boolean isPossible() {
        return shown && reason == null;
    }
}

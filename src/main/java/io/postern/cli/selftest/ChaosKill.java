package io.postern.cli.selftest;

/**
 * One planned kill -9.
 *
 * @param point what must be seen first
 * @param afterMillis how long after that it hits
 * @param target {@code service}, {@code database} or an agent's name
 * @param downMillis how long until it is started again; of a database under a living service the
 *     service itself decides
 */
record ChaosKill(Point point, long afterMillis, String target, long downMillis) {
    /** Where in a rollout. */
    enum Point {
        /** As soon as the change is applied. */
        APPLIED("applied"),
        /** A ring is published. */
        PUBLISHED("ring published"),
        /** An agent's journal says that it is applying. */
        APPLYING("agent applying"),
        /** An agent's journal says that its confirm window runs. */
        UNCONFIRMED("window running"),
        /** A ring is being probed. */
        PROBING("probing"),
        /** A ring was confirmed, its agents may not know yet. */
        CONFIRMING("confirming"),
        /** The rollout is being undone. */
        ROLLING_BACK("rolling back");

        private final String words;

        Point(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    @Override
    public String toString() {
        return target + " " + point.words() + "+" + afterMillis + "ms, down " + downMillis + "ms";
    }
}

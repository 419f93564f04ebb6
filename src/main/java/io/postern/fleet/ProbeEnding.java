package io.postern.fleet;

import io.postern.probe.Probe;

/** How a probe ended, as far as it tells a fault of the policy from one of the network. */
public enum ProbeEnding {
    /** The server said what it does with the submission. */
    ANSWERED,
    /** The connection attempt was reset. */
    RESET,
    /** The server says that it does not serve now: 421 where the banner should be. */
    NOT_SERVING,
    /** Nothing came: neither a connection nor a banner. */
    SILENCE,
    /** A router said that there is no way. */
    NO_WAY,
    /** The server said something that is no verdict: 4xx, closed early, not SMTP. */
    NO_VERDICT,
    /** No vantage ran it in time. */
    NOT_RUN;

    /** Reads it off what is kept of a probe. */
    public static ProbeEnding of(Probe probe) {
        String said = probe.explanation() == null ? "" : probe.explanation();
        if (probe.verdict() == null || said.contains("the probe was not made")) {
            return NOT_RUN;
        }
        String first =
                probe.transcript().stream()
                        .map(ProbeEnding::received)
                        .filter(line -> !line.isEmpty())
                        .findFirst()
                        .orElse("");
        if (first.startsWith("421")) {
            return NOT_SERVING;
        }
        if (said.contains("reset: the connection") || said.contains("reset, and no network")) {
            return RESET;
        }
        if (said.contains("no answer") || said.contains("connected, then silence")) {
            return SILENCE;
        }
        if (said.contains("no route")) {
            return NO_WAY;
        }
        return "unknown".equals(probe.observed()) ? NO_VERDICT : ANSWERED;
    }

    /** What a line of a transcript says that the server said; empty = somebody else spoke. */
    private static String received(String line) {
        int at = line.indexOf(" < ");
        return at < 0 || line.indexOf(' ') != at ? "" : line.substring(at + 3).strip();
    }
}

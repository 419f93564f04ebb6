package io.postern.probe;

import io.postern.smtp.ObservedTier;
import io.postern.smtp.ObservedTier.Level;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.SmtpReply;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a vantage saw.
 *
 * @param observed how far the submission got
 * @param detail the deciding reply or event, for people
 * @param simulated whether the source address was simulated
 * @param transcript at most {@link #MAX_TRANSCRIPT_LINES} lines, without control characters
 */
public record ProbeResult(
        ObservedTier observed, String detail, boolean simulated, List<String> transcript) {
    public static final int MAX_TRANSCRIPT_LINES = 200;
    private static final int MAX_LINE = 2_200;
    private static final int MAX_DETAIL = 1_000;

    public ProbeResult {
        Objects.requireNonNull(observed);
        Objects.requireNonNull(detail);
        transcript =
                transcript.stream()
                        .limit(MAX_TRANSCRIPT_LINES)
                        .map(line -> shown(line, MAX_LINE))
                        .toList();
        detail = shown(detail, MAX_DETAIL);
    }

    /**
     * Reads what a vantage sent, which nobody has to believe: what contradicts itself tells
     * nothing.
     *
     * @param isBehindNetworkLayer whether something before the server may drop or reset
     * @param transcript lines {@code millis direction text}; of any characters
     */
    public static ProbeResult of(
            ProbeOutcome outcome,
            boolean isBehindNetworkLayer,
            boolean simulated,
            List<String> transcript) {
        ObservedTier observed =
                contradiction(outcome)
                        .map(why -> new ObservedTier(Level.UNKNOWN, why))
                        .orElseGet(() -> ObservedTier.of(outcome, isBehindNetworkLayer));
        SmtpReply reply = outcome.reply();
        return new ProbeResult(
                observed,
                observed.reason()
                        + (reply == null ? "" : " (" + reply.code() + " " + reply.text() + ")"),
                simulated,
                transcript);
    }

    /** How an outcome and its reply cannot go together; empty = they do. */
    private static Optional<String> contradiction(ProbeOutcome outcome) {
        SmtpReply reply = outcome.reply();
        boolean fits =
                switch (outcome.kind()) {
                    case REFUSED_AT_BANNER,
                            REFUSED_AT_EHLO,
                            REFUSED_AT_MAIL,
                            REFUSED_AT_RCPT_OWN,
                            REFUSED_AT_RCPT_FOREIGN ->
                            reply != null && reply.permanentFailure();
                    case ACCEPTED -> reply != null && reply.positive();
                    case CONNECT_TIMEOUT, CONNECT_REFUSED -> reply == null;
                    default -> true;
                };
        return fits
                ? Optional.empty()
                : Optional.of(
                        "the result contradicts itself: "
                                + outcome.kind()
                                + (reply == null ? " without a reply" : " by " + reply.code()));
    }

    /** A server may say anything; what is kept can be shown and stored anywhere. */
    private static String shown(String text, int most) {
        StringBuilder shown = new StringBuilder();
        int end = Math.min(text.length(), most);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean isPair =
                    Character.isHighSurrogate(c)
                            && i + 1 < end
                            && Character.isLowSurrogate(text.charAt(i + 1));
            if (isPair) {
                shown.append(c).append(text.charAt(++i));
            } else if (Character.isSurrogate(c)
                    || Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || c == '\u2028'
                    || c == '\u2029') {
                shown.append(String.format("\\u%04X", (int) c));
            } else {
                shown.append(c);
            }
        }
        return shown.append(text.length() > most ? " ..." : "").toString();
    }
}

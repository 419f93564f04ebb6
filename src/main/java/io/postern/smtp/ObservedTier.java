package io.postern.smtp;

import io.postern.smtp.ProbeOutcome.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How far the probed server let the client go, read off the outcome alone: reply class and enhanced
 * code before text; what is not listed is unknown, never guessed.
 *
 * @param reason why, for a user to read
 */
public record ObservedTier(Level level, String reason) {
    public ObservedTier {
        Objects.requireNonNull(level);
        Objects.requireNonNull(reason);
    }

    /** What a dialogue without DATA can tell apart. */
    public enum Level {
        NONE,
        INTERNAL,
        /** RELAY or TRUSTED: they look alike on the wire. */
        AT_LEAST_RELAY,
        /** The probe answers nothing. */
        UNKNOWN
    }

    /** Which servers a row holds for. */
    enum Where {
        ANYWHERE,
        /** Only where a network layer in front can drop or reset. */
        NETWORK_LAYER
    }

    /**
     * One row of the table.
     *
     * @param code the reply code; 0 = any, also no reply
     * @param enhanced prefix of the enhanced code; empty = any; "-" = there is none
     * @param text part of the reply's text in lower case; empty = any
     */
    record Row(
            Kind kind,
            Where where,
            int code,
            String enhanced,
            String text,
            Level level,
            String reason) {
        boolean matches(ProbeOutcome outcome, boolean networkLayer) {
            return outcome.kind() == kind
                    && (where == Where.ANYWHERE || networkLayer)
                    && (code == 0 && enhanced.isEmpty() && text.isEmpty()
                            || outcome.reply() != null && matches(outcome.reply()));
        }

        private boolean matches(SmtpReply reply) {
            return (code == 0 || reply.code() == code)
                    && (enhanced.isEmpty()
                            || enhanced.equals("-") && reply.enhanced() == null
                            || reply.enhanced() != null
                                    && (reply.enhanced() + ".").startsWith(enhanced + "."))
                    && reply.text().toLowerCase(Locale.ROOT).contains(text);
        }
    }

    /**
     * The first matching row decides; the last row of each kind matches always, and what no row
     * matches is unknown.
     */
    static final List<Row> TABLE =
            List.of(
                    row(
                            Kind.ACCEPTED,
                            0,
                            "",
                            "",
                            Level.AT_LEAST_RELAY,
                            "a foreign recipient was accepted"),
                    row(
                            Kind.REFUSED_AT_RCPT_FOREIGN,
                            0,
                            "5.7",
                            "",
                            Level.INTERNAL,
                            "own domain accepted, relay refused"),
                    row(
                            Kind.REFUSED_AT_RCPT_FOREIGN,
                            554,
                            "-",
                            "",
                            Level.INTERNAL,
                            "own domain accepted, relay refused (554)"),
                    row(
                            Kind.REFUSED_AT_RCPT_FOREIGN,
                            0,
                            "-",
                            "relay",
                            Level.INTERNAL,
                            "own domain accepted, relay refused (by its text)"),
                    row(
                            Kind.REFUSED_AT_RCPT_FOREIGN,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "the foreign recipient was refused for itself, not for relaying"),
                    row(
                            Kind.REFUSED_AT_RCPT_OWN,
                            0,
                            "5.7",
                            "",
                            Level.NONE,
                            "refused at the recipient of the own domain"),
                    row(
                            Kind.REFUSED_AT_RCPT_OWN,
                            554,
                            "-",
                            "",
                            Level.NONE,
                            "refused at the recipient of the own domain (554)"),
                    row(
                            Kind.REFUSED_AT_RCPT_OWN,
                            530,
                            "-",
                            "",
                            Level.NONE,
                            "authentication demanded at the recipient"),
                    row(
                            Kind.REFUSED_AT_RCPT_OWN,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "the own recipient was refused for another reason than policy"),
                    row(
                            Kind.REFUSED_AT_MAIL,
                            0,
                            "",
                            "starttls",
                            Level.UNKNOWN,
                            "the server demands TLS before mail"),
                    row(
                            Kind.REFUSED_AT_MAIL,
                            0,
                            "5.7.60",
                            "",
                            Level.UNKNOWN,
                            "the sender address was refused, not the client"),
                    row(
                            Kind.REFUSED_AT_MAIL,
                            550,
                            "5.7.1",
                            "permissions to send as",
                            Level.UNKNOWN,
                            "the sender address was refused, not the client"),
                    row(Kind.REFUSED_AT_MAIL, 0, "5.7", "", Level.NONE, "refused at MAIL"),
                    row(
                            Kind.REFUSED_AT_MAIL,
                            530,
                            "-",
                            "",
                            Level.NONE,
                            "authentication demanded at MAIL"),
                    row(Kind.REFUSED_AT_MAIL, 554, "-", "", Level.NONE, "refused at MAIL (554)"),
                    row(
                            Kind.REFUSED_AT_MAIL,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "MAIL was refused for another reason than policy"),
                    row(Kind.REFUSED_AT_EHLO, 0, "5.7", "", Level.NONE, "refused at EHLO"),
                    row(Kind.REFUSED_AT_EHLO, 554, "-", "", Level.NONE, "refused at EHLO (554)"),
                    row(
                            Kind.REFUSED_AT_EHLO,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "EHLO was refused for another reason than policy"),
                    row(
                            Kind.STARTTLS_NOT_OFFERED,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "TLS was wanted and is not offered"),
                    row(
                            Kind.REFUSED_AT_STARTTLS,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "the server refused to begin TLS"),
                    row(
                            Kind.TLS_FAILED,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "the server agreed to TLS, then there was none"),
                    row(
                            Kind.REFUSED_AT_RCPT_FOREIGN_ALONE,
                            554,
                            "5.7",
                            "client host rejected",
                            Level.NONE,
                            "the client was refused, at the recipient"),
                    row(
                            Kind.REFUSED_AT_RCPT_FOREIGN_ALONE,
                            530,
                            "",
                            "",
                            Level.NONE,
                            "authentication demanded at the recipient"),
                    row(
                            Kind.REFUSED_AT_RCPT_FOREIGN_ALONE,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "a foreign recipient was refused, and no own one asked for"),
                    row(
                            Kind.REFUSED_AT_RCPT_SINK,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "the recipient of the test message was refused"),
                    row(
                            Kind.REFUSED_AT_DATA,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "the test message was refused"),
                    row(
                            Kind.MESSAGE_TAKEN,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "the test message was taken; how far others get was not asked"),
                    row(Kind.REFUSED_AT_BANNER, 0, "", "", Level.NONE, "refused at the banner"),
                    behindNetworkLayer(
                            Kind.CONNECT_TIMEOUT, "dropped: no answer to the connection attempt"),
                    row(
                            Kind.CONNECT_TIMEOUT,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "no answer, and no network layer is expected to drop: host or route down?"),
                    behindNetworkLayer(
                            Kind.CONNECT_REFUSED, "reset: the connection attempt was refused"),
                    row(
                            Kind.CONNECT_REFUSED,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "reset, and no network layer is expected to refuse: service stopped?"),
                    row(
                            Kind.CLOSED_EARLY,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "closed early: no connector, a limit, or back pressure"),
                    row(Kind.READ_TIMEOUT, 0, "", "", Level.UNKNOWN, "connected, then silence"),
                    row(
                            Kind.MALFORMED,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "the answer is not what SMTP asks for"),
                    row(
                            Kind.TRANSIENT,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "a 4xx reply is no policy verdict"),
                    row(
                            Kind.UNREACHABLE,
                            0,
                            "",
                            "",
                            Level.UNKNOWN,
                            "another network filter or no route"),
                    row(Kind.NOT_RUN, 0, "", "", Level.UNKNOWN, "the probe was not made"));

    private static Row row(
            Kind kind, int code, String enhanced, String text, Level level, String reason) {
        return new Row(kind, Where.ANYWHERE, code, enhanced, text, level, reason);
    }

    private static Row behindNetworkLayer(Kind kind, String reason) {
        return new Row(kind, Where.NETWORK_LAYER, 0, "", "", Level.NONE, reason);
    }

    /**
     * Reads the tier off an outcome.
     *
     * @param networkLayer whether a network layer in front of the server is expected to drop or
     *     reset; without one, a timeout or reset at connect is unknown
     */
    public static ObservedTier of(ProbeOutcome outcome, boolean networkLayer) {
        return TABLE.stream()
                .filter(row -> row.matches(outcome, networkLayer))
                .findFirst()
                .map(row -> new ObservedTier(row.level(), row.reason()))
                .orElse(new ObservedTier(Level.UNKNOWN, "nothing known looks like this"));
    }
}

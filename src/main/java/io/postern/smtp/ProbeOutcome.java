package io.postern.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How one probe ended.
 *
 * @param stage the word of the {@link ProbeStage} at which it was decided
 * @param reply the reply that decided; null where none did
 * @param transcript everything said, in order; bounded
 */
public record ProbeOutcome(
        Kind kind, String stage, SmtpReply reply, List<TranscriptLine> transcript) {
    public ProbeOutcome {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(stage);
        transcript = List.copyOf(transcript);
    }

    /** With a note before its transcript; empty = none. */
    public ProbeOutcome noted(String note) {
        if (note.isEmpty()) {
            return this;
        }
        List<TranscriptLine> lines = new ArrayList<>();
        lines.add(new TranscriptLine(0, TranscriptLine.NOTE, note));
        lines.addAll(transcript);
        return new ProbeOutcome(kind, stage, reply, lines);
    }

    /** One that was not made, with the reason. */
    public static ProbeOutcome notRun(String why) {
        return new ProbeOutcome(Kind.NOT_RUN, ProbeStage.CONNECT.word(), null, List.of())
                .noted("not run: " + why);
    }

    /** As it is sent and stored: so many lines at the most, each cut to so many characters. */
    public List<String> written(int lines, int characters) {
        return transcript.stream().limit(lines).map(line -> line.written(characters)).toList();
    }

    /** The ways a probe can end. */
    public enum Kind {
        /** The probe could not be made: cancelled, or no such local address. Says nothing. */
        NOT_RUN,
        /** A router or host said by ICMP that there is no way. */
        UNREACHABLE,
        /** No answer to the connection attempt. */
        CONNECT_TIMEOUT,
        /** The connection attempt was answered by a reset. */
        CONNECT_REFUSED,
        /** Connected, then closed or reset before the question was answered. */
        CLOSED_EARLY,
        /** Connected, then silence. */
        READ_TIMEOUT,
        /** What came is no SMTP reply, or not one that fits the command. */
        MALFORMED,
        REFUSED_AT_BANNER,
        REFUSED_AT_EHLO,
        /** TLS was wanted and EHLO does not offer it. */
        STARTTLS_NOT_OFFERED,
        REFUSED_AT_STARTTLS,
        /** The server agreed to TLS, then there was none. */
        TLS_FAILED,
        REFUSED_AT_MAIL,
        REFUSED_AT_RCPT_OWN,
        /** Admitted for own domains, refused for a foreign one. */
        REFUSED_AT_RCPT_FOREIGN,
        /** A foreign recipient refused, and no own one asked for. */
        REFUSED_AT_RCPT_FOREIGN_ALONE,
        /** A foreign recipient accepted, and the own one, if it was asked for. */
        ACCEPTED,
        /** The one recipient of a test message refused. */
        REFUSED_AT_RCPT_SINK,
        /** The test message refused, before or after its text. */
        REFUSED_AT_DATA,
        /** The test message taken. */
        MESSAGE_TAKEN,
        /** A 4yz reply: no policy verdict, ever. */
        TRANSIENT
    }
}

package io.postern.smtp;

import io.postern.smtp.ProbeOutcome.Kind;

/**
 * The dialogue of one probe: banner, EHLO, MAIL, RCPT own domain, RCPT foreign domain, RSET, QUIT;
 * never DATA, so nothing is ever delivered. The caller owns connection and clock: it reports what
 * happened and does what {@link Next} says. Every event takes the milliseconds since the probe
 * began. Not thread-safe; one object per probe.
 */
public final class ProbeDialogue {
    private final ProbeSettings settings;
    private final Transcript transcript = new Transcript();
    private ProbeStage stage = ProbeStage.CONNECT;
    private Kind kind;
    private ProbeStage decidedAt;
    private SmtpReply decidedBy;

    public ProbeDialogue(ProbeSettings settings) {
        this.settings = settings;
    }

    /**
     * What to do next; exactly one of the two is not null.
     *
     * @param send a line to send, without line end, then wait for the next event
     * @param outcome the end: close the connection
     */
    public record Next(String send, ProbeOutcome outcome) {
        public Next {
            if ((send == null) == (outcome == null)) {
                throw new IllegalArgumentException("either a line or an outcome");
            }
        }

        public boolean done() {
            return outcome != null;
        }
    }

    /** Adds a remark to the transcript. */
    public void note(long elapsedMillis, String text) {
        transcript.note(elapsedMillis, text);
    }

    /** The connection stands; the client now waits for the banner. */
    public void onConnected(long elapsedMillis) {
        requireStage(stage == ProbeStage.CONNECT);
        stage = ProbeStage.BANNER;
        transcript.note(elapsedMillis, "connected");
    }

    /**
     * Whether the outcome is known and only the polite end is left; no need to wait long for it.
     */
    public boolean decided() {
        return kind != null;
    }

    /** The server said this. */
    public Next onReply(SmtpReply reply, long elapsedMillis) {
        requireStage(stage != ProbeStage.CONNECT && stage != ProbeStage.DONE);
        transcript.received(elapsedMillis, reply);
        if (decided()) {
            return stage == ProbeStage.RSET && reply.code() != 421
                    ? send(ProbeStage.QUIT, elapsedMillis)
                    : done();
        }
        if (passes(reply)) {
            return proceed(reply, elapsedMillis);
        }
        decide(refusalKind(reply), reply);
        // After 421 the server closes by itself; after nonsense there is nobody to be polite to.
        return reply.code() == 421 || kind == Kind.MALFORMED
                ? done()
                : send(ProbeStage.QUIT, elapsedMillis);
    }

    /** The time for connecting or for a reply is over. */
    public Next onTimeout(long elapsedMillis) {
        return ended(
                stage == ProbeStage.CONNECT ? Kind.CONNECT_TIMEOUT : Kind.READ_TIMEOUT,
                elapsedMillis,
                stage == ProbeStage.CONNECT ? "no answer to the connection attempt" : "no reply");
    }

    /**
     * A simulated firewall dropped the connection, which a real one would never have let stand: it
     * counts as no answer to the attempt.
     *
     * @param note what it said, for people
     */
    public Next onDropped(String note, long elapsedMillis) {
        requireStage(stage == ProbeStage.BANNER);
        stage = ProbeStage.CONNECT;
        return ended(Kind.CONNECT_TIMEOUT, elapsedMillis, note);
    }

    /** The server closed the connection. */
    public Next onClosed(long elapsedMillis) {
        return ended(Kind.CLOSED_EARLY, elapsedMillis, "closed by the server");
    }

    /** The connection, or the attempt to make one, was reset. */
    public Next onReset(long elapsedMillis) {
        return stage == ProbeStage.CONNECT
                ? ended(Kind.CONNECT_REFUSED, elapsedMillis, "connection refused (reset)")
                : ended(Kind.CLOSED_EARLY, elapsedMillis, "connection reset");
    }

    /** What came is no reply. */
    public Next onMalformed(MalformedReply malformed, long elapsedMillis) {
        return ended(Kind.MALFORMED, elapsedMillis, malformed.reason());
    }

    /** There is no way to the server. */
    public Next onUnreachable(String reason, long elapsedMillis) {
        return ended(Kind.UNREACHABLE, elapsedMillis, reason);
    }

    /** The probe cannot be made or go on, for a reason on our own side. */
    public Next onNotRun(String reason, long elapsedMillis) {
        return ended(Kind.NOT_RUN, elapsedMillis, reason);
    }

    private Next ended(Kind how, long elapsedMillis, String note) {
        requireStage(stage != ProbeStage.DONE);
        transcript.note(elapsedMillis, note);
        if (!decided()) {
            decide(how, null);
        }
        return done();
    }

    private boolean passes(SmtpReply reply) {
        return switch (stage) {
            case BANNER -> reply.code() == 220;
            case EHLO, MAIL, RCPT_FOREIGN -> reply.positive();
            // 550 5.1.x: the client was admitted, only this recipient does not exist.
            case RCPT_OWN -> reply.positive() || unknownRecipient(reply);
            case CONNECT, RSET, QUIT, DONE -> throw new IllegalStateException(stage.word());
        };
    }

    private static boolean unknownRecipient(SmtpReply reply) {
        return reply.code() == 550 && reply.hasSubject(1);
    }

    private Kind refusalKind(SmtpReply reply) {
        if (reply.transientFailure()) {
            return Kind.TRANSIENT;
        }
        if (!reply.permanentFailure()) {
            return Kind.MALFORMED;
        }
        return switch (stage) {
            case BANNER -> Kind.REFUSED_AT_BANNER;
            case EHLO -> Kind.REFUSED_AT_EHLO;
            case MAIL -> Kind.REFUSED_AT_MAIL;
            case RCPT_OWN -> Kind.REFUSED_AT_RCPT_OWN;
            case RCPT_FOREIGN -> Kind.REFUSED_AT_RCPT_FOREIGN;
            case CONNECT, RSET, QUIT, DONE -> throw new IllegalStateException(stage.word());
        };
    }

    private Next proceed(SmtpReply reply, long elapsedMillis) {
        return switch (stage) {
            case BANNER -> send(ProbeStage.EHLO, elapsedMillis);
            case EHLO -> send(ProbeStage.MAIL, elapsedMillis);
            case MAIL -> send(ProbeStage.RCPT_OWN, elapsedMillis);
            case RCPT_OWN -> send(ProbeStage.RCPT_FOREIGN, elapsedMillis);
            case RCPT_FOREIGN -> {
                decide(Kind.ACCEPTED, reply);
                yield send(ProbeStage.RSET, elapsedMillis);
            }
            case CONNECT, RSET, QUIT, DONE -> throw new IllegalStateException(stage.word());
        };
    }

    private String command(ProbeStage of) {
        return switch (of) {
            case EHLO -> "EHLO " + settings.ehloName();
            case MAIL -> "MAIL FROM:<" + settings.mailFrom() + ">";
            case RCPT_OWN -> "RCPT TO:<" + settings.internalRecipient() + ">";
            case RCPT_FOREIGN -> "RCPT TO:<" + settings.externalRecipient() + ">";
            case RSET -> "RSET";
            case QUIT -> "QUIT";
            case CONNECT, BANNER, DONE -> throw new IllegalStateException(of.word());
        };
    }

    private Next send(ProbeStage next, long elapsedMillis) {
        stage = next;
        String line = command(next);
        transcript.sent(elapsedMillis, line);
        return new Next(line, null);
    }

    private void decide(Kind how, SmtpReply reply) {
        kind = how;
        decidedAt = stage;
        decidedBy = reply;
    }

    private Next done() {
        stage = ProbeStage.DONE;
        return new Next(
                null, new ProbeOutcome(kind, decidedAt.word(), decidedBy, transcript.lines()));
    }

    private static void requireStage(boolean allowed) {
        if (!allowed) {
            throw new IllegalStateException("this event cannot happen at this stage");
        }
    }
}

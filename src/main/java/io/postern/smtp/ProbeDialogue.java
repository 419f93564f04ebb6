package io.postern.smtp;

import io.postern.smtp.ProbeOutcome.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * The dialogue of one probe: banner, EHLO, MAIL, RCPT own domain, RCPT foreign domain, RSET, QUIT,
 * with TLS or pipelining where {@link ProbeOptions} ask for it; DATA only with a test message. The
 * caller owns connection and clock: it reports what happened and does what {@link Next} says. Every
 * event takes the milliseconds since the probe began. Not thread-safe; one object per probe.
 */
public final class ProbeDialogue {
    private final ProbeSettings settings;
    private final ProbeOptions options;
    private final Transcript transcript = new Transcript();

    /** What was sent beyond the stage whose reply is awaited now: more than none if pipelined. */
    private final Deque<ProbeStage> ahead = new ArrayDeque<>(2);

    private ProbeStage stage = ProbeStage.CONNECT;
    private SmtpReply offer;
    private Kind kind;
    private ProbeStage decidedAt;
    private SmtpReply decidedBy;

    public ProbeDialogue(ProbeSettings settings) {
        this(settings, ProbeOptions.PLAIN);
    }

    public ProbeDialogue(ProbeSettings settings, ProbeOptions options) {
        this.settings = settings;
        this.options = options;
    }

    /** What the caller is to do. */
    public enum Step {
        /** Send, then report what comes. */
        SEND,
        /** Only report what comes: another reply is owed. */
        WAIT,
        /** Make the connection a TLS one and report that. */
        TLS,
        /** The end: close the connection. */
        END
    }

    /**
     * What to do next.
     *
     * @param send with SEND, one or more lines without the last line end; else null
     * @param outcome with END; else null
     */
    public record Next(Step step, String send, ProbeOutcome outcome) {
        private static final Next WAITS = new Next(Step.WAIT, null, null);
        private static final Next STARTS_TLS = new Next(Step.TLS, null, null);

        public Next {
            if ((send != null) != (step == Step.SEND) || (outcome != null) != (step == Step.END)) {
                throw new IllegalArgumentException("lines with SEND, an outcome with END");
            }
        }

        public boolean done() {
            return step == Step.END;
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

    /** Whether the server has not spoken yet. */
    public boolean atBanner() {
        return stage == ProbeStage.BANNER;
    }

    /**
     * How many replies the server owes. More than those at once are an answer to nothing: see
     * {@link #onUnasked}.
     */
    public int owed() {
        return switch (stage) {
            case CONNECT, TLS, DONE -> 0;
            default -> 1 + ahead.size();
        };
    }

    /** The server said this. */
    public Next onReply(SmtpReply reply, long elapsedMillis) {
        requireStage(owed() > 0);
        transcript.received(elapsedMillis, reply);
        if (decided()) {
            return reply.code() == 421 ? done() : afterDecision(elapsedMillis);
        }
        if (passes(reply)) {
            return proceed(reply, elapsedMillis);
        }
        decide(refusalKind(reply), reply);
        // After 421 the server closes by itself; after nonsense there is nobody to be polite to.
        return reply.code() == 421 || kind == Kind.MALFORMED
                ? done()
                : afterDecision(elapsedMillis);
    }

    /**
     * More came than was asked for. What was said before a command is no answer to it, and after
     * STARTTLS it would be taken for something said in private (RFC 3207 section 4.2).
     */
    public Next onUnasked(long elapsedMillis) {
        return ended(Kind.MALFORMED, elapsedMillis, "more came than was asked for");
    }

    /**
     * TLS stands.
     *
     * @param what protocol and certificate, for people
     */
    public Next onTls(String what, long elapsedMillis) {
        requireStage(stage == ProbeStage.TLS);
        transcript.note(elapsedMillis, what);
        return send(elapsedMillis, ProbeStage.EHLO_TLS);
    }

    /** TLS could not be agreed on, or broke. */
    public Next onTlsFailed(String reason, long elapsedMillis) {
        return ended(Kind.TLS_FAILED, elapsedMillis, reason);
    }

    /** The time for connecting or for a reply is over. */
    public Next onTimeout(long elapsedMillis) {
        return stage == ProbeStage.CONNECT
                ? ended(Kind.CONNECT_TIMEOUT, elapsedMillis, "no answer to the connection attempt")
                : endedBy(Kind.READ_TIMEOUT, elapsedMillis, "no reply");
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

    /** The server closed the connection, or its half of it: nothing more can come. */
    public Next onClosed(long elapsedMillis) {
        return endedBy(Kind.CLOSED_EARLY, elapsedMillis, "closed by the server");
    }

    /** The connection, or the attempt to make one, was reset. */
    public Next onReset(long elapsedMillis) {
        return stage == ProbeStage.CONNECT
                ? ended(Kind.CONNECT_REFUSED, elapsedMillis, "connection refused (reset)")
                : endedBy(Kind.CLOSED_EARLY, elapsedMillis, "connection reset");
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

    /** In the middle of the handshake, whatever ends the connection is a failure of TLS. */
    private Next endedBy(Kind how, long elapsedMillis, String note) {
        return ended(stage == ProbeStage.TLS ? Kind.TLS_FAILED : how, elapsedMillis, note);
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
            case BANNER, STARTTLS -> reply.code() == 220;
            case EHLO, EHLO_TLS, MAIL, RCPT_FOREIGN, RCPT_SINK, MESSAGE -> reply.positive();
            // 550 5.1.x: the client was admitted, only this recipient does not exist.
            case RCPT_OWN -> reply.positive() || unknownRecipient(reply);
            case DATA -> reply.code() == 354;
            case CONNECT, TLS, RSET, QUIT, DONE -> throw new IllegalStateException(stage.word());
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
            case EHLO, EHLO_TLS -> Kind.REFUSED_AT_EHLO;
            case STARTTLS -> Kind.REFUSED_AT_STARTTLS;
            case MAIL -> Kind.REFUSED_AT_MAIL;
            case RCPT_OWN -> Kind.REFUSED_AT_RCPT_OWN;
            case RCPT_FOREIGN ->
                    settings.internalRecipient() == null
                            ? Kind.REFUSED_AT_RCPT_FOREIGN_ALONE
                            : Kind.REFUSED_AT_RCPT_FOREIGN;
            case RCPT_SINK -> Kind.REFUSED_AT_RCPT_SINK;
            case DATA, MESSAGE -> Kind.REFUSED_AT_DATA;
            case CONNECT, TLS, RSET, QUIT, DONE -> throw new IllegalStateException(stage.word());
        };
    }

    private Next proceed(SmtpReply reply, long elapsedMillis) {
        return switch (stage) {
            case BANNER -> send(elapsedMillis, ProbeStage.EHLO);
            case EHLO -> {
                offer = reply;
                yield options.startTls() ? askForTls(reply, elapsedMillis) : ask(elapsedMillis);
            }
            case EHLO_TLS -> {
                // What was offered in clear is forgotten: anybody on the way can have said it.
                offer = reply;
                yield ask(elapsedMillis);
            }
            case STARTTLS -> {
                stage = ProbeStage.TLS;
                yield Next.STARTS_TLS;
            }
            case MAIL, RCPT_OWN -> {
                if (!ahead.isEmpty()) {
                    stage = ahead.remove();
                    yield Next.WAITS;
                }
                List<ProbeStage> all = envelope();
                yield send(elapsedMillis, all.get(all.indexOf(stage) + 1));
            }
            case RCPT_FOREIGN -> decidedWell(Kind.ACCEPTED, reply, elapsedMillis);
            case RCPT_SINK -> send(elapsedMillis, ProbeStage.DATA);
            case DATA -> sendMessage(elapsedMillis);
            case MESSAGE -> decidedWell(Kind.MESSAGE_TAKEN, reply, elapsedMillis);
            case CONNECT, TLS, RSET, QUIT, DONE -> throw new IllegalStateException(stage.word());
        };
    }

    private Next decidedWell(Kind how, SmtpReply reply, long elapsedMillis) {
        decide(how, reply);
        return afterDecision(elapsedMillis);
    }

    /** The rest of what was sent ahead is heard out, then comes the polite end. */
    private Next afterDecision(long elapsedMillis) {
        if (!ahead.isEmpty()) {
            stage = ahead.remove();
            return Next.WAITS;
        }
        if (stage == ProbeStage.QUIT) {
            return done();
        }
        return send(
                elapsedMillis,
                kind == Kind.ACCEPTED && stage != ProbeStage.RSET
                        ? ProbeStage.RSET
                        : ProbeStage.QUIT);
    }

    private Next askForTls(SmtpReply reply, long elapsedMillis) {
        if (offers("STARTTLS")) {
            return send(elapsedMillis, ProbeStage.STARTTLS);
        }
        transcript.note(elapsedMillis, "STARTTLS is not offered");
        decide(Kind.STARTTLS_NOT_OFFERED, reply);
        return send(elapsedMillis, ProbeStage.QUIT);
    }

    private Next ask(long elapsedMillis) {
        List<ProbeStage> all = envelope();
        if (options.pipelining() && offers("PIPELINING")) {
            return send(elapsedMillis, all.toArray(ProbeStage[]::new));
        }
        if (options.pipelining()) {
            transcript.note(elapsedMillis, "PIPELINING is not offered: one command at a time");
        }
        return send(elapsedMillis, all.get(0));
    }

    private List<ProbeStage> envelope() {
        if (options.message() != null) {
            return List.of(ProbeStage.MAIL, ProbeStage.RCPT_SINK);
        }
        return settings.internalRecipient() == null
                ? List.of(ProbeStage.MAIL, ProbeStage.RCPT_FOREIGN)
                : List.of(ProbeStage.MAIL, ProbeStage.RCPT_OWN, ProbeStage.RCPT_FOREIGN);
    }

    /** The first line of the reply to EHLO is a greeting; each other one begins with a keyword. */
    private boolean offers(String keyword) {
        return offer.lines().stream()
                .skip(1)
                .map(line -> line.strip().toUpperCase(Locale.ROOT))
                .anyMatch(line -> line.equals(keyword) || line.startsWith(keyword + " "));
    }

    private String command(ProbeStage of) {
        return switch (of) {
            case EHLO, EHLO_TLS -> "EHLO " + settings.ehloName();
            case STARTTLS -> "STARTTLS";
            case MAIL -> "MAIL FROM:<" + settings.mailFrom() + ">";
            case RCPT_OWN -> "RCPT TO:<" + settings.internalRecipient() + ">";
            case RCPT_FOREIGN ->
                    "RCPT TO:"
                            + (options.recipientArgument() == null
                                    ? "<" + settings.externalRecipient() + ">"
                                    : options.recipientArgument());
            case RCPT_SINK -> "RCPT TO:<" + options.message().recipient() + ">";
            case DATA -> "DATA";
            case RSET -> "RSET";
            case QUIT -> "QUIT";
            case CONNECT, BANNER, TLS, MESSAGE, DONE -> throw new IllegalStateException(of.word());
        };
    }

    private Next send(long elapsedMillis, ProbeStage... all) {
        List<String> lines = new ArrayList<>(all.length);
        for (ProbeStage one : all) {
            String line = command(one);
            transcript.sent(elapsedMillis, line);
            lines.add(line);
            ahead.add(one);
        }
        stage = ahead.remove();
        return new Next(
                Step.SEND, lines.size() == 1 ? lines.get(0) : String.join("\r\n", lines), null);
    }

    private Next sendMessage(long elapsedMillis) {
        stage = ProbeStage.MESSAGE;
        String text = options.message().wireText(settings);
        transcript.note(
                elapsedMillis,
                "a test message of "
                        + (text.length() + 2)
                        + " bytes, "
                        + TestMessage.FIELD
                        + ": "
                        + options.message().marker());
        return new Next(Step.SEND, text, null);
    }

    private void decide(Kind how, SmtpReply reply) {
        kind = how;
        decidedAt = stage;
        decidedBy = reply;
    }

    private Next done() {
        stage = ProbeStage.DONE;
        return new Next(
                Step.END,
                null,
                new ProbeOutcome(kind, decidedAt.word(), decidedBy, transcript.lines()));
    }

    private static void requireStage(boolean allowed) {
        if (!allowed) {
            throw new IllegalStateException("this event cannot happen at this stage");
        }
    }
}

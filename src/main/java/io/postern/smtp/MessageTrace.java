package io.postern.smtp;

import io.postern.policy.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which host really submitted a message: its {@code Received} fields are followed from the top for
 * as long as they are written by somebody who is trusted. Everything below can be forged.
 *
 * @param verdict what can be told
 * @param at the field that says so; null = none is believed
 * @param hops every field, from the top
 * @param reason a sentence for people
 */
public record MessageTrace(Verdict verdict, ReceivedField at, List<Hop> hops, String reason) {
    /** What can be told of a message. */
    public enum Verdict {
        /** It came over SMTP from the host. */
        HOST,
        /** It came from a mailbox or from a directory of the server: there is no SMTP client. */
        LOCAL,
        /** Nobody who is trusted says. */
        UNKNOWN
    }

    /**
     * One field.
     *
     * @param text as it stands, unfolded
     * @param field as it was read; null = it cannot be relied on
     * @param isBelieved whether it was written by somebody who is trusted
     */
    public record Hop(String text, ReceivedField field, boolean isBelieved) {}

    public MessageTrace {
        hops = List.copyOf(hops);
    }

    /** Who submitted it; null = see verdict. */
    public Address host() {
        return verdict == Verdict.HOST ? at.fromAddress() : null;
    }

    /**
     * Follows them.
     *
     * @param received the bodies of the {@code Received} fields, unfolded, from the top
     */
    public static MessageTrace of(List<String> received, TraceTrust trust) {
        List<Optional<ReceivedField>> fields = received.stream().map(ReceivedField::parse).toList();
        if (fields.isEmpty()) {
            return end(received, fields, 0, Verdict.UNKNOWN, null, "It has no Received field.");
        }
        ReceivedField last = null;
        boolean isFromRelay = false;
        for (int i = 0; i < fields.size(); i++) {
            Optional<ReceivedField> field = fields.get(i);
            boolean isBelieved =
                    field.filter(one -> isBelieved(one, trust)).isPresent()
                            && (i == 0 || !isFromRelay || trust.isRelay(field.get()));
            if (!isBelieved) {
                return i == 0
                        ? end(received, fields, 0, Verdict.UNKNOWN, null, unbelieved(field))
                        : itself(received, fields, i, last, isFromRelay);
            }
            ReceivedField now = field.get();
            Optional<MessageTrace> told = told(received, fields, i, now, last, trust);
            if (told.isPresent()) {
                return told.get();
            }
            last = now;
            isFromRelay = !trust.isFromServer(now) && trust.isFromRelay(now.fromAddress());
        }
        return itself(received, fields, fields.size(), last, isFromRelay);
    }

    private static boolean isBelieved(ReceivedField field, TraceTrust trust) {
        return field.kind() == ReceivedField.Kind.DIRECTORY
                || trust.isServer(field)
                || trust.isRelay(field);
    }

    /** What a believed field says of itself; empty = somebody who is trusted passed it on. */
    private static Optional<MessageTrace> told(
            List<String> received,
            List<Optional<ReceivedField>> fields,
            int at,
            ReceivedField field,
            ReceivedField above,
            TraceTrust trust) {
        Verdict verdict = Verdict.UNKNOWN;
        String reason;
        Address from = field.fromAddress();
        switch (field.kind()) {
            case MAILBOX -> {
                verdict = Verdict.LOCAL;
                reason =
                        "It was submitted from a mailbox on "
                                + field.by()
                                + ", by a program that talks to Exchange and not over SMTP.";
            }
            case DIRECTORY -> {
                verdict = above == null ? Verdict.UNKNOWN : Verdict.LOCAL;
                reason =
                        "It was laid into the "
                                + field.by()
                                + " directory of "
                                + (above == null ? "a server that is not named" : above.by())
                                + ": there was no client.";
            }
            default -> {
                if (from == null) {
                    reason =
                            field.by()
                                    + " says no address, or more than one, for the client that"
                                    + " called itself "
                                    + field.from()
                                    + ".";
                } else if (trust.hiding().contains(from)) {
                    reason =
                            from
                                    + " is an address behind which many hide: who it was is only"
                                    + " known there.";
                } else if (trust.isFromServer(field) || trust.isFromRelay(from)) {
                    return Optional.empty();
                } else {
                    verdict = Verdict.HOST;
                    reason =
                            from
                                    + " handed it to "
                                    + field.by()
                                    + (field.isFrontend() ? ", through its front end" : "")
                                    + ", and called itself "
                                    + field.from()
                                    + ".";
                }
            }
        }
        return Optional.of(end(received, fields, at + 1, verdict, field, reason));
    }

    private static String unbelieved(Optional<ReceivedField> field) {
        return field.map(
                        one ->
                                "Its topmost Received field is by "
                                        + one.by()
                                        + ", which is none of your servers.")
                .orElse("Its topmost Received field cannot be read.");
    }

    /** The chain ends at one of ours: it brought the message itself, or nobody says who did. */
    private static MessageTrace itself(
            List<String> received,
            List<Optional<ReceivedField>> fields,
            int believed,
            ReceivedField last,
            boolean isFromRelay) {
        boolean isEnd = believed == fields.size();
        String who = isFromRelay ? ", a relay of yours, " : ", a server of yours, ";
        String rest =
                isEnd
                        ? ", and there is no field below: it began there."
                        : ", and the field below is by nobody who is trusted: who handed it to that"
                                + " host is not known, unless it began there.";
        return end(
                received,
                fields,
                believed,
                isEnd ? Verdict.HOST : Verdict.UNKNOWN,
                last,
                last.fromAddress() + who + "handed it to " + last.by() + rest);
    }

    private static MessageTrace end(
            List<String> received,
            List<Optional<ReceivedField>> fields,
            int believed,
            Verdict verdict,
            ReceivedField at,
            String reason) {
        List<Hop> hops = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            hops.add(new Hop(received.get(i), fields.get(i).orElse(null), i < believed));
        }
        return new MessageTrace(verdict, at, hops, reason);
    }
}

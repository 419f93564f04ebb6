package io.postern.smtp;

import java.util.regex.Pattern;

/**
 * What a probe does beside the plain dialogue.
 *
 * @param startTls whether to go on over TLS only; the certificate is noted, not verified, since
 *     what is asked is how far mail may go and not whom it goes to
 * @param pipelining whether to send MAIL and RCPT in one piece where the server offers PIPELINING
 *     (RFC 2920); it also puts the tarpit before the whole piece
 * @param recipientArgument what follows {@code RCPT TO:} for the foreign recipient, where it is to
 *     be other than an address in angle brackets; null = the address of the settings; printable, 1
 *     to 500 characters
 * @param message a test message to one recipient, who is asked for in place of the others; null =
 *     none, and nothing is delivered
 */
public record ProbeOptions(
        boolean startTls, boolean pipelining, String recipientArgument, TestMessage message) {
    /** No TLS, no pipelining, no message. */
    public static final ProbeOptions PLAIN = new ProbeOptions(false, false, null, null);

    private static final Pattern ARGUMENT = Pattern.compile("[^\\r\\n\\x00]{1,500}");

    public ProbeOptions {
        if (recipientArgument != null && !ARGUMENT.matcher(recipientArgument).matches()) {
            throw new IllegalArgumentException(
                    "a recipient argument holds 1 to 500 characters and no line end");
        }
        if (recipientArgument != null && message != null) {
            throw new IllegalArgumentException("a message goes to its own recipient alone");
        }
    }

    /** The same with another argument of RCPT and no message. */
    public ProbeOptions asking(String argument) {
        return new ProbeOptions(startTls, pipelining, argument, null);
    }

    /** The same with a message. */
    public ProbeOptions sending(TestMessage one) {
        return new ProbeOptions(startTls, pipelining, null, one);
    }
}

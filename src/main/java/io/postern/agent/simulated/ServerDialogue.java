package io.postern.agent.simulated;

import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.ReceiveConnector;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What one connector answers in one session, without any input or output. Texts and codes are those
 * of Exchange's front end transport. Not thread-safe.
 */
final class ServerDialogue {
    /** Exchange's MaxMessageSize of a new connector: 36 MB. */
    static final long MAX_MESSAGE_BYTES = 37_748_736;

    private static final int MAX_RECIPIENTS = 200;
    private static final int MAX_PROTOCOL_ERRORS = 5;
    private static final String INVALID_ADDRESS = "501 5.1.3 Invalid address";
    private static final DateTimeFormatter RFC_5322 =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

    private final ReceiveConnector connector;
    private final String fqdn;
    private final SessionPermissions permissions;
    private final List<String> acceptedDomains;
    private final String client;
    private boolean greeted;
    private boolean senderGiven;
    private int recipients;
    private long chunkedBytes;
    private int protocolErrors;

    /**
     * @param serverFqdn the name that a connector without an Fqdn of its own shows
     * @param client the client's address as the EHLO reply shows it
     */
    ServerDialogue(
            ReceiveConnector connector,
            String serverFqdn,
            List<String> acceptedDomains,
            String client) {
        this.connector = connector;
        this.fqdn = connector.fqdn().isBlank() ? serverFqdn : connector.fqdn();
        this.permissions = SessionPermissions.of(connector);
        this.acceptedDomains = acceptedDomains;
        this.client = client;
    }

    String banner(ZonedDateTime now) {
        return "220 " + fqdn + " Microsoft ESMTP MAIL Service ready at " + RFC_5322.format(now);
    }

    /** Answers one command line. */
    Answer onLine(String line) {
        if (line.indexOf('\0') >= 0) {
            return Answer.closing("421 4.3.2 Service not available");
        }
        int blank = line.indexOf(' ');
        String verb = (blank < 0 ? line : line.substring(0, blank)).toUpperCase(Locale.ROOT);
        String argument = blank < 0 ? "" : line.substring(blank + 1);
        return switch (verb) {
            case "EHLO" -> hello(argument, true);
            case "HELO" -> hello(argument, false);
            case "MAIL" -> mail(argument);
            case "RCPT" -> recipient(argument);
            case "DATA" -> data(argument);
            case "BDAT" -> chunk(argument);
            case "RSET" -> reset();
            case "NOOP" -> Answer.of("250 2.0.0 OK");
            case "QUIT" -> Answer.closing("221 2.0.0 Service closing transmission channel");
            case "STARTTLS", "X-ANONYMOUSTLS" -> Answer.of("454 4.7.0 TLS not available");
            case "AUTH", "X-EXPS" -> error("504 5.7.4 Unrecognized authentication type");
            case "VRFY", "EXPN", "HELP" -> error("502 5.3.3 Command not implemented");
            default -> error("500 5.3.3 Unrecognized command");
        };
    }

    /** Answers a complete message. */
    Answer onMessage(long bytes, String messageId) {
        endTransaction();
        if (bytes > MAX_MESSAGE_BYTES) {
            return Answer.of("552 5.3.4 Message size exceeds fixed maximum message size");
        }
        return Answer.accepted(
                "250 2.6.0 <"
                        + messageId
                        + "> [InternalId=1, Hostname="
                        + fqdn
                        + "] "
                        + bytes
                        + " bytes in 0.001, 0,001 KB/sec Queued mail for delivery");
    }

    private boolean readyForMessage() {
        return senderGiven && recipients > 0;
    }

    private Answer hello(String name, boolean extended) {
        if (name.isBlank()) {
            return error("501 5.0.0 " + (extended ? "EHLO" : "HELO") + " requires domain address");
        }
        greeted = true;
        endTransaction();
        String hello = fqdn + " Hello [" + client + "]";
        return extended ? Answer.lines(offer(hello)) : Answer.of("250 " + hello);
    }

    /** The words reveal the connector: one with Tls only offers no AUTH and no X- words. */
    private List<String> offer(String hello) {
        Set<AuthMechanism> mechanisms = connector.authMechanism();
        boolean exchange = mechanisms.contains(AuthMechanism.EXCHANGE_SERVER);
        List<String> words = new ArrayList<>();
        words.add(hello);
        words.add("SIZE " + MAX_MESSAGE_BYTES);
        words.add("PIPELINING");
        words.add("DSN");
        words.add("ENHANCEDSTATUSCODES");
        if (mechanisms.contains(AuthMechanism.TLS)) {
            words.add("STARTTLS");
        }
        if (exchange) {
            words.add("X-ANONYMOUSTLS");
        }
        String logins = logins(mechanisms);
        if (!logins.isEmpty()) {
            words.add("AUTH" + logins);
        }
        if (exchange) {
            words.add("X-EXPS GSSAPI NTLM");
        }
        words.add("8BITMIME");
        words.add("BINARYMIME");
        words.add("CHUNKING");
        if (exchange) {
            words.add("XRDST");
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            lines.add("250" + (i < words.size() - 1 ? "-" : " ") + words.get(i));
        }
        return lines;
    }

    /** LOGIN is not offered in clear where basic authentication requires TLS. */
    private static String logins(Set<AuthMechanism> mechanisms) {
        boolean plainLogin =
                mechanisms.contains(AuthMechanism.BASIC_AUTH)
                        && !mechanisms.contains(AuthMechanism.BASIC_AUTH_REQUIRE_TLS);
        return (mechanisms.contains(AuthMechanism.INTEGRATED) ? " NTLM" : "")
                + (plainLogin ? " LOGIN" : "");
    }

    private Answer mail(String argument) {
        if (!greeted) {
            return error("503 5.5.2 Send hello first");
        }
        if (senderGiven) {
            return error("503 5.5.2 Sender already specified");
        }
        if (!argument.regionMatches(true, 0, "FROM:", 0, 5)) {
            return error("501 5.5.4 Unrecognized parameter");
        }
        if (MailPath.parse(argument.substring(5)).isEmpty()) {
            return error("501 5.1.7 Invalid address");
        }
        if (!permissions.submit()) {
            return Answer.of(
                    "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during"
                            + " MAIL FROM");
        }
        senderGiven = true;
        return Answer.of("250 2.1.0 Sender OK");
    }

    private Answer recipient(String argument) {
        if (!senderGiven) {
            return error("503 5.5.2 Need mail command");
        }
        if (!argument.regionMatches(true, 0, "TO:", 0, 3)) {
            return error("501 5.5.4 Unrecognized parameter");
        }
        Optional<MailPath> path = MailPath.parse(argument.substring(3));
        if (path.isEmpty() || path.get().isNull()) {
            return error(INVALID_ADDRESS);
        }
        if (!permissions.anyRecipient() && !path.get().isIn(acceptedDomains)) {
            return Answer.tarpitted(
                    "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain");
        }
        if (recipients >= MAX_RECIPIENTS) {
            return Answer.of("452 4.5.3 Too many recipients");
        }
        recipients++;
        return Answer.of("250 2.1.5 Recipient OK");
    }

    private Answer data(String argument) {
        if (!argument.isBlank()) {
            return error("501 5.5.4 Unrecognized parameter");
        }
        if (!readyForMessage()) {
            return error("503 5.5.2 Need " + (senderGiven ? "rcpt" : "mail") + " command");
        }
        return Answer.message("354 Start mail input; end with <CRLF>.<CRLF>");
    }

    private Answer reset() {
        endTransaction();
        return Answer.of("250 2.0.0 Resetting");
    }

    /** RFC 3030: the octets of a chunk follow even if it is refused. */
    private Answer chunk(String argument) {
        String[] words = argument.strip().split(" +");
        boolean last = words.length == 2 && words[1].equalsIgnoreCase("LAST");
        if (words.length > 2 || words.length == 2 && !last || !words[0].matches("\\d{1,9}")) {
            // Without a size the next command cannot be found.
            return Answer.closing("501 5.5.4 Unrecognized parameter");
        }
        long bytes = Long.parseLong(words[0]);
        if (chunkedBytes + bytes > MAX_MESSAGE_BYTES) {
            return Answer.closing("552 5.3.4 Message size exceeds fixed maximum message size");
        }
        if (!readyForMessage()) {
            return error("503 5.5.2 Need " + (senderGiven ? "rcpt" : "mail") + " command")
                    .afterChunk(bytes);
        }
        chunkedBytes += bytes;
        return last
                ? onMessage(chunkedBytes, "chunked@" + fqdn).afterChunk(bytes)
                : Answer.of("250 2.6.0 CHUNK received OK, " + bytes + " octets").afterChunk(bytes);
    }

    private void endTransaction() {
        senderGiven = false;
        recipients = 0;
        chunkedBytes = 0;
    }

    private Answer error(String line) {
        protocolErrors++;
        return protocolErrors >= MAX_PROTOCOL_ERRORS
                ? Answer.closing("421 4.7.0 Too many errors")
                : Answer.of(line);
    }
}

package io.postern.agent.simulated;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address in a MAIL or RCPT command (RFC 5321 section 4.1.2), read so that nothing which some
 * other server could route elsewhere passes as an own address: source routes, the percent hack,
 * bang paths and a quoted local part with any of their marks are invalid here.
 *
 * @param local the local part; empty with {@code domain} for the null sender
 * @param domain in lower case; empty = none (the null sender, or {@code postmaster})
 */
record MailPath(String local, String domain) {
    private static final int MAX_PATH = 256;
    private static final Pattern LOCAL =
            Pattern.compile("[A-Za-z0-9#$&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9#$&'*+/=?^_`{|}~-]+)*");
    private static final Pattern QUOTED = Pattern.compile("\"[A-Za-z0-9 #$&'*+/=?^_`{|}~.-]+\"");
    private static final Pattern DOMAIN =
            Pattern.compile(
                    "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");
    private static final Pattern LITERAL = Pattern.compile("\\[[A-Za-z0-9:.]+\\]");
    private static final Pattern PARAMETERS =
            Pattern.compile("( +[A-Za-z0-9][A-Za-z0-9-]*(=[\\x21-\\x3c\\x3e-\\x7e]+)?)* *");

    /**
     * Reads what follows {@code FROM:} or {@code TO:}.
     *
     * @return empty if it is not exactly one path in brackets with well-formed parameters
     */
    static Optional<MailPath> parse(String argument) {
        String text = argument.stripLeading();
        int end = closingBracket(text);
        if (end < 0 || end > MAX_PATH || !PARAMETERS.matcher(text.substring(end + 1)).matches()) {
            return Optional.empty();
        }
        return parsePath(text.substring(1, end));
    }

    /** The first '>' outside quotes; negative if the text does not begin with '<'. */
    private static int closingBracket(String text) {
        if (!text.startsWith("<")) {
            return -1;
        }
        boolean quoted = false;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<MailPath> parsePath(String path) {
        if (path.isEmpty() || path.equalsIgnoreCase("postmaster")) {
            return Optional.of(new MailPath(path, ""));
        }
        int at = lastAtOutsideQuotes(path);
        if (at < 1 || at > 64) {
            return Optional.empty();
        }
        String local = path.substring(0, at);
        String domain = path.substring(at + 1);
        boolean valid =
                (LOCAL.matcher(local).matches() || QUOTED.matcher(local).matches())
                        && (DOMAIN.matcher(domain).matches() || LITERAL.matcher(domain).matches());
        return valid
                ? Optional.of(new MailPath(local, domain.toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    private static int lastAtOutsideQuotes(String path) {
        int at = -1;
        boolean quoted = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '@' && !quoted) {
                at = i;
            }
        }
        return at;
    }

    /** Whether this is the null sender {@code <>}. */
    boolean isNull() {
        return local.isEmpty();
    }

    /** Whether the recipient is at home in one of the accepted domains. */
    boolean isIn(List<String> acceptedDomains) {
        // postmaster without a domain is always local (RFC 5321 section 4.1.1.3).
        return domain.isEmpty()
                || acceptedDomains.stream()
                        .map(accepted -> accepted.toLowerCase(Locale.ROOT))
                        .anyMatch(this::isIn);
    }

    private boolean isIn(String accepted) {
        if (accepted.equals("*")) {
            return true;
        }
        return accepted.startsWith("*.")
                ? domain.endsWith(accepted.substring(1))
                : domain.equals(accepted);
    }
}

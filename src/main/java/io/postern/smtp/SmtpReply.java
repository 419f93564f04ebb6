package io.postern.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One reply of an SMTP server (RFC 5321 section 4.2).
 *
 * @param code 200 to 599
 * @param enhanced the enhanced status code of the first line, like 5.7.54 (RFC 2034); null if there
 *     is none or if its class contradicts the code
 * @param lines the text of each line after code and separator, as received, the enhanced code
 *     included; at least one, each may be empty
 */
public record SmtpReply(int code, String enhanced, List<String> lines) implements ReplyRead {
    private static final Pattern ENHANCED =
            Pattern.compile("([245])\\.(\\d{1,3})\\.(\\d{1,3})(?:\\s.*)?");

    public SmtpReply {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("reply code out of range: " + code);
        }
        lines = List.copyOf(lines);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a reply has at least one line");
        }
    }

    /** The reply of a code and its lines; the enhanced code is read from the first line. */
    public static SmtpReply of(int code, List<String> lines) {
        return new SmtpReply(code, enhancedOf(code, lines.get(0)), lines);
    }

    private static String enhancedOf(int code, String line) {
        if (line.length() < 5 || line.charAt(1) != '.') {
            return null;
        }
        Matcher matcher = ENHANCED.matcher(line);
        if (!matcher.matches() || matcher.group(1).charAt(0) - '0' != code / 100) {
            return null;
        }
        return matcher.group(1) + "." + matcher.group(2) + "." + matcher.group(3);
    }

    /** 2yz: done. */
    public boolean positive() {
        return code / 100 == 2;
    }

    /** 4yz: try again later. */
    public boolean transientFailure() {
        return code / 100 == 4;
    }

    /** 5yz: refused. */
    public boolean permanentFailure() {
        return code / 100 == 5;
    }

    /** Whether the enhanced code has this subject, e.g. 7 for 5.7.x; false without one. */
    boolean hasSubject(int subject) {
        return enhanced != null && Objects.equals(enhanced.split("\\.")[1], subject + "");
    }

    /** All lines in one, joined by blanks. */
    public String text() {
        return String.join(" ", lines);
    }

    /** The lines as they go over the wire, without line ends. */
    public List<String> wireLines() {
        List<String> wire = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            wire.add(code + (i < lines.size() - 1 ? "-" : " ") + lines.get(i));
        }
        return wire;
    }
}

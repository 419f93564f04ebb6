package io.postern.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A marked message for a mailbox that exists to take such: a reader there finds it by its marker.
 *
 * @param recipient the one recipient
 * @param marker what {@code X-Postern-Probe} says; 8 to 64 letters, digits, hyphens
 * @param date the field {@code Date}, RFC 5322 section 3.3
 * @param body lines of text in ASCII; may be empty
 */
public record TestMessage(String recipient, String marker, String date, List<String> body) {
    /** The field that holds the marker. */
    public static final String FIELD = "X-Postern-Probe";

    private static final Pattern MARKER = Pattern.compile("[A-Za-z0-9-]{8,64}");
    private static final Pattern LINE = Pattern.compile("[\\x20-\\x7e\\t]{0,900}");

    public TestMessage {
        ProbeSettings.requireAddress("recipient of the test message", recipient);
        if (!MARKER.matcher(marker).matches()) {
            throw new IllegalArgumentException(
                    "a marker has 8 to 64 letters, digits or hyphens: '" + marker + "'");
        }
        body = List.copyOf(body);
        List<String> all = new ArrayList<>(body);
        all.add(date);
        for (String line : all) {
            if (!LINE.matcher(line).matches()) {
                throw new IllegalArgumentException(
                        "a line of the test message is not printable ASCII of at most 900"
                                + " characters");
            }
        }
    }

    /** Its Message-ID, angle brackets included. */
    public String messageId(ProbeSettings settings) {
        return "<" + marker + "@" + settings.ehloName() + ">";
    }

    /**
     * As it goes over the wire after DATA: dot-stuffed, the final dot included, no last line end.
     */
    String wireText(ProbeSettings settings) {
        List<String> lines = new ArrayList<>();
        lines.add("Date: " + date);
        lines.add(
                "From: "
                        + (settings.mailFrom().isEmpty()
                                ? "postern-probe@" + settings.ehloName()
                                : settings.mailFrom()));
        lines.add("To: " + recipient);
        lines.add("Subject: Postern probe " + marker);
        lines.add("Message-ID: " + messageId(settings));
        lines.add(FIELD + ": " + marker);
        lines.add("Auto-Submitted: auto-generated");
        lines.add("");
        lines.addAll(body);
        StringBuilder wire = new StringBuilder();
        for (String line : lines) {
            wire.append(line.startsWith(".") ? "." : "").append(line).append("\r\n");
        }
        return wire.append('.').toString();
    }
}

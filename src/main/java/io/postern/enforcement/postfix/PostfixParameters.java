package io.postern.enforcement.postfix;

/**
 * The two parameters of main.cf that Postern sets, as they stand there explicitly.
 *
 * @param clientRestrictions {@code smtpd_client_restrictions}; null = not set in main.cf; may be
 *     empty
 * @param relayRestrictions {@code smtpd_relay_restrictions}; likewise
 */
public record PostfixParameters(String clientRestrictions, String relayRestrictions) {
    /** The parameter that says whom smtpd talks to at all. */
    public static final String CLIENT = "smtpd_client_restrictions";

    /** The parameter that says who may send to any recipient. */
    public static final String RELAY = "smtpd_relay_restrictions";

    /** Neither is set. */
    public static final PostfixParameters UNSET = new PostfixParameters(null, null);

    private static final int LONGEST = 100_000;

    public PostfixParameters {
        check(CLIENT, clientRestrictions);
        check(RELAY, relayRestrictions);
    }

    private static void check(String name, String value) {
        if (value == null) {
            return;
        }
        if (value.length() > LONGEST) {
            throw new IllegalArgumentException(name + " is longer than " + LONGEST + " characters");
        }
        // It is written to a line of a file, and to a command's argument.
        if (value.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
            throw new IllegalArgumentException(name + " holds a control character");
        }
    }

    /** The value of one of the two; null = not set. */
    public String value(String name) {
        return switch (name) {
            case CLIENT -> clientRestrictions;
            case RELAY -> relayRestrictions;
            default -> throw new IllegalArgumentException(name + " is not kept by Postern");
        };
    }

    /** With another value of one of the two; null = not set. */
    PostfixParameters with(String name, String value) {
        return name.equals(CLIENT)
                ? new PostfixParameters(value, relayRestrictions)
                : new PostfixParameters(clientRestrictions, value);
    }
}

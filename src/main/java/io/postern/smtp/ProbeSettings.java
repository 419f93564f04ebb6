package io.postern.smtp;

import java.util.regex.Pattern;

/**
 * What a probe says of itself and asks for. Nothing in it can carry a second command.
 *
 * @param ehloName the name in EHLO; probes name themselves, e.g. {@code postern-probe.contoso}; 1
 *     to 255 letters, digits, dots, hyphens
 * @param mailFrom sender address; empty = the null sender
 * @param internalRecipient an address in an own accepted domain; null = not asked for, and then a
 *     refused relay does not say whether the own domains are open
 * @param externalRecipient an address in a foreign domain
 */
public record ProbeSettings(
        String ehloName, String mailFrom, String internalRecipient, String externalRecipient) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,254}");
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9.!#$&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,188}");

    public ProbeSettings {
        if (!NAME.matcher(ehloName).matches()) {
            throw new IllegalArgumentException(
                    "'" + ehloName + "' is no host name that EHLO could carry");
        }
        if (!mailFrom.isEmpty()) {
            requireAddress("mailFrom", mailFrom);
        }
        if (internalRecipient != null) {
            requireAddress("internalRecipient", internalRecipient);
        }
        requireAddress("externalRecipient", externalRecipient);
    }

    static void requireAddress(String what, String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException(
                    what + " '" + address + "' is not a plain mail address (name@domain, ASCII)");
        }
    }
}

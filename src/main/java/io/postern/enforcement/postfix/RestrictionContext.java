package io.postern.enforcement.postfix;

import io.postern.policy.AddressSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the restrictions of one service are judged by.
 *
 * @param service whose {@code -o} options come before main.cf
 * @param unknowns takes sentences about what is not known
 */
record RestrictionContext(ObservedPostfix observed, PostfixService service, List<String> unknowns) {
    private static final Map<String, String> DEFAULTS =
            Map.of(
                    PostfixParameters.RELAY,
                    PostfixText.DEFAULT_RELAY,
                    "smtpd_delay_reject",
                    "yes",
                    "inet_interfaces",
                    "all",
                    "inet_protocols",
                    "all");

    /** The value in force for this service. */
    String value(String name) {
        String own = service.overrides().get(name);
        return own != null
                ? own
                : observed.effective().getOrDefault(name, DEFAULTS.getOrDefault(name, ""));
    }

    /** Whether refusals wait for the recipient, so that each list knows it. */
    boolean isDelayed() {
        return !value("smtpd_delay_reject").toLowerCase(Locale.ROOT).equals("no");
    }

    AddressSet mynetworks() {
        return new AddressList("mynetworks", value("mynetworks"), unknowns).addresses();
    }

    /** Addresses of the host itself as far as they are listed. */
    AddressSet interfaces() {
        String value = value("inet_interfaces").strip();
        if (isLoopbackOnly()) {
            return PostfixEffect.LOOPBACK;
        }
        if (value.equals("all")) {
            unknowns.add(
                    "Which addresses permit_inet_interfaces matches is not known, since"
                            + " inet_interfaces is 'all'; it counts as everybody.");
            return AddressSet.ALL;
        }
        return new AddressList("inet_interfaces", bracketed(value), unknowns).addresses();
    }

    private static String bracketed(String value) {
        StringBuilder words = new StringBuilder();
        for (String word : RestrictionWords.split(value)) {
            boolean isBare = word.indexOf(':') >= 0 && !word.startsWith("[");
            words.append(isBare ? "[" + word + "] " : word + " ");
        }
        return words.toString();
    }

    boolean isLoopbackOnly() {
        String value = value("inet_interfaces").strip();
        return value.equals("loopback-only") || value.equals("localhost");
    }
}

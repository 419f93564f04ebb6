package io.postern.cli;

import io.postern.enforcement.VisibleText;
import io.postern.policy.Address;
import io.postern.smtp.ProbeSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the arguments of a probe and collects what is wrong with them. */
final class ProbeArguments {
    private static final int SMTP = 25;
    private static final Pattern BRACKETS = Pattern.compile("\\[([^\\]]+)\\](?::(\\d{1,9}))?");
    private static final Pattern NAME_AND_PORT = Pattern.compile("([^:]+):(\\d{1,9})");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,252}");

    private final List<String> faults = new ArrayList<>();

    /** Where to connect to; the name is not looked up yet. */
    record Endpoint(String host, int port) {}

    Endpoint endpoint(String text) {
        Matcher brackets = BRACKETS.matcher(text);
        Matcher named = NAME_AND_PORT.matcher(text);
        if (brackets.matches()) {
            return endpoint(brackets.group(1), brackets.group(2));
        }
        return named.matches() ? endpoint(named.group(1), named.group(2)) : endpoint(text, null);
    }

    private Endpoint endpoint(String host, String port) {
        int number = port == null ? SMTP : Integer.parseInt(port);
        require(number >= 1 && number <= 65535, "HOST: port " + number + " is not in 1 to 65535");
        boolean isAddress = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        if (isAddress) {
            address("HOST", host);
        } else {
            require(
                    HOST.matcher(host).matches(),
                    "HOST: '" + VisibleText.of(host) + "' is no host name or address");
        }
        return new Endpoint(host, number);
    }

    InetAddress address(String argument, String text) {
        try {
            // Parsed first: a name is not looked up here.
            return text == null ? null : InetAddress.getByName(Address.parse(text).toString());
        } catch (IllegalArgumentException | UnknownHostException e) {
            faults.add(argument + ": " + VisibleText.of(e.getMessage()));
            return null;
        }
    }

    void seconds(String argument, int value, int least, int most) {
        require(
                value >= least && value <= most,
                argument + ": " + value + " is not in " + least + " to " + most + " seconds");
    }

    void mail(String argument, String text, boolean mayBeEmpty) {
        if (text == null || mayBeEmpty && text.isEmpty()) {
            return;
        }
        if (text.isEmpty()) {
            faults.add(argument + ": is empty");
            return;
        }
        try {
            new ProbeSettings("x", text, null, "x@example.com");
        } catch (IllegalArgumentException e) {
            faults.add(
                    argument
                            + ": '"
                            + VisibleText.of(text)
                            + "' is not a plain mail address (name@domain, ASCII)");
        }
    }

    void name(String argument, String text) {
        try {
            new ProbeSettings(text, "", null, "x@example.com");
        } catch (IllegalArgumentException e) {
            faults.add(argument + ": '" + VisibleText.of(text) + "' is no host name");
        }
    }

    void require(boolean isGood, String fault) {
        if (!isGood) {
            faults.add(fault);
        }
    }

    /** Throws what was collected, if anything was. */
    void end() {
        if (!faults.isEmpty()) {
            throw new BadInputException(faults);
        }
    }
}

package io.postern.enforcement.exports;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the distinguished name of a connector says. */
final class DistinguishedNames {
    private static final Pattern SERVER =
            Pattern.compile(
                    ",CN=SMTP Receive Connectors,CN=Protocols,CN=([^,=]+),CN=Servers,",
                    Pattern.CASE_INSENSITIVE);

    private DistinguishedNames() {}

    /** The server that a connector's name lies below; null = it does not say. */
    static String serverOf(String distinguishedName) {
        Matcher found = SERVER.matcher(distinguishedName == null ? "" : distinguishedName);
        return found.find() ? found.group(1) : null;
    }
}

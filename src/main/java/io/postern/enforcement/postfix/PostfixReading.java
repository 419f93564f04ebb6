package io.postern.enforcement.postfix;

import io.postern.enforcement.VisibleText;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a Postfix off what its programs say (postconf(1)). */
public final class PostfixReading {
    /** What says who may submit or relay; a Postfix that does not know one leaves it out. */
    public static final List<String> PARAMETERS =
            List.of(
                    PostfixParameters.CLIENT,
                    "smtpd_helo_restrictions",
                    "smtpd_sender_restrictions",
                    PostfixParameters.RELAY,
                    "smtpd_recipient_restrictions",
                    "smtpd_delay_reject",
                    "smtpd_reject_unlisted_recipient",
                    "smtpd_sasl_auth_enable",
                    "smtpd_authorized_xclient_hosts",
                    "smtpd_upstream_proxy_protocol",
                    "mynetworks",
                    "mynetworks_style",
                    "mydestination",
                    "relay_domains",
                    "inet_interfaces",
                    "inet_protocols",
                    "compatibility_level");

    private static final int MAX_LINES = 10_000;
    private static final int MAX_NOTES = 20;
    private static final int SERVICE_COLUMNS = 8;

    private PostfixReading() {}

    /**
     * What they say.
     *
     * @throws IllegalArgumentException if it cannot be read, saying why for a user
     */
    public static ObservedPostfix of(PostfixOutputs outputs) {
        Map<String, String> explicit = values(outputs.explicit());
        PostfixParameters set =
                new PostfixParameters(
                        explicit.get(PostfixParameters.CLIENT),
                        explicit.get(PostfixParameters.RELAY));
        Map<String, String> effective = values(outputs.effective());
        if (!effective.containsKey(PostfixParameters.RELAY)) {
            throw new IllegalArgumentException(
                    "postconf does not know "
                            + PostfixParameters.RELAY
                            + ": Postfix 2.10 or newer is needed");
        }
        List<String> deviations = new ArrayList<>();
        PostfixState held = held(outputs, set, deviations);
        String directory = outputs.tableDirectory();
        if (held.isKept()) {
            deviations.addAll(parameterDeviations(directory, held, set));
        }
        return new ObservedPostfix(
                directory,
                held,
                deviations,
                set,
                effective,
                services(outputs.services(), values(outputs.overrides())),
                outputs.isRunning(),
                outputs.warnings().lines().limit(MAX_NOTES).map(VisibleText::of).toList());
    }

    private static PostfixState held(
            PostfixOutputs outputs, PostfixParameters set, List<String> deviations) {
        String directory = outputs.tableDirectory();
        if (outputs.clients() == null
                && outputs.relay() == null
                && !refers(set.clientRestrictions(), directory, PostfixText.CLIENTS_FILE)
                && !refers(set.relayRestrictions(), directory, PostfixText.RELAY_FILE)) {
            return PostfixState.asFound(set);
        }
        CidrTable clients = CidrTable.clients(text(outputs.clients()));
        CidrTable relay = CidrTable.relay(text(outputs.relay()));
        // Postfix answers 451 to all where a table is missing.
        AddressSet in = outputs.clients() == null ? AddressSet.EMPTY : clients.through();
        PostfixParameters found = found(directory, clients, relay, set, deviations);
        table(
                PostfixText.CLIENTS_FILE,
                outputs.clients(),
                PostfixText.clients(found, in),
                deviations);
        table(
                PostfixText.RELAY_FILE,
                outputs.relay(),
                PostfixText.relay(found, relay.through()),
                deviations);
        return PostfixState.of(found, in, relay.through());
    }

    private static String text(String table) {
        return table == null ? "" : table;
    }

    static boolean refers(String value, String directory, String file) {
        return value != null
                && RestrictionWords.split(value).contains(PostfixText.map(directory, file));
    }

    /** The tables carry it; where they are lost, what is left of the parameters must do. */
    private static PostfixParameters found(
            String directory,
            CidrTable clients,
            CidrTable relay,
            PostfixParameters set,
            List<String> deviations) {
        PostfixParameters told = clients.found() == null ? relay.found() : clients.found();
        if (told != null) {
            return told;
        }
        String client = set.clientRestrictions();
        if (refers(client, directory, PostfixText.CLIENTS_FILE)) {
            String ours = PostfixText.reference(directory, PostfixText.CLIENTS_FILE);
            client = client.startsWith(ours + ", ") ? client.substring(ours.length() + 2) : null;
        }
        String relayed = set.relayRestrictions();
        if (refers(relayed, directory, PostfixText.RELAY_FILE)) {
            relayed = null;
            deviations.add(
                    PostfixParameters.RELAY
                            + ": what it held before is not known here, since neither table says"
                            + " so");
        }
        return new PostfixParameters(client, relayed);
    }

    private static void table(
            String file, String content, String expected, List<String> deviations) {
        if (content == null) {
            deviations.add(file + ": it is missing");
        } else if (!content.equals(expected)) {
            deviations.add(
                    file
                            + ": line "
                            + differing(content, expected)
                            + " is not as Postern writes it");
        }
    }

    private static int differing(String content, String expected) {
        int line = 1;
        int most = Math.min(content.length(), expected.length());
        for (int i = 0; i < most && content.charAt(i) == expected.charAt(i); i++) {
            line += content.charAt(i) == '\n' ? 1 : 0;
        }
        return line;
    }

    static List<String> parameterDeviations(
            String directory, PostfixState held, PostfixParameters set) {
        List<String> deviations = new ArrayList<>();
        for (String name : List.of(PostfixParameters.CLIENT, PostfixParameters.RELAY)) {
            String value = set.value(name);
            if (!PostfixText.parameter(name, directory, held.found()).equals(value)) {
                deviations.add(
                        name
                                + ": it is "
                                + (value == null ? "not set" : "'" + VisibleText.of(value) + "'"));
            }
        }
        return deviations;
    }

    /** Lines {@code name = value}; the last of a name counts, as for Postfix. */
    static Map<String, String> values(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : lines(text)) {
            int equals = line.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException(
                        "postconf says '" + VisibleText.of(line) + "', which is no parameter");
            }
            values.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
        return values;
    }

    private static List<String> lines(String text) {
        List<String> lines =
                text.lines().filter(line -> !line.isBlank()).limit(MAX_LINES + 1L).toList();
        if (lines.size() > MAX_LINES) {
            throw new IllegalArgumentException("postconf says more than " + MAX_LINES + " lines");
        }
        return lines;
    }

    private static List<PostfixService> services(String text, Map<String, String> overrides) {
        List<PostfixService> services = new ArrayList<>();
        for (String line : lines(text)) {
            String[] columns = line.strip().split("\\s+", SERVICE_COLUMNS + 1);
            if (columns.length < SERVICE_COLUMNS) {
                throw new IllegalArgumentException(
                        "postconf says '" + VisibleText.of(line) + "', which is no service");
            }
            String command = columns[SERVICE_COLUMNS - 1];
            if (columns[1].equals("inet") || columns[1].equals("pass") && command.equals("smtpd")) {
                services.add(
                        new PostfixService(
                                columns[0],
                                columns[1],
                                command,
                                overrides(columns[0] + "/" + columns[1] + "/", overrides)));
            }
        }
        return services;
    }

    private static Map<String, String> overrides(String prefix, Map<String, String> all) {
        Map<String, String> own = new TreeMap<>();
        all.forEach(
                (key, value) -> {
                    if (key.startsWith(prefix)) {
                        own.put(key.substring(prefix.length()), value);
                    }
                });
        return own;
    }
}

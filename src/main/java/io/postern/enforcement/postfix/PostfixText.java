package io.postern.enforcement.postfix;

import io.postern.enforcement.Unsupported;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What Postern writes for Postfix, to the byte. */
public final class PostfixText {
    /** Table of who is let in; lies in a directory of ours. */
    public static final String CLIENTS_FILE = "clients.cidr";

    /** Table of who may send to any recipient. */
    public static final String RELAY_FILE = "relay.cidr";

    /** Postfix adds the rest of {@code 554 5.7.1 <client>: Client host rejected}. */
    static final String REJECT = "REJECT Not allowed to submit mail here";

    static final String PASS = "DUNNO";
    static final String PERMIT = "OK";

    /** Since Postfix 2.10, unless the compatibility level is 0. */
    static final String DEFAULT_RELAY =
            "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination";

    private static final String SASL = "permit_sasl_authenticated";
    private static final Pattern DIRECTORY = Pattern.compile("/[A-Za-z0-9/._-]{0,500}");
    private static final List<String> HEAD =
            List.of(
                    "# Kept by Postern: who may submit mail here. Do not edit: each change of the",
                    "# policy writes it anew. What main.cf held before, for whoever undoes it by"
                            + " hand:");

    private PostfixText() {}

    /** The table of who is let in: they go on to the next restriction, all others are refused. */
    public static String clients(PostfixState state) {
        return clients(state.found(), state.clientSet());
    }

    static String clients(PostfixParameters found, AddressSet clients) {
        StringBuilder text = head(found);
        append(text, clients, PASS);
        text.append("0.0.0.0/0 ").append(REJECT).append('\n');
        return text.append("::/0 ").append(REJECT).append('\n').toString();
    }

    /** The table of who may send to any recipient; others go on to the next restriction. */
    public static String relay(PostfixState state) {
        return relay(state.found(), state.relaySet());
    }

    static String relay(PostfixParameters found, AddressSet relay) {
        StringBuilder text = head(found);
        append(text, relay, PERMIT);
        return text.toString();
    }

    private static StringBuilder head(PostfixParameters found) {
        StringBuilder text = new StringBuilder();
        HEAD.forEach(line -> text.append(line).append('\n'));
        for (String name : List.of(PostfixParameters.CLIENT, PostfixParameters.RELAY)) {
            text.append(foundLine(name, found.value(name))).append('\n');
        }
        return text;
    }

    static String foundLine(String name, String value) {
        return CidrTable.FOUND + name + (value == null ? CidrTable.NOT_SET : " = " + value);
    }

    private static void append(StringBuilder text, AddressSet set, String result) {
        List<String> networks = new ArrayList<>();
        for (AddressRange range : set.ranges()) {
            networks.clear();
            CidrBlocks.add(range, networks);
            for (String network : networks) {
                text.append(network).append(' ').append(result).append('\n');
            }
        }
    }

    /**
     * What a lookup in one of the tables brings.
     *
     * @param file which table
     * @param isHeld whether the address is among those of the table
     * @return the result; {@code nothing} where no line matches
     */
    public static String result(String file, boolean isHeld) {
        if (file.equals(CLIENTS_FILE)) {
            return isHeld ? PASS : REJECT;
        }
        return isHeld ? PERMIT : "nothing";
    }

    /** How many lines a set takes in a table. */
    static int lines(AddressSet set) {
        List<String> networks = new ArrayList<>();
        set.ranges().forEach(range -> CidrBlocks.add(range, networks));
        return networks.size();
    }

    /**
     * What a parameter is set to: for whom we refuse nothing comes after, for all others what was
     * there before can only refuse.
     *
     * @param directory of the tables
     * @throws IllegalArgumentException if the directory's name could be read as something else
     */
    public static String parameter(String name, String directory, PostfixParameters found) {
        if (!DIRECTORY.matcher(directory).matches()) {
            throw new IllegalArgumentException(
                    "the directory of the tables must be an absolute path of letters, digits and"
                            + " / . _ -");
        }
        String was = found.value(name);
        if (name.equals(PostfixParameters.CLIENT)) {
            String ours = reference(directory, CLIENTS_FILE);
            return was == null || was.isBlank() ? ours : ours + ", " + was;
        }
        // SMTP AUTH is not our business: who proves himself goes on as before.
        boolean isSasl = RestrictionWords.split(was == null ? DEFAULT_RELAY : was).contains(SASL);
        return reference(directory, RELAY_FILE)
                + (isSasl ? ", " + SASL : "")
                + ", reject_unauth_destination";
    }

    static String reference(String directory, String file) {
        return "check_client_access " + map(directory, file);
    }

    static String map(String directory, String file) {
        return "cidr:" + directory + "/" + file;
    }

    /**
     * A plan as a POSIX shell script that a person reads and runs as root on the host; {@code undo}
     * takes the same steps back.
     *
     * @param server name, for people
     * @param steps in order; none = a script that says so
     * @param unsupported told at the top, for whoever reads the script alone
     */
    public static String script(
            String server,
            ObservedPostfix observed,
            List<PostfixStep> steps,
            List<Unsupported> unsupported) {
        return new PostfixScript(observed.tableDirectory(), steps).text(server, unsupported);
    }
}

package io.postern.cli;

import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.smtp.MessageTrace;
import io.postern.smtp.TraceTrust;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postern trace}: which host really submitted this message? */
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = "Tells from a message's header which host submitted it.",
        footer = {
            "",
            "Only fields that your own servers and relays wrote are believed: say which they are by"
                    + " --policy or --server. Everything below can be forged.",
            "Exit code: 0 = told, 1 = it is not the message with that --marker, 3 = it cannot be"
                    + " told, 2 = bad input."
        })
public final class TraceCommand extends PolicyVerb {
    private static final int OTHER_MESSAGE = 1;
    private static final int CANNOT_TELL = 3;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+([/-].*)?|.*:.*");

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "The message, or its header alone; - = standard input.")
    private Path file;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A policy file: its servers are yours.")
    private Path policy;

    @Option(
            names = "--server",
            paramLabel = "NAME|ADDRESS",
            description = "A name, address, range or CIDR of an Exchange server; may be repeated.")
    private List<String> servers = List.of();

    @Option(
            names = "--relay",
            paramLabel = "NAME|ADDRESS",
            description =
                    "The same of a mail relay that writes what it sees. Give both, since most"
                            + " relays write their name alone.")
    private List<String> relays = List.of();

    @Option(
            names = "--hiding",
            paramLabel = "ADDRESS",
            description =
                    "An address, range or CIDR behind which many clients hide, such as of a load"
                            + " balancer with SNAT.")
    private List<String> hiding = List.of();

    @Option(
            names = "--marker",
            paramLabel = "MARKER",
            description = "It must be the test message of postern probe --message with this one.")
    private String marker;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    int run(PrintWriter out) {
        TraceTrust trust = trust();
        MessageHeader header = MessageHeader.read(file);
        MessageTrace trace = MessageTrace.of(header.all("Received"), trust);
        if (json) {
            TraceText.json(trace, header, marker, out);
        } else {
            TraceText.print(trace, header, marker, out);
        }
        if (marker != null && !header.isMarked(marker)) {
            return OTHER_MESSAGE;
        }
        return trace.verdict() == MessageTrace.Verdict.UNKNOWN ? CANNOT_TELL : 0;
    }

    private TraceTrust trust() {
        List<String> names = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        sort("--server", servers, names, addresses);
        AddressSet own = AddressSet.parse(addresses.toArray(String[]::new));
        if (policy != null) {
            Policy read = PolicyFile.read(policy).policy();
            for (Server server : read.servers()) {
                names.add(server.name());
                names.addAll(server.loadBalancedNames());
                own = own.union(server.addresses());
            }
        }
        if (names.isEmpty() && own.isEmpty()) {
            throw new BadInputException(
                    "--server: say which servers are yours, by --policy or --server: without that"
                            + " no field can be believed");
        }
        List<String> relayNames = new ArrayList<>();
        List<String> relayAddresses = new ArrayList<>();
        sort("--relay", relays, relayNames, relayAddresses);
        List<String> none = new ArrayList<>();
        List<String> hidden = new ArrayList<>();
        sort("--hiding", hiding, none, hidden);
        if (!none.isEmpty()) {
            throw new BadInputException(
                    "--hiding: '" + none.get(0) + "' is no address, range or CIDR");
        }
        return new TraceTrust(
                names,
                own,
                relayNames,
                AddressSet.parse(relayAddresses.toArray(String[]::new)),
                AddressSet.parse(hidden.toArray(String[]::new)));
    }

    private static void sort(
            String option, List<String> values, List<String> names, List<String> addresses) {
        for (String value : values) {
            try {
                if (ADDRESS.matcher(value).matches()) {
                    AddressSet.parse(value);
                    addresses.add(value);
                    continue;
                }
            } catch (IllegalArgumentException e) {
                throw new BadInputException(option + ": " + e.getMessage());
            }
            if (!NAME.matcher(value).matches()) {
                throw new BadInputException(
                        option + ": '" + value + "' is neither a host name nor an address");
            }
            names.add(value);
        }
    }
}

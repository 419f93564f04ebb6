package io.postern.cli;

import io.postern.enforcement.Binding;
import io.postern.enforcement.ConnectorConflicts;
import io.postern.enforcement.Listeners;
import io.postern.enforcement.ObservedExchange;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.VisibleText;
import io.postern.policy.Address;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code postern selection}: which receive connector gets whom, as Exchange chooses. */
@Command(
        name = "selection",
        mixinStandardHelpOptions = true,
        description = "Says which receive connector of a server takes which clients.",
        footer = {
            "",
            "Exit code: 0 = some connector takes it, 1 = none does, 2 = bad input.",
            "FILE is an export (Export-Clixml or ConvertTo-Json) of Get-ReceiveConnector,"
                    + " Get-ADPermission or Get-AcceptedDomain; several together say more. Without"
                    + " permissions the relay right is unknown, and is said to be."
        })
public final class SelectionCommand extends PolicyVerb {
    @Option(
            names = "--connectors",
            paramLabel = "FILE",
            required = true,
            arity = "1..*",
            description = "Exports of connectors and, if there are any, of their permissions.")
    private List<Path> files;

    @Option(
            names = "--server",
            paramLabel = "NAME",
            description = "The server; may be left out where the export holds only one.")
    private String server;

    @Option(names = "--port", paramLabel = "PORT", description = "The local port; 25 if left out.")
    private int port = 25;

    @Option(
            names = "--local",
            paramLabel = "IP",
            description = "The server's address that is connected to; every listener if left out.")
    private String local;

    @Option(
            names = "--address",
            paramLabel = "IP",
            description = "Explain the choice for this client; the whole space if left out.")
    private String address;

    @Option(names = "--json", description = "JSON instead of text.")
    private boolean json;

    /**
     * What was asked for.
     *
     * @param client null = the whole address space
     */
    record Question(
            String server,
            int port,
            List<ReceiveConnector> connectors,
            List<Binding> listeners,
            Address client,
            List<String> conflicts,
            List<String> notes) {}

    @Override
    int run(PrintWriter out) {
        List<String> faults = new ArrayList<>();
        Address localAddress = read("--local", local, faults);
        Address client = read("--address", address, faults);
        if (localAddress != null && client != null && localAddress.family() != client.family()) {
            faults.add("--local and --address: one is IPv4, the other IPv6; they never meet");
        }
        if (port < 1 || port > 65535) {
            faults.add("--port: " + port + " is not in 1 to 65535");
        }
        ObservedExchange observed = observed(faults);
        if (!faults.isEmpty()) {
            throw new BadInputException(faults);
        }
        String name = server(observed);
        List<ReceiveConnector> connectors = observed.connectorsOf(name);
        List<Binding> listeners =
                Listeners.of(connectors, port, localAddress).stream()
                        .filter(one -> client == null || one.address().family() == client.family())
                        .toList();
        Question question =
                new Question(
                        name,
                        port,
                        connectors,
                        listeners,
                        client,
                        ConnectorConflicts.of(connectors),
                        observed.notes());
        boolean taken =
                json ? SelectionJson.print(question, out) : SelectionText.print(question, out);
        return taken ? 0 : 1;
    }

    private ObservedExchange observed(List<String> faults) {
        try {
            return ObservedFiles.read(files);
        } catch (BadInputException e) {
            faults.addAll(e.lines());
            return null;
        }
    }

    private static Address read(String option, String text, List<String> faults) {
        try {
            return text == null ? null : Address.parse(text);
        } catch (IllegalArgumentException e) {
            faults.add(option + ": " + e.getMessage());
            return null;
        }
    }

    private String server(ObservedExchange observed) {
        if (server == null && observed.servers().size() == 1) {
            return observed.servers().first();
        }
        if (server != null && observed.servers().contains(server)) {
            return observed.servers().tailSet(server).first();
        }
        String known =
                observed.servers().stream().map(VisibleText::of).collect(Collectors.joining(", "));
        throw new BadInputException(
                "--server: "
                        + (server == null
                                ? "which one?"
                                : "unknown server '" + VisibleText.of(server) + "'")
                        + " (the export has "
                        + (known.isEmpty() ? "no connector" : known)
                        + ")");
    }
}

package io.postern.cli;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.ObservedExchange;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The server that a verb is about, in the policy and in what was observed. */
final class ServerChoice {
    /**
     * What a server has.
     *
     * @param isOpenToEveryDomain whether an accepted domain {@code *} was seen
     */
    record Observed(List<ReceiveConnector> connectors, boolean isOpenToEveryDomain) {}

    private ServerChoice() {}

    /** The policy's server of that name, in any case. */
    static Server of(Policy policy, String name, Path file) {
        return policy.servers().stream()
                .filter(server -> server.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new BadInputException(
                                        "--server: "
                                                + file
                                                + " has no server '"
                                                + name
                                                + "'; it has "
                                                + names(policy)));
    }

    private static String names(Policy policy) {
        return policy.servers().isEmpty()
                ? "none"
                : policy.servers().stream().map(Server::name).collect(Collectors.joining(", "));
    }

    /** What the files say of the server; without files, what a fresh Mailbox server has. */
    static Observed connectors(Policy policy, Server server, List<Path> files) {
        if (files.isEmpty()) {
            String domain =
                    policy.acceptedDomains().stream()
                            .filter(one -> !one.startsWith("*"))
                            .findFirst()
                            .orElse("");
            return new Observed(
                    DefaultConnectors.ofFreshServer(server.name().toUpperCase(Locale.ROOT), domain),
                    false);
        }
        ObservedExchange observed = ObservedFiles.read(files);
        List<ReceiveConnector> connectors = observed.connectorsOf(server.name());
        if (connectors.isEmpty()) {
            throw new BadInputException(
                    "--observed: no connector of server '"
                            + server.name()
                            + "' is in the files; they hold connectors of "
                            + (observed.servers().isEmpty()
                                    ? "no server"
                                    : String.join(", ", observed.servers())));
        }
        return new Observed(
                connectors,
                observed.acceptedDomains() != null
                        && observed.acceptedDomains().stream()
                                .anyMatch(AcceptedDomain::isEveryDomain));
    }
}

package io.postern.agent;

import io.postern.client.model.AgentServer;
import io.postern.client.model.ProbeTask;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where a probe of a task connects to.
 *
 * @param address to connect to, or to name to a simulated server
 * @param note how it was found; empty = it was named
 */
record ProbeTarget(Address address, String note) {
    /** Finds the addresses of a name, as the system's resolver does. */
    @FunctionalInterface
    interface Resolver {
        /** The addresses of a name; never empty. */
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    /** Why a probe cannot be made. */
    static final class NotPossibleException extends Exception {
        private static final long serialVersionUID = 1;

        NotPossibleException(String message) {
            super(message);
        }
    }

    /** The address that a target is; empty = it is a name. */
    static Optional<Address> address(String target) {
        try {
            return Optional.of(Address.parse(target));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Of a server that others keep. Probes of one batch reach the addresses of a name in turn, by
     * their numbers.
     */
    static ProbeTarget ofVantage(ProbeTask task, Resolver resolver) throws NotPossibleException {
        AddressFamily family = Address.parse(task.getSource()).family();
        Optional<Address> named = address(task.getTarget());
        if (named.isPresent()) {
            requireFamily(named.get(), family, task);
            return new ProbeTarget(named.get(), "");
        }
        List<Address> found;
        try {
            found =
                    Arrays.stream(resolver.resolve(task.getTarget()))
                            .map(one -> Address.parse(one.getHostAddress().replaceAll("%.*", "")))
                            .filter(one -> one.family() == family)
                            .distinct()
                            .sorted()
                            .toList();
        } catch (UnknownHostException e) {
            throw new NotPossibleException("'" + task.getTarget() + "' is not known here");
        }
        if (found.isEmpty()) {
            throw new NotPossibleException(
                    "'" + task.getTarget() + "' has no address of the family of the source");
        }
        Address asked = found.get((int) Math.floorMod(task.getId(), (long) found.size()));
        return new ProbeTarget(
                asked,
                task.getTarget()
                        + " is here "
                        + found.stream().map(Address::toString).collect(Collectors.joining(", "))
                        + "; asked is "
                        + asked);
    }

    /** Of an own server: only what the service says of it is asked. */
    static void requireListed(String target, AgentServer server) throws NotPossibleException {
        boolean isName =
                server.getLoadBalancedNames() != null
                        && server.getLoadBalancedNames().stream()
                                .anyMatch(target::equalsIgnoreCase);
        boolean isAddress =
                server.getAddresses() != null
                        && address(target)
                                .filter(
                                        one ->
                                                server.getAddresses().stream()
                                                        .map(AddressRange::parse)
                                                        .anyMatch(range -> range.contains(one)))
                                .isPresent();
        if (!isName && !isAddress) {
            throw new NotPossibleException(
                    "'" + target + "' is no address or load-balanced name of " + server.getName());
        }
    }

    static void requireFamily(Address target, AddressFamily family, ProbeTask task)
            throws NotPossibleException {
        if (target.family() != family) {
            throw new NotPossibleException(
                    "from " + task.getSource() + " nobody reaches " + target + ": other family");
        }
    }
}

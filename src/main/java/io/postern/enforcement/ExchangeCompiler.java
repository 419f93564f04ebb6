package io.postern.enforcement;

import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compiles a policy to the receive connectors of one server. Deterministic; no wide connector and
 * no foreign object is ever changed. An address gets exactly the tier the policy gives it,
 * protected sources stay where they are, and what cannot be held is {@link Unsupported}.
 */
public final class ExchangeCompiler {
    private ExchangeCompiler() {}

    /**
     * The connectors that the server should have, where nothing before them proves identity.
     *
     * @param server as below
     * @param observed as below
     * @param at as below
     */
    public static CompiledConnectors compile(
            Policy policy, Server server, List<ReceiveConnector> observed, Instant at) {
        return compile(policy, server, observed, at, false);
    }

    /**
     * The connectors that the server should have.
     *
     * @param isIdentityProven as if {@code provable} below were everywhere, or nowhere
     */
    public static CompiledConnectors compile(
            Policy policy,
            Server server,
            List<ReceiveConnector> observed,
            Instant at,
            boolean isIdentityProven) {
        AddressSet provable = isIdentityProven ? AddressSet.ALL : AddressSet.EMPTY;
        return compile(policy, server, observed, at, provable);
    }

    /**
     * The connectors that the server should have.
     *
     * @param server one of the policy's; each of its ports is compiled after the wide connector
     *     found on that port
     * @param observed what the server has now; managed ones are not read, they are replaced
     * @param at the instant that grants must hold at
     * @param provable from where a layer before the connectors, which was read back to be active,
     *     proves identity: only there an address gets the highest tier that any identity has from
     *     it; empty = there is no such layer
     */
    public static CompiledConnectors compile(
            Policy policy,
            Server server,
            List<ReceiveConnector> observed,
            Instant at,
            AddressSet provable) {
        List<ReceiveConnector> unmanaged = observed.stream().filter(one -> !one.managed()).toList();
        List<ReceiveConnector> managed = new ArrayList<>();
        List<Unsupported> unsupported = new ArrayList<>();
        for (int port : server.ports().stream().distinct().sorted().toList()) {
            new PortCompilation(policy, server, port, at, provable, unmanaged)
                    .into(managed, unsupported);
        }
        if (takesAName(unmanaged, managed, server, unsupported)) {
            managed.clear();
        }
        List<ReceiveConnector> all = new ArrayList<>(unmanaged);
        all.addAll(managed);
        return new CompiledConnectors(all, unsupported);
    }

    private static boolean takesAName(
            List<ReceiveConnector> unmanaged,
            List<ReceiveConnector> managed,
            Server server,
            List<Unsupported> unsupported) {
        Set<String> ours =
                managed.stream()
                        .map(one -> one.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet());
        boolean taken = false;
        for (ReceiveConnector one : unmanaged) {
            if (ours.contains(one.name().toLowerCase(Locale.ROOT))) {
                taken = true;
                unsupported.add(
                        new Unsupported(
                                server.name(),
                                "connector '"
                                        + one.name()
                                        + "' has a name that Postern needs but not Postern's"
                                        + " mark, so nothing is compiled for this server",
                                "rename it"));
            }
        }
        return taken;
    }
}

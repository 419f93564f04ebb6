package io.postern.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole policy, immutable. Entries stand in the order of the file; the order means nothing.
 *
 * @param addressSets named sets, by name
 */
public record Policy(
        List<String> acceptedDomains,
        List<Server> servers,
        List<ProtectedSource> protectedSources,
        List<Principal> principals,
        Map<String, Addresses> addressSets,
        List<Grant> grants,
        List<Block> blocks,
        List<Assertion> assertions,
        List<Guardrail> guardrails) {
    /** Nothing granted, no server. */
    public static final Policy EMPTY =
            new Policy(
                    List.of(), List.of(), List.of(), List.of(), Map.of(), List.of(), List.of(),
                    List.of(), List.of());

    public Policy {
        acceptedDomains = List.copyOf(acceptedDomains);
        servers = List.copyOf(servers);
        protectedSources = List.copyOf(protectedSources);
        principals = List.copyOf(principals);
        addressSets = Map.copyOf(addressSets);
        grants = List.copyOf(grants);
        blocks = List.copyOf(blocks);
        assertions = List.copyOf(assertions);
        guardrails = List.copyOf(guardrails);
    }

    /** The server of that name in any case; empty if the policy has none. */
    public Optional<Server> server(String name) {
        return servers.stream().filter(server -> server.name().equalsIgnoreCase(name)).findFirst();
    }
}

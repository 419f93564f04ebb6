package io.postern.policy.yaml;

import io.postern.policy.Principal;
import io.postern.policy.Server;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a policy declares, by name in any case. */
final class Names {
    private final Map<String, Principal> principals = new HashMap<>();
    private final Map<String, Server> servers = new HashMap<>();
    private final Set<Integer> allPorts = new HashSet<>();
    private final List<String> serverNames = new ArrayList<>();
    private final List<String> principalNames = new ArrayList<>();

    Names(List<Principal> principals, List<Server> servers) {
        for (Principal principal : principals) {
            this.principals.put(fold(principal.name()), principal);
            if (principal.sid() != null) {
                this.principals.put(fold(principal.sid()), principal);
            }
            principalNames.add(principal.name());
        }
        for (Server server : servers) {
            this.servers.put(fold(server.name()), server);
            serverNames.add(server.name());
            allPorts.addAll(server.ports());
        }
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** By name or SID. */
    Optional<Principal> principal(String name) {
        return Optional.ofNullable(principals.get(fold(name)));
    }

    Optional<Server> server(String name) {
        return Optional.ofNullable(servers.get(fold(name)));
    }

    List<String> serverNames() {
        return serverNames;
    }

    List<String> principalNames() {
        return principalNames;
    }

    /** Whether any server, or any of the named ones, has the port; true if no server is known. */
    boolean hasPort(int port, List<String> names) {
        if (names.isEmpty()) {
            return servers.isEmpty() || allPorts.contains(port);
        }
        for (String name : names) {
            Server server = servers.get(fold(name));
            if (server != null && server.ports().contains(port)) {
                return true;
            }
        }
        return servers.isEmpty();
    }
}

package io.postern.policy;

import java.util.List;

/**
 * Where an entry applies.
 *
 * @param servers server names; empty = all servers (also written {@code '*'})
 * @param ports 1 to 65535; empty = all ports of each server
 * @param pickup whether the pickup folder is meant; false unless written
 */
public record To(List<String> servers, List<Integer> ports, boolean pickup) {
    public static final To EVERYWHERE = new To(List.of(), List.of(), false);

    public To {
        servers = List.copyOf(servers);
        ports = List.copyOf(ports);
    }
}

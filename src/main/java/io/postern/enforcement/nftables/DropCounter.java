package io.postern.enforcement.nftables;

import java.util.List;
import java.util.Objects;

/**
 * What one of our rules has dropped since it was written; an exchange of the table begins anew.
 *
 * @param family {@code ipv4} or {@code ipv6}
 * @param packets attempts, repeated ones too: a client sends its first packet several times
 * @param bytes of those packets
 */
public record DropCounter(List<Integer> ports, String family, long packets, long bytes) {
    public DropCounter {
        ports = List.copyOf(ports);
        Objects.requireNonNull(family);
    }
}

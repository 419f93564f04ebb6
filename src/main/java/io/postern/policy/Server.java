package io.postern.policy;

import java.util.List;
import java.util.Objects;

/**
 * A protected SMTP server.
 *
 * @param name unique, case-insensitive
 * @param addresses its own addresses; an implicit protected source
 * @param ports anonymous front-end ports, 25 unless stated; never 465, 587, 717 or 2525
 * @param ring label of its rollout ring; null = not stated, the last ring
 * @param enforcement kinds of its enforcement points, such as {@code exchange}; empty = none
 * @param kerberosRanges where clients can prove identity; empty = nowhere
 * @param loadBalancedNames names under which a load balancer offers it
 * @param mode enforce unless stated
 * @param repair none unless stated
 */
public record Server(
        String name,
        AddressSet addresses,
        List<Integer> ports,
        String ring,
        List<String> enforcement,
        AddressSet kerberosRanges,
        List<String> loadBalancedNames,
        ServerMode mode,
        ServerRepair repair) {
    public static final List<Integer> DEFAULT_PORTS = List.of(25);

    /** One that is repaired by nobody but people. */
    public Server(
            String name,
            AddressSet addresses,
            List<Integer> ports,
            String ring,
            List<String> enforcement,
            AddressSet kerberosRanges,
            List<String> loadBalancedNames,
            ServerMode mode) {
        this(
                name,
                addresses,
                ports,
                ring,
                enforcement,
                kerberosRanges,
                loadBalancedNames,
                mode,
                ServerRepair.NONE);
    }

    public Server {
        Objects.requireNonNull(name);
        Objects.requireNonNull(addresses);
        ports = List.copyOf(ports);
        enforcement = List.copyOf(enforcement);
        Objects.requireNonNull(kerberosRanges);
        loadBalancedNames = List.copyOf(loadBalancedNames);
        Objects.requireNonNull(mode);
        Objects.requireNonNull(repair);
    }
}

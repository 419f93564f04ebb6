package io.postern.cli.network;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** Makes the lab's hosts, bridges and cables, with addresses and routes. */
final class LabWiring {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int GATEWAY = LabHost.GATEWAY.number();

    private final UnaryOperator<String> namespaces;
    private final String bridges;

    /**
     * @param namespaces from a host's word to its namespace
     * @param bridges word of the namespace that holds the bridges
     */
    LabWiring(UnaryOperator<String> namespaces, String bridges) {
        this.namespaces = namespaces;
        this.bridges = namespaces.apply(bridges);
    }

    void make(LabMark mark) throws IOException {
        LabNamespaces.make(bridges, mark);
        for (LabHost host : LabHost.values()) {
            LabNamespaces.make(namespaces.apply(host.word()), mark);
            set(host);
        }
        apply(bridges, cables());
        for (LabHost host : LabHost.values()) {
            apply(namespaces.apply(host.word()), addresses(host));
        }
    }

    private void set(LabHost host) throws IOException {
        String namespace = namespaces.apply(host.word());
        LabNamespaces.set(
                namespace,
                "0",
                "ipv6/conf/all/disable_ipv6",
                "ipv6/conf/default/disable_ipv6",
                // With it an IPv6 address would wait for a second before it may be used.
                "ipv6/conf/all/accept_dad",
                "ipv6/conf/default/accept_dad",
                "ipv6/conf/all/accept_ra",
                "ipv6/conf/default/accept_ra");
        if (host.isGateway()) {
            LabNamespaces.set(namespace, "1", "ipv4/ip_forward", "ipv6/conf/all/forwarding");
        } else {
            // Room for a stream of connections whose ends stay in TIME-WAIT for a minute.
            LabNamespaces.set(namespace, "10000 65000", "ipv4/ip_local_port_range");
        }
    }

    /** The bridges, and a cable from each to every interface on its segment. */
    private String cables() {
        StringBuilder batch = new StringBuilder();
        for (LabSegment segment : LabSegment.values()) {
            // A port forwards at once, and multicast (neighbours of IPv6) goes everywhere.
            batch.append("link add name ")
                    .append(segment.word())
                    .append(" type bridge stp_state 0 forward_delay 0 mcast_snooping 0\n");
            batch.append("link set ").append(segment.word()).append(" up\n");
        }
        for (LabHost host : LabHost.values()) {
            for (LabSegment segment : host.segments()) {
                batch.append("link add name ")
                        .append(host.port(segment))
                        .append(" type veth peer name ")
                        .append(host.networkInterface(segment))
                        .append(" netns ")
                        .append(namespaces.apply(host.word()))
                        .append("\nlink set ")
                        .append(host.port(segment))
                        .append(" master ")
                        .append(segment.word())
                        .append(" up\n");
            }
        }
        return batch.toString();
    }

    private static String addresses(LabHost host) {
        StringBuilder batch = new StringBuilder();
        for (LabSegment segment : host.segments()) {
            String device = host.networkInterface(segment);
            batch.append("addr add ")
                    .append(segment.ipv4(host.number()))
                    .append("/24 dev ")
                    .append(device)
                    .append("\naddr add ")
                    .append(segment.ipv6(host.number()))
                    .append("/64 dev ")
                    .append(device)
                    .append(" nodad\nlink set ")
                    .append(device)
                    .append(" up\n");
        }
        if (!host.isGateway()) {
            LabSegment segment = host.segments().get(0);
            batch.append("route add default via ")
                    .append(segment.ipv4(GATEWAY))
                    .append("\nroute add ::/0 via ")
                    .append(segment.ipv6(GATEWAY))
                    .append("\n");
        }
        return batch.toString();
    }

    private static void apply(String namespace, String batch) throws IOException {
        LabCommand.run(List.of("ip", "-n", namespace, "-batch", "-"), batch, TIMEOUT)
                .okay("network of " + namespace);
    }
}

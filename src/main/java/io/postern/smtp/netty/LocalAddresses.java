package io.postern.smtp.netty;

import io.postern.policy.Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The addresses of this machine from which others can be reached. Thread-safe. */
public final class LocalAddresses {
    private static final int MOST = 200;
    private static final List<String> INNER =
            List.of("docker", "br-", "virbr", "lxcbr", "veth", "cni", "flannel", "cali");

    private LocalAddresses() {}

    /**
     * Canonical texts, sorted, at most 200; those of loopback, of single links and of bridges of
     * containers are left out. Empty = none, or they cannot be told.
     */
    public static List<String> texts() {
        List<String> texts = new ArrayList<>();
        try {
            for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (one.isUp() && !one.isLoopback() && !isOfContainers(one.getName())) {
                    one.inetAddresses()
                            .filter(address -> !isLocalOnly(address))
                            .map(LocalAddresses::text)
                            .forEach(texts::add);
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        return texts.stream().distinct().sorted().limit(MOST).toList();
    }

    /** The same addresses on many machines, and translated on the way out. */
    private static boolean isOfContainers(String name) {
        return INNER.stream().anyMatch(name::startsWith);
    }

    private static boolean isLocalOnly(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress();
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return Address.parse(zone < 0 ? text : text.substring(0, zone)).toString();
    }
}

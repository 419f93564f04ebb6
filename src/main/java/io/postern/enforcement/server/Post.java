package io.postern.enforcement.server;

import io.postern.policy.Server;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Where a server is kept from: the server itself (or the host that manages it), or a gateway that
 * its clients pass. Each post has an agent, publications and reports of its own.
 *
 * @param server the server's name in the policy
 * @param gateway name of the gateway; empty = the server itself
 */
public record Post(String server, String gateway) {
    private static final char DIVIDER = '@';

    public Post {
        Objects.requireNonNull(server);
        Objects.requireNonNull(gateway);
    }

    /** The server's own post. */
    public static Post of(Server server) {
        return new Post(server.name(), "");
    }

    /**
     * Reads {@code server} or {@code server@gateway}; no server's name holds an {@code @}.
     *
     * @param name as {@link #toString} writes it
     */
    public static Post parse(String name) {
        int at = name.indexOf(DIVIDER);
        return at < 0
                ? new Post(name, "")
                : new Post(name.substring(0, at), name.substring(at + 1));
    }

    /** Whether a text names a post: at most one {@code @}, and something on each side of it. */
    public static boolean isName(String name) {
        Post post = parse(name);
        return !post.server().isBlank()
                && post.gateway().indexOf(DIVIDER) < 0
                && (name.indexOf(DIVIDER) < 0 || !post.gateway().isBlank());
    }

    /** Whether it stands before the server. */
    public boolean isGateway() {
        return !gateway.isEmpty();
    }

    /**
     * Of the names of posts those that are gateways of a server, in their order.
     *
     * @param names in any case
     */
    public static List<String> gateways(String server, List<String> names) {
        String start = server.toLowerCase(Locale.ROOT) + DIVIDER;
        return names.stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(start))
                .toList();
    }

    /** {@code server} or {@code server@gateway}. */
    @Override
    public String toString() {
        return isGateway() ? server + DIVIDER + gateway : server;
    }
}

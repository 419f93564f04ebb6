package io.postern.enforcement.nftables.exports;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.enforcement.nftables.exports.RuleSet.Key;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which first packets of a TCP connection to one port, of one family, meet a match of a rule: told
 * by their source. Whatever else a match asks is not sure.
 */
final class RuleMatch {
    private static final AddressSet LOOPBACK = AddressSet.parse("127.0.0.0/8", "::1");
    private static final Set<String> OTHER_PROTOCOLS =
            Set.of("udp", "udplite", "sctp", "dccp", "icmp", "icmpv6", "esp", "ah", "comp", "igmp");

    private final RuleSet rules;
    private final AddressFamily family;
    private final int port;
    private final AddressSet server;
    private final AddressSet local;

    /**
     * @param local addresses of this host, whose own packets come in by loopback
     * @param server the server's addresses where packets are passed on to it; empty = not known, or
     *     every local one
     */
    RuleMatch(RuleSet rules, AddressFamily family, int port, AddressSet server, AddressSet local) {
        this.rules = rules;
        this.family = family;
        this.port = port;
        this.server = server;
        this.local = local.union(LOOPBACK);
    }

    /** What a part of a rule lets go on to the next part. */
    Sources of(Key chain, JsonNode match) {
        JsonNode right = match.path("right");
        Sources met = meets(chain, match.path("left"), right);
        return switch (match.path("op").asText()) {
            case "==", "in" -> met;
            // A field that such a packet does not have is not another value of it.
            case "!=" -> hasField(match.path("left")) ? met.not() : Sources.NONE;
            default -> Sources.UNSURE;
        };
    }

    private boolean hasField(JsonNode left) {
        String protocol = left.path("payload").path("protocol").asText();
        return !protocol.equals(isIpv4() ? "ip6" : "ip") && !OTHER_PROTOCOLS.contains(protocol);
    }

    /** Whether a key has a value, or one of the values. */
    Sources meets(Key chain, JsonNode left, JsonNode right) {
        JsonNode payload = left.get("payload");
        if (payload != null) {
            return payload(chain, payload, right);
        }
        JsonNode ct = left.path("ct").path("key");
        if (ct.asText().equals("state")) {
            return Sources.when(holds(right, "new"));
        }
        return switch (left.path("meta").path("key").asText()) {
            case "l4proto" -> protocol(chain, right);
            case "nfproto" -> Sources.when(holds(right, isIpv4() ? "ipv4" : "ipv6"));
            case "protocol" -> Sources.when(holds(right, isIpv4() ? "ip" : "ip6"));
            case "iif", "iifname" ->
                    // What comes in there was sent by the host itself.
                    right.asText().equals("lo")
                            ? new Sources(AddressSet.EMPTY, local)
                            : Sources.UNSURE;
            default -> Sources.UNSURE;
        };
    }

    private boolean isIpv4() {
        return family == AddressFamily.IPV4;
    }

    private Sources payload(Key chain, JsonNode payload, JsonNode right) {
        String protocol = payload.path("protocol").asText();
        String field = payload.path("field").asText();
        if (protocol.equals(isIpv4() ? "ip6" : "ip") || OTHER_PROTOCOLS.contains(protocol)) {
            return Sources.NONE;
        }
        return switch (protocol + " " + field) {
            case "tcp dport", "th dport" -> number(chain, right, port);
            case "ip saddr", "ip6 saddr" -> addresses(chain, right);
            case "ip daddr", "ip6 daddr" -> toServer(addresses(chain, right));
            case "ip protocol", "ip6 nexthdr" -> protocol(chain, right);
            default -> Sources.UNSURE;
        };
    }

    private Sources protocol(Key chain, JsonNode right) {
        Sources byNumber = number(chain, right, 6);
        return holds(right, "tcp") ? Sources.ALL : byNumber;
    }

    private static boolean holds(JsonNode right, String word) {
        JsonNode values = right.has("set") ? right.get("set") : right;
        if (values.isTextual()) {
            return values.asText().equals(word);
        }
        for (JsonNode value : values) {
            if (value.asText().equals(word)) {
                return true;
            }
        }
        return false;
    }

    private Sources toServer(Sources sources) {
        AddressSet known = AddressSet.of(server.ranges(family));
        if (known.isEmpty()) {
            return Sources.UNSURE;
        }
        if (known.subtract(sources.surely()).isEmpty()) {
            return Sources.ALL;
        }
        return known.intersect(sources.perhaps()).isEmpty() ? Sources.NONE : Sources.UNSURE;
    }

    private Sources number(Key chain, JsonNode right, int wanted) {
        if (right.isInt()) {
            return Sources.when(right.asInt() == wanted);
        }
        JsonNode range = right.get("range");
        if (range != null) {
            return Sources.when(
                    range.path(0).asInt(-1) <= wanted && wanted <= range.path(1).asInt(-1));
        }
        NamedSet named = named(chain, right);
        if (named != null) {
            return named.changesByItself() || !named.node().path("type").isTextual()
                    ? Sources.UNSURE
                    : numbers(chain, named.node().path("elem"), wanted);
        }
        if (right.has("set")) {
            return numbers(chain, right.get("set"), wanted);
        }
        return right.isTextual() && !right.asText().startsWith("@") ? Sources.NONE : Sources.UNSURE;
    }

    private Sources numbers(Key chain, JsonNode values, int wanted) {
        Sources met = Sources.NONE;
        for (JsonNode value : values) {
            met = met.or(number(chain, plain(value), wanted));
        }
        return met;
    }

    /** An element without its counter, comment or timeout. */
    private static JsonNode plain(JsonNode value) {
        return value.has("elem") ? value.path("elem").path("val") : value;
    }

    /** Null = the value names no set, or one that is not there. */
    private NamedSet named(Key chain, JsonNode right) {
        return right.isTextual() && right.asText().startsWith("@")
                ? rules.sets.get(
                        new Key(chain.family(), chain.table(), right.asText().substring(1)))
                : null;
    }

    private Sources addresses(Key chain, JsonNode right) {
        NamedSet named = named(chain, right);
        if (named != null) {
            return named.addresses() == null || named.changesByItself()
                    ? Sources.UNSURE
                    : Sources.exactly(named.addresses());
        }
        JsonNode values = right.get("set");
        if (values == null) {
            AddressRange range = NamedSet.range(right);
            return range == null ? Sources.UNSURE : Sources.exactly(AddressSet.of(range));
        }
        List<AddressRange> ranges = new ArrayList<>();
        for (JsonNode value : values) {
            AddressRange range = NamedSet.range(plain(value));
            if (range == null) {
                return Sources.UNSURE;
            }
            ranges.add(range);
        }
        return Sources.exactly(AddressSet.of(ranges));
    }
}

package io.postern.enforcement.nftables.exports;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.policy.AddressRange;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule as we write it.
 *
 * @param family {@code ipv4} or {@code ipv6}
 * @param server the range of the server's addresses that it is about; null = every local address
 * @param set the first port that its set is named after
 * @param packets that it has dropped
 */
record OwnRule(String family, int port, AddressRange server, int set, long packets, long bytes) {
    private static final Pattern SET = Pattern.compile("@port_([1-9][0-9]{0,4})_(ipv4|ipv6)");
    private static final Set<String> MEMBERS = Set.of("family", "table", "chain", "handle", "expr");

    /** Null = it is none of ours. */
    static OwnRule of(JsonNode rule, boolean isForward) {
        JsonNode parts = rule.path("expr");
        if (!OwnTable.hasOnly(rule, MEMBERS) || parts.size() != (isForward ? 5 : 4)) {
            return null;
        }
        int at = isForward ? 1 : 0;
        Matcher set = SET.matcher(right(parts.get(at + 1)).asText());
        JsonNode port = right(parts.get(at));
        if (!set.matches() || !port.isInt() || port.asInt() < 1 || port.asInt() > 65_535) {
            return null;
        }
        String family = set.group(2);
        String protocol = family.equals("ipv4") ? "ip" : "ip6";
        AddressRange server = isForward ? server(parts.get(0), protocol, family) : null;
        JsonNode counter = parts.get(at + 2).path("counter");
        boolean isOurs =
                isMatch(parts.get(at), "==", "tcp", "dport")
                        && isMatch(parts.get(at + 1), "!=", protocol, "saddr")
                        && counter.path("packets").isIntegralNumber()
                        && parts.get(at + 3).has("drop")
                        && (!isForward || server != null);
        return isOurs
                ? new OwnRule(
                        family,
                        port.asInt(),
                        server,
                        Integer.parseInt(set.group(1)),
                        counter.path("packets").asLong(),
                        counter.path("bytes").asLong())
                : null;
    }

    /** Null = no range of that family. */
    private static AddressRange server(JsonNode part, String protocol, String family) {
        AddressRange range =
                isMatch(part, "==", protocol, "daddr") ? NamedSet.range(right(part)) : null;
        boolean isOfFamily =
                range != null && range.family().name().toLowerCase(Locale.ROOT).equals(family);
        return isOfFamily ? range : null;
    }

    private static boolean isMatch(JsonNode part, String operator, String protocol, String field) {
        JsonNode match = part.path("match");
        JsonNode payload = match.path("left").path("payload");
        return match.path("op").asText().equals(operator)
                && payload.path("protocol").asText().equals(protocol)
                && payload.path("field").asText().equals(field);
    }

    private static JsonNode right(JsonNode part) {
        return part.path("match").path("right");
    }
}

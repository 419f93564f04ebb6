package io.postern.enforcement.nftables.exports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;

/**
 * A named set.
 *
 * @param node without its elements where they are addresses: a set of 100,000 is kept once
 * @param addresses null = its elements are no plain addresses
 * @param count how many elements were listed
 */
record NamedSet(JsonNode node, AddressSet addresses, int count) {
    static NamedSet of(JsonNode node) {
        JsonNode elements = node.path("elem");
        String type = node.path("type").asText();
        boolean isOfAddresses = type.equals("ipv4_addr") || type.equals("ipv6_addr");
        AddressSet addresses = isOfAddresses ? addresses(elements, type) : null;
        if (addresses != null && node instanceof ObjectNode object) {
            object.remove("elem");
        }
        return new NamedSet(node, addresses, elements.size());
    }

    /** Null = one of them is no plain address of that type. */
    private static AddressSet addresses(JsonNode elements, String type) {
        List<AddressRange> ranges = new ArrayList<>(elements.size());
        for (JsonNode element : elements) {
            AddressRange range = range(element);
            if (range == null || (range.family().bits() == 32) != type.equals("ipv4_addr")) {
                return null;
            }
            ranges.add(range);
        }
        return AddressSet.of(ranges);
    }

    /** Null = no address, prefix or range. */
    static AddressRange range(JsonNode element) {
        try {
            if (element.isTextual()) {
                return AddressRange.parse(element.asText());
            }
            JsonNode prefix = element.get("prefix");
            if (prefix != null && element.size() == 1) {
                return AddressRange.parse(
                        prefix.path("addr").asText() + "/" + prefix.path("len").asText());
            }
            JsonNode range = element.get("range");
            if (range != null && element.size() == 1 && range.size() == 2) {
                return AddressRange.parse(range.get(0).asText() + "-" + range.get(1).asText());
            }
            return null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether packets or time change it. */
    boolean changesByItself() {
        for (JsonNode flag : node.path("flags")) {
            if (flag.asText().equals("dynamic") || flag.asText().equals("timeout")) {
                return true;
            }
        }
        return node.has("timeout");
    }
}

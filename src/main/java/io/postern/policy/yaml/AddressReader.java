package io.postern.policy.yaml;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Addresses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads addresses and lists of them, with the names of address sets resolved. */
final class AddressReader {
    private static final AddressRange MAPPED =
            new AddressRange(
                    Address.ipv6(0, 0xFFFF_0000_0000L), Address.ipv6(0, 0xFFFF_FFFF_FFFFL));

    private final ValueReader values;
    private final Map<String, AddressSet> sets = new HashMap<>();
    private final List<String> setNames = new ArrayList<>();

    AddressReader(ValueReader values) {
        this.values = values;
    }

    /** Makes a set known to all lists read from now on. */
    void define(String name, AddressSet set) {
        sets.put(name.toLowerCase(Locale.ROOT), set);
        setNames.add("@" + name);
    }

    Address address(YamlNode node, String pointer) {
        String text = text(node, pointer);
        if (text == null) {
            return null;
        }
        try {
            return Address.parse(text);
        } catch (IllegalArgumentException e) {
            values.errors().add(node, pointer, PolicyErrors.shownLong(e.getMessage()));
            return null;
        }
    }

    /** A list without sets. */
    Addresses plain(YamlNode node, String pointer, String what, String noSets) {
        return read(node, pointer, what, noSets);
    }

    /** A list that may name sets. */
    Addresses withSets(YamlNode node, String pointer, String what) {
        return read(node, pointer, what, null);
    }

    private Addresses read(YamlNode node, String pointer, String what, String noSets) {
        List<YamlNode> items = values.list(node, pointer, what);
        if (items.isEmpty()) {
            return Addresses.NOT_ASKED;
        }
        List<String> terms = new ArrayList<>(items.size());
        List<AddressRange> ranges = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            YamlNode item = items.get(i);
            if (!item.isScalar() || item.isNull()) {
                text(item, PolicyErrors.child(pointer, i));
                continue;
            }
            String text = item.text();
            terms.add(text);
            if (!text.startsWith("@")) {
                addRange(item, pointer, i, ranges);
            } else if (noSets != null) {
                values.errors().add(item, PolicyErrors.child(pointer, i), noSets);
            } else {
                addSet(item, pointer, i, ranges);
            }
        }
        return new Addresses(terms, AddressSet.of(ranges));
    }

    private String text(YamlNode node, String pointer) {
        if (!node.isScalar() || node.isNull()) {
            values.errors().add(node, pointer, "an address must be text, not " + node.described());
            return null;
        }
        return node.text();
    }

    private void addRange(YamlNode node, String pointer, int number, List<AddressRange> ranges) {
        try {
            AddressRange range = AddressRange.parse(node.text());
            ranges.add(range);
            if (range.family() == AddressFamily.IPV6 && range.overlaps(MAPPED)) {
                values.errors()
                        .warn(
                                node,
                                PolicyErrors.child(pointer, number),
                                "'" + node.text() + "' is IPv6 and never matches an IPv4 address");
            }
        } catch (IllegalArgumentException e) {
            values.errors()
                    .add(
                            node,
                            PolicyErrors.child(pointer, number),
                            PolicyErrors.shownLong(e.getMessage()));
        }
    }

    private void addSet(YamlNode node, String pointer, int number, List<AddressRange> ranges) {
        String text = node.text();
        AddressSet set = sets.get(text.substring(1).toLowerCase(Locale.ROOT));
        if (set == null) {
            values.errors()
                    .add(
                            node,
                            PolicyErrors.child(pointer, number),
                            "unknown address set '"
                                    + PolicyErrors.shown(text)
                                    + "'"
                                    + values.errors().suggest(text, setNames));
        } else {
            ranges.addAll(set.ranges());
        }
    }
}

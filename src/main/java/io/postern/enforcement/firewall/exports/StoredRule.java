package io.postern.enforcement.firewall.exports;

import io.postern.enforcement.VisibleText;
import io.postern.enforcement.exports.ExportNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The text of a rule as the registry keeps it, {@code v2.30|Key=Value|Key=Value|} (MS-GPFAS
 * 2.2.2.19 and 2.2.6.2): its values by key, keys in any case.
 */
final class StoredRule {
    private static final Pattern VERSION = Pattern.compile("v[0-9]{1,3}\\.[0-9]{1,3}\\|");
    private static final Pattern LATER = Pattern.compile("2(_[0-9]+)?");

    final ExportNode node;
    private final Map<String, List<ExportNode>> fields =
            new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<String> asked = new HashSet<>();

    private StoredRule(ExportNode node) {
        this.node = node;
    }

    static boolean isOne(ExportNode data) {
        return data.text() != null && VERSION.matcher(data.text()).lookingAt();
    }

    /**
     * Its fields.
     *
     * @throws IllegalArgumentException for a user, if it is not of that form
     */
    static StoredRule parse(ExportNode data) {
        if (!isOne(data)) {
            throw new IllegalArgumentException(
                    "its data does not begin like a rule ('v2.30|'): '"
                            + VisibleText.of(String.valueOf(data.text()), 40)
                            + "'");
        }
        StoredRule rule = new StoredRule(data);
        String text = data.text();
        int at = text.indexOf('|') + 1;
        while (at < text.length()) {
            int end = text.indexOf('|', at);
            end = end < 0 ? text.length() : end;
            rule.field(text.substring(at, end), data);
            at = end + 1;
        }
        return rule;
    }

    private void field(String field, ExportNode at) {
        if (field.isBlank()) {
            return;
        }
        int equals = field.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException(
                    "its field '" + VisibleText.of(field, 60) + "' is not of the form Key=Value");
        }
        fields.computeIfAbsent(field.substring(0, equals), any -> new ArrayList<>(1))
                .add(ExportNode.of(at.line(), at.column(), field.substring(equals + 1)));
    }

    /** Every value of these keys, in this order; none = it says nothing. */
    List<ExportNode> all(String... keys) {
        List<ExportNode> found = new ArrayList<>();
        for (String key : keys) {
            asked.add(key.toLowerCase(Locale.ROOT));
            found.addAll(fields.getOrDefault(key, List.of()));
        }
        return found;
    }

    /** Every value of a key with any version behind it, such as {@code LPort2_10}. */
    List<ExportNode> versions(String key) {
        List<ExportNode> found = new ArrayList<>();
        String prefix = key.toLowerCase(Locale.ROOT);
        for (Map.Entry<String, List<ExportNode>> field : fields.entrySet()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (name.equals(prefix)
                    || name.startsWith(prefix)
                            && LATER.matcher(name.substring(prefix.length())).matches()) {
                asked.add(name);
                found.addAll(field.getValue());
            }
        }
        return found;
    }

    /**
     * The one value of a key; null = there is none.
     *
     * @throws IllegalArgumentException for a user, if there are several
     */
    ExportNode one(String key) {
        List<ExportNode> found = all(key);
        if (found.size() > 1) {
            throw new IllegalArgumentException("it says " + key + " twice");
        }
        return found.isEmpty() ? null : found.get(0);
    }

    /** Text of the one value; empty = there is none. */
    String text(String key) {
        ExportNode found = one(key);
        return found == null ? "" : found.text();
    }

    /** What nobody asked for, by key. */
    Map<String, String> rest() {
        Map<String, String> rest = new TreeMap<>();
        fields.forEach(
                (key, values) -> {
                    if (!asked.contains(key.toLowerCase(Locale.ROOT))) {
                        rest.put(
                                key,
                                String.join(", ", values.stream().map(ExportNode::text).toList()));
                    }
                });
        return rest;
    }
}

package io.postern.policy.api;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.postern.policy.EntryKind;
import io.postern.policy.KeyOrder;
import io.postern.policy.PolicyEntry;
import java.util.Comparator;
import java.util.List;

/**
 * A whole policy as a JSON policy file: sections in the order of {@link EntryKind}, entries by key,
 * each in its canonical JSON.
 */
final class PolicyJson {
    private PolicyJson() {}

    static String write(List<PolicyEntry> entries) {
        StringBuilder json = new StringBuilder("{\"version\":1");
        for (EntryKind kind : EntryKind.values()) {
            List<PolicyEntry> section =
                    entries.stream()
                            .filter(entry -> entry.kind() == kind)
                            .sorted(Comparator.comparing(PolicyEntry::key, KeyOrder.CODE_POINT))
                            .toList();
            if (!section.isEmpty()) {
                write(kind, section, json);
            }
        }
        return json.append("}\n").toString();
    }

    private static void write(EntryKind kind, List<PolicyEntry> section, StringBuilder json) {
        boolean named = kind == EntryKind.ADDRESS_SET;
        json.append(",\"").append(kind.section()).append("\":").append(named ? '{' : '[');
        for (int i = 0; i < section.size(); i++) {
            PolicyEntry entry = section.get(i);
            json.append(i == 0 ? "" : ",");
            if (named) {
                json.append('"')
                        .append(JsonStringEncoder.getInstance().quoteAsString(entry.key()))
                        .append("\":");
            }
            json.append(entry.json());
        }
        json.append(named ? '}' : ']');
    }
}

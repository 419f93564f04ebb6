package io.postern.policy.yaml;

import io.postern.policy.CanonicalJson;
import io.postern.policy.EntryKind;
import io.postern.policy.PolicyEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Writes entries as canonical YAML: one field a line, lists and inner objects in flow style. */
final class YamlWriter {
    /** What no YAML version reads as anything but text, inside a flow list or outside. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9 ._/\\\\-]*");

    private static final Pattern PLAIN_ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}(/[0-9]{1,2}|-[0-9.]{7,15})?");
    private static final Pattern PLAIN_TIME =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?");
    private static final Pattern WORD_OF_YAML =
            Pattern.compile("(?i)true|false|yes|no|on|off|y|n|null");

    private YamlWriter() {}

    /** The file; entries sorted as they shall stand. */
    static String write(List<PolicyEntry> entries) {
        StringBuilder out = new StringBuilder("version: 1\n");
        EntryKind section = null;
        for (PolicyEntry entry : entries) {
            if (entry.kind() != section) {
                section = entry.kind();
                out.append(section.section()).append(":\n");
            }
            List<io.postern.policy.PolicyError> none = new ArrayList<>();
            YamlNode node = YamlText.read(entry.json(), none);
            if (section == EntryKind.ADDRESS_SET) {
                out.append("  ").append(scalar(entry.key())).append(": ");
                flow(node, List.of(), out);
                out.append('\n');
            } else if (node.isMapping()) {
                fields(node, FileFields.of(section), out);
            } else {
                out.append("  - ");
                flow(node, List.of(), out);
                out.append('\n');
            }
        }
        return out.toString();
    }

    private static void fields(YamlNode node, List<String> order, StringBuilder out) {
        String indent = "  - ";
        for (String name : order) {
            YamlNode.Member member = node.members().get(name);
            if (member != null) {
                out.append(indent).append(name).append(": ");
                flow(member.value(), orderOf(name), out);
                out.append('\n');
                indent = "    ";
            }
        }
    }

    private static List<String> orderOf(String field) {
        return switch (field) {
            case "from" -> FileFields.FROM;
            case "to" -> FileFields.TO;
            default -> List.of();
        };
    }

    private static void flow(YamlNode node, List<String> order, StringBuilder out) {
        if (node.isSequence()) {
            out.append('[');
            String separator = "";
            for (YamlNode item : node.items()) {
                out.append(separator);
                flow(item, List.of(), out);
                separator = ", ";
            }
            out.append(']');
        } else if (node.isMapping()) {
            out.append('{');
            String separator = "";
            for (String name : order) {
                YamlNode.Member member = node.members().get(name);
                if (member != null) {
                    out.append(separator).append(name).append(": ");
                    flow(member.value(), List.of(), out);
                    separator = ", ";
                }
            }
            out.append('}');
        } else {
            out.append(node.isText() ? scalar(node.text()) : node.text());
        }
    }

    private static String scalar(String text) {
        boolean plain =
                PLAIN.matcher(text).matches()
                                && !text.endsWith(" ")
                                && !WORD_OF_YAML.matcher(text).matches()
                        || PLAIN_ADDRESS.matcher(text).matches()
                        || PLAIN_TIME.matcher(text).matches();
        if (plain) {
            return text;
        }
        boolean printable =
                text.codePoints()
                        .allMatch(
                                c ->
                                        c >= 0x20 && c < 0x7F
                                                || c >= 0xA0
                                                        && c < 0xD800
                                                        && c != 0x2028
                                                        && c != 0x2029);
        return printable ? "'" + text.replace("'", "''") + "'" : CanonicalJson.write(text);
    }
}

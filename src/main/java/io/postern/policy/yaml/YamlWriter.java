package io.postern.policy.yaml;

import io.postern.policy.EntryKind;
import io.postern.policy.PolicyEntry;
import io.postern.policy.PolicyError;
import io.postern.policy.yaml.CommentedNode.Element;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Writes canonical YAML: sections and entries in block style with one field a line, a blank line
 * before each section, fields in the schema's order. A list or object inside an entry stands in
 * flow style if it fits on its line and holds no comment, else in block style.
 */
final class YamlWriter {
    /** Longest line of a list or object in flow style, its own comment not counted. */
    static final int MAX_WIDTH = 100;

    private final StringBuilder out = new StringBuilder();

    private YamlWriter() {}

    /** The file of entries; sorted as they shall stand. */
    static String write(List<PolicyEntry> entries) {
        CommentedNode root = CommentedNode.mapping();
        root.add("version", CommentedNode.scalar("1", true));
        CommentedNode section = null;
        EntryKind kind = null;
        List<PolicyError> none = new ArrayList<>();
        for (PolicyEntry entry : entries) {
            boolean set = entry.kind() == EntryKind.ADDRESS_SET;
            if (entry.kind() != kind) {
                kind = entry.kind();
                section = set ? CommentedNode.mapping() : CommentedNode.sequence();
                root.add(kind.section(), section);
            }
            section.add(
                    set ? entry.key() : null, CommentedNode.of(YamlText.read(entry.json(), none)));
        }
        return write(root);
    }

    /** The file of a root. */
    static String write(CommentedNode root) {
        YamlWriter writer = new YamlWriter();
        for (int i = 0; i < root.elements.size(); i++) {
            Element section = root.elements.get(i);
            List<String> before = above(section);
            if (i > 0) {
                before.add(0, "");
            }
            writer.comments(before, 0, i == 0);
            writer.section(section);
        }
        writer.comments(root.after, 0, false);
        return writer.out.toString();
    }

    private void section(Element section) {
        CommentedNode value = section.value;
        out.append(section.name).append(':');
        if (value.isScalar() || value.elements.isEmpty()) {
            value(section, 0, List.of());
            return;
        }
        beside(section);
        boolean entries = EntryKind.ADDRESS_SET.section().equals(section.name);
        List<String> order = entries ? List.of() : FileFields.of(EntryKind.ofSection(section.name));
        elements(value, 2, order, true);
    }

    /** The elements of a list or object in block style. */
    private void elements(CommentedNode node, int indent, List<String> order, boolean entries) {
        List<Element> elements = new ArrayList<>(node.elements);
        if (node.isMapping && !order.isEmpty()) {
            elements.sort(Comparator.comparingInt(element -> order.indexOf(element.name)));
        }
        for (int i = 0; i < elements.size(); i++) {
            Element element = elements.get(i);
            if (node.isMapping) {
                comments(above(element), indent, i == 0);
                indent(indent);
                field(element, indent);
            } else {
                item(element, indent, order, entries, i == 0);
            }
        }
        comments(node.after, indent, false);
    }

    private void field(Element field, int indent) {
        out.append(ScalarText.of(field.name, true)).append(':');
        value(field, indent, orderOf(field.name));
    }

    private void item(
            Element item, int indent, List<String> order, boolean entry, boolean isFirst) {
        CommentedNode value = item.value;
        boolean block =
                value.isMapping
                        && !value.elements.isEmpty()
                        && (entry || value.hasComments() || !fits(value, indent + 2, order));
        if (!block) {
            comments(above(item), indent, isFirst);
            indent(indent);
            out.append('-');
            value(item, indent, order);
            return;
        }
        List<Element> fields = new ArrayList<>(value.elements);
        fields.sort(Comparator.comparingInt(field -> order.indexOf(field.name)));
        List<String> above = new ArrayList<>(item.before);
        above.addAll(item.beside);
        above.addAll(above(fields.get(0)));
        comments(above, indent, isFirst);
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) {
                comments(above(fields.get(i)), indent + 2, false);
            }
            indent(indent);
            out.append(i == 0 ? "- " : "  ");
            field(fields.get(i), indent + 2);
        }
        comments(value.after, indent + 2, false);
    }

    private void value(Element element, int indent, List<String> order) {
        CommentedNode value = element.value;
        boolean empty = value.elements.isEmpty();
        int column = out.length() - out.lastIndexOf("\n");
        if (value.isScalar() && isLiteral(value)) {
            literal(element, indent + 2);
        } else if (value.isScalar()
                || empty
                || !value.hasComments() && fits(value, column, order)) {
            out.append(' ');
            if (value.isScalar() && value.isText) {
                out.append(ScalarText.of(value.text, false));
            } else {
                flow(value, order, out);
            }
            beside(element);
        } else {
            beside(element);
            elements(value, indent + 2, order, false);
        }
    }

    private static boolean fits(CommentedNode value, int column, List<String> order) {
        StringBuilder flow = new StringBuilder();
        flow(value, order, flow);
        return column + flow.length() <= MAX_WIDTH;
    }

    /** What stands above an element: of several comments beside it only the last can stay there. */
    private static List<String> above(Element element) {
        List<String> above = new ArrayList<>(element.before);
        int beside = element.beside.size();
        if (beside > 1) {
            above.addAll(element.beside.subList(0, beside - 1));
        }
        // Inside an empty list there is no line for them.
        if (element.value.elements.isEmpty()) {
            above.addAll(element.value.after);
        }
        return above;
    }

    private void beside(Element element) {
        if (!element.beside.isEmpty()) {
            out.append(' ').append(element.beside.get(element.beside.size() - 1));
        }
        out.append('\n');
    }

    /** Comments on lines of their own; blank lines that would stand first or twice are left out. */
    private void comments(List<String> lines, int indent, boolean isFirst) {
        boolean blankBefore = isFirst;
        for (String line : lines) {
            if (!line.isEmpty()) {
                indent(indent);
                out.append(line).append('\n');
            } else if (!blankBefore) {
                out.append('\n');
            }
            blankBefore = line.isEmpty();
        }
    }

    private void indent(int indent) {
        out.append(" ".repeat(indent));
    }

    private static List<String> orderOf(String field) {
        return switch (field) {
            case "from" -> FileFields.FROM;
            case "to" -> FileFields.TO;
            default -> List.of();
        };
    }

    private static void flow(CommentedNode node, List<String> order, StringBuilder out) {
        if (node.isScalar()) {
            out.append(node.isText ? ScalarText.of(node.text, true) : node.text);
            return;
        }
        List<Element> elements = new ArrayList<>(node.elements);
        if (node.isMapping) {
            elements.sort(Comparator.comparingInt(element -> order.indexOf(element.name)));
        }
        out.append(node.isMapping ? '{' : '[');
        String separator = "";
        for (Element element : elements) {
            out.append(separator);
            if (node.isMapping) {
                out.append(ScalarText.of(element.name, true)).append(": ");
            }
            flow(element.value, List.of(), out);
            separator = ", ";
        }
        out.append(node.isMapping ? '}' : ']');
    }

    private static boolean isLiteral(CommentedNode node) {
        return node.isText && ScalarText.isLiteral(node.text);
    }

    private void literal(Element element, int indent) {
        String text = element.value.text;
        boolean ended = text.endsWith("\n");
        out.append(ended ? " |" : " |-");
        beside(element);
        String body = ended ? text.substring(0, text.length() - 1) : text;
        for (String line : body.split("\n", -1)) {
            if (!line.isEmpty()) {
                indent(indent);
                out.append(line);
            }
            out.append('\n');
        }
    }
}

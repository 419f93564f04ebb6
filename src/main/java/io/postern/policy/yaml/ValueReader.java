package io.postern.policy.yaml;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads single values; a fault is recorded and null (or what could be read) returned. */
final class ValueReader {
    static final int MAX_TEXT = 4_000;
    private static final List<Integer> UNMANAGED_PORTS = List.of(465, 587, 717, 2525);

    private final PolicyErrors errors;

    ValueReader(PolicyErrors errors) {
        this.errors = errors;
    }

    PolicyErrors errors() {
        return errors;
    }

    /** Whether the node is an object; its unknown and empty fields are refused. */
    boolean isObject(YamlNode node, String pointer, List<String> fields, String what) {
        if (!node.isMapping()) {
            errors.add(
                    node,
                    pointer,
                    what
                            + " must be an object with the fields "
                            + String.join(", ", fields)
                            + ", not "
                            + node.described());
            return false;
        }
        YamlMembers members = node.members();
        for (int i = 0; i < members.size(); i++) {
            String name = members.name(i);
            YamlNode value = members.value(i);
            if (!fields.contains(name)) {
                errors.add(
                        members.line(i),
                        members.column(i),
                        PolicyErrors.child(pointer, name),
                        "unknown field '"
                                + PolicyErrors.shown(name)
                                + "' in "
                                + what
                                + errors.suggest(name, fields));
            } else if (value.isNull()) {
                errors.add(
                        value,
                        PolicyErrors.child(pointer, name),
                        "'" + name + "' has no value; give one or leave it out");
            }
        }
        return true;
    }

    /** The value of a field; null if it is absent or empty. */
    static YamlNode field(YamlNode object, String name) {
        YamlNode value = object.members().get(name);
        return value == null || value.isNull() ? null : value;
    }

    YamlNode required(YamlNode object, String pointer, String name, String what) {
        YamlNode value = field(object, name);
        if (value == null && !object.members().has(name)) {
            errors.add(object, pointer, what + " needs the field '" + name + "'");
        }
        return value;
    }

    /** A name or key: 1 to 256 characters, no control characters, no blanks around it. */
    String name(YamlNode node, String pointer, String what) {
        if (isSoundName(node)) {
            return node.text();
        }
        String text = text(node, pointer, what);
        if (text == null) {
            return null;
        }
        if (text.isEmpty() || !text.equals(text.strip())) {
            errors.add(node, pointer, what + " must not be empty nor begin or end with a blank");
            return null;
        }
        if (text.length() > PolicyDocument.MAX_NAME_LENGTH) {
            errors.add(
                    node,
                    pointer,
                    what + " is longer than " + PolicyDocument.MAX_NAME_LENGTH + " characters");
            return null;
        }
        if (hasControls(text)) {
            errors.add(node, pointer, what + " must not hold control characters");
            return null;
        }
        return text;
    }

    private static boolean isSoundName(YamlNode node) {
        String text = node.text();
        return node.isText()
                && !text.isEmpty()
                && text.length() <= PolicyDocument.MAX_NAME_LENGTH
                && text.charAt(0) > ' '
                && text.charAt(text.length() - 1) > ' '
                && text.equals(text.strip())
                && !hasControls(text);
    }

    static boolean hasControls(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Free text for people. */
    String prose(YamlNode node, String pointer, String what) {
        String text = node == null ? null : text(node, pointer, what);
        if (text != null && text.length() > MAX_TEXT) {
            errors.add(node, pointer, what + " is longer than " + MAX_TEXT + " characters");
        }
        return text;
    }

    String text(YamlNode node, String pointer, String what) {
        if (node.isText()) {
            return node.text();
        }
        errors.add(
                node,
                pointer,
                what
                        + " must be text, not "
                        + node.described()
                        + (node.isScalar() && !node.isNull()
                                ? "; write '" + PolicyErrors.shown(node.text()) + "' in quotes"
                                : ""));
        return null;
    }

    /** One of some words; null if absent or wrong. */
    String word(YamlNode node, String pointer, String what, List<String> allowed) {
        if (node == null) {
            return null;
        }
        if (node.isScalar() && allowed.contains(node.text())) {
            return node.text();
        }
        errors.add(
                node,
                pointer,
                node.isScalar()
                        ? "'"
                                + PolicyErrors.shown(node.text())
                                + "' is not "
                                + what
                                + "; allowed: "
                                + String.join(", ", allowed)
                        : what + " must be one of " + String.join(", ", allowed));
        return null;
    }

    boolean flag(YamlNode node, String pointer, String what) {
        if (node != null && !(node.isScalar() && node.isBoolean())) {
            errors.add(node, pointer, what + " must be true or false, not " + node.described());
        }
        return node != null && node.isScalar() && node.text().equalsIgnoreCase("true");
    }

    /** A whole number within bounds; null if absent or wrong. */
    Integer number(YamlNode node, String pointer, String what, int low, int high) {
        if (node == null) {
            return null;
        }
        if (!node.isScalar() || !node.isInteger()) {
            errors.add(node, pointer, what + " must be a whole number, not " + node.described());
            return null;
        }
        long value = Long.parseLong(node.text());
        if (value < low || value > high) {
            errors.add(node, pointer, what + " must be from " + low + " to " + high);
            return null;
        }
        return (int) value;
    }

    Integer port(YamlNode node, String pointer) {
        Integer port = number(node, pointer, "a port", 1, 65_535);
        if (port != null && UNMANAGED_PORTS.contains(port)) {
            errors.add(
                    node,
                    pointer,
                    "port "
                            + port
                            + " is not managed: only anonymous front-end ports are, so 465, 587,"
                            + " 717 and 2525 are refused");
            return null;
        }
        return port;
    }

    /** A non-empty list of ports, each once; null if absent. */
    List<Integer> ports(YamlNode node, String pointer) {
        if (node == null) {
            return null;
        }
        List<Integer> ports = new ArrayList<>();
        List<YamlNode> items = list(node, pointer, "ports");
        if (node.isSequence() && node.items().isEmpty()) {
            errors.add(node, pointer, "ports is an empty list; leave it out for the default");
        }
        for (int i = 0; i < items.size(); i++) {
            String at = PolicyErrors.child(pointer, i);
            Integer port = port(items.get(i), at);
            if (ports.contains(port)) {
                errors.add(items.get(i), at, "port " + port + " is listed twice");
            } else if (port != null) {
                ports.add(port);
            }
        }
        return ports;
    }

    /** The items of a list; empty if it is absent or no list. */
    List<YamlNode> list(YamlNode node, String pointer, String what) {
        if (node == null) {
            return List.of();
        }
        if (node.isSequence()) {
            int size = node.items().size();
            if (size <= PolicyDocument.MAX_ITEMS) {
                return node.items();
            }
            errors.add(
                    node,
                    pointer,
                    what
                            + " has "
                            + size
                            + " items; at most "
                            + PolicyDocument.MAX_ITEMS
                            + " are allowed");
            return List.of();
        }
        String hint =
                node.isScalar() && !node.isNull()
                        ? "; write [" + PolicyErrors.shown(node.text()) + "]"
                        : "";
        errors.add(node, pointer, what + " must be a list, not " + node.described() + hint);
        return List.of();
    }

    List<String> names(YamlNode node, String pointer, String what) {
        List<YamlNode> items = list(node, pointer, what);
        List<String> names = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            YamlNode item = items.get(i);
            // The pointer is made only for a fault: there are a hundred thousand names.
            String name =
                    isSoundName(item)
                            ? item.text()
                            : name(item, PolicyErrors.child(pointer, i), "a name in " + what);
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    /** A date (00:00:00Z of that day) or an instant with zone, in whole seconds. */
    Instant instant(YamlNode node, String pointer, String what) {
        if (node == null) {
            return null;
        }
        if (!node.isScalar()) {
            errors.add(node, pointer, what + " must be a date or a time, not " + node.described());
            return null;
        }
        try {
            Instant instant = InstantText.read(node.text());
            if (instant.getNano() == 0) {
                return instant;
            }
            errors.add(
                    node,
                    pointer,
                    what
                            + " must be in whole seconds; write '"
                            + instant.minusNanos(instant.getNano())
                            + "'");
        } catch (DateTimeException e) {
            errors.add(
                    node,
                    pointer,
                    "'"
                            + PolicyErrors.shown(node.text())
                            + "' is no date or time; write 2027-03-31 (00:00:00Z of that day) or"
                            + " 2027-03-31T18:00:00Z");
        }
        return null;
    }
}

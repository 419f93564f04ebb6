package io.postern.policy.yaml;

import java.util.ArrayList;
import java.util.List;

/** A value of a policy file with the comments in and around its parts: what is formatted. */
final class CommentedNode {
    /** A member of a mapping or an item of a sequence. */
    static final class Element {
        /** Of a member; null = an item. */
        final String name;

        final CommentedNode value;

        /** Comments on lines of their own above it; an empty text is a blank line. */
        final List<String> before = new ArrayList<>();

        /** Comments on its first line. */
        final List<String> beside = new ArrayList<>();

        Element(String name, CommentedNode value) {
            this.name = name;
            this.value = value;
        }
    }

    /** Of a scalar; null otherwise. */
    final String text;

    /** Whether a scalar is text, and not a number or the like. */
    final boolean isText;

    final boolean isMapping;
    final List<Element> elements = new ArrayList<>();

    /** Comments after the last element. */
    final List<String> after = new ArrayList<>();

    private CommentedNode(String text, boolean isText, boolean isMapping) {
        this.text = text;
        this.isText = isText;
        this.isMapping = isMapping;
    }

    static CommentedNode scalar(String text, boolean plain) {
        YamlScalar kind = plain ? YamlScalar.ofPlain(text) : YamlScalar.TEXT;
        String canonical =
                kind == YamlScalar.BOOLEAN ? text.toLowerCase(java.util.Locale.ROOT) : text;
        return new CommentedNode(canonical, kind == YamlScalar.TEXT, false);
    }

    static CommentedNode mapping() {
        return new CommentedNode(null, false, true);
    }

    static CommentedNode sequence() {
        return new CommentedNode(null, false, false);
    }

    /** The same value, without comments. */
    static CommentedNode of(YamlNode node) {
        if (node.isScalar()) {
            return scalar(node.text(), !node.isText());
        }
        CommentedNode made = node.isMapping() ? mapping() : sequence();
        if (node.isMapping()) {
            YamlMembers members = node.members();
            for (int i = 0; i < members.size(); i++) {
                made.add(members.name(i), of(members.value(i)));
            }
        } else {
            node.items().forEach(item -> made.add(null, of(item)));
        }
        return made;
    }

    Element add(String name, CommentedNode value) {
        Element element = new Element(name, value);
        elements.add(element);
        return element;
    }

    boolean isScalar() {
        return text != null;
    }

    /** Whether a comment stands anywhere inside. */
    boolean hasComments() {
        if (!after.isEmpty()) {
            return true;
        }
        for (Element element : elements) {
            if (!element.before.isEmpty()
                    || !element.beside.isEmpty()
                    || element.value.hasComments()) {
                return true;
            }
        }
        return false;
    }
}

package io.postern.policy.yaml;

import io.postern.policy.PolicyError;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads a text to a tree with places, from the parser's events: so an alias can be refused before
 * it is followed and no depth or size is built that is then thrown away. Faults are collected,
 * except one that stops the parser.
 */
final class YamlText {
    private final Parser parser;
    private final JsonText source;
    private final List<PolicyError> errors;

    private YamlText(Parser parser, JsonText source, List<PolicyError> errors) {
        this.parser = parser;
        this.source = source;
        this.errors = errors;
    }

    /**
     * The tree of the one document in the text; null if it is empty or cannot be read.
     *
     * @param errors receives the faults
     */
    static YamlNode read(String text, List<PolicyError> errors) {
        String clean = text.startsWith("\uFEFF") ? text.substring(1) : text;
        YamlNode simple = SimpleYaml.read(clean);
        return simple != null ? simple : readByLibrary(clean, errors);
    }

    /** As {@link #read}, whatever the text; without byte order mark. */
    static YamlNode readByLibrary(String clean, List<PolicyError> errors) {
        JsonText fit =
                JsonText.looksLikeJson(clean) ? JsonText.of(clean) : JsonText.untouched(clean);
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(PolicyDocument.MAX_CHARACTERS);
        options.setNestingDepthLimit(PolicyDocument.MAX_NESTING + 1);
        try {
            Parser parser = new ParserImpl(new StreamReader(fit.text()), options);
            return new YamlText(parser, fit, errors).document();
        } catch (MarkedYAMLException e) {
            errors.add(fault(YamlFault.mark(e), fit, YamlFault.message(e)));
        } catch (ReaderException e) {
            errors.add(fault(clean, e));
        } catch (YAMLException e) {
            errors.add(new PolicyError(1, 1, "", "not readable as YAML: " + e.getMessage()));
        }
        return null;
    }

    private static PolicyError fault(Mark mark, JsonText source, String message) {
        return mark == null
                ? new PolicyError(1, 1, "", message)
                : new PolicyError(mark.getLine() + 1, column(mark, source), "", message);
    }

    private static int column(Mark mark, JsonText source) {
        return source.column(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static PolicyError fault(String text, ReaderException e) {
        int end = Math.min(e.getPosition(), text.length());
        String before = text.substring(0, end);
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        int column = end - before.lastIndexOf('\n');
        return new PolicyError(
                line,
                column,
                "",
                String.format("character U+%04X is not allowed in a text file", e.getCodePoint()));
    }

    private YamlNode document() {
        parser.getEvent(); // stream start
        if (parser.checkEvent(Event.ID.StreamEnd)) {
            return null;
        }
        parser.getEvent(); // document start
        YamlNode root = node("", 0);
        parser.getEvent(); // document end
        if (!parser.checkEvent(Event.ID.StreamEnd)) {
            errors.add(
                    fault(
                            parser.peekEvent().getStartMark(),
                            source,
                            "a second document starts here; a policy file is one document"));
        }
        return root;
    }

    private YamlNode node(String pointer, int depth) {
        Event event = parser.getEvent();
        Mark mark = event.getStartMark();
        int line = mark.getLine() + 1;
        int column = column(mark, source);
        refuseAnchor((NodeEvent) event, pointer, line, column);
        if (event instanceof ScalarEvent scalar) {
            if (scalar.getTag() != null) {
                refuseTag(scalar.getTag(), pointer, line, column);
            }
            return YamlNode.scalar(line, column, scalar.getValue(), scalar.isPlain());
        }
        if (event instanceof AliasEvent) {
            return YamlNode.scalar(line, column, "", true);
        }
        if (depth >= PolicyDocument.MAX_NESTING) {
            throw new MarkedYAMLException(
                    null,
                    null,
                    "nested deeper than " + PolicyDocument.MAX_NESTING + " levels",
                    mark) {
                private static final long serialVersionUID = 1L;
            };
        }
        if (event instanceof SequenceStartEvent sequence) {
            if (sequence.getTag() != null) {
                refuseTag(sequence.getTag(), pointer, line, column);
            }
            return YamlNode.sequence(line, column, items(pointer, depth));
        }
        MappingStartEvent mapping = (MappingStartEvent) event;
        if (mapping.getTag() != null) {
            refuseTag(mapping.getTag(), pointer, line, column);
        }
        return YamlNode.mapping(line, column, members(pointer, depth));
    }

    private void refuseAnchor(NodeEvent event, String pointer, int line, int column) {
        if (event.getAnchor() != null) {
            errors.add(
                    new PolicyError(
                            line,
                            column,
                            pointer,
                            "anchors and aliases (& and *) are not allowed; write the value out,"
                                    + " quote a text that starts with '*' or '&', or use an"
                                    + " address set"));
        }
    }

    private void refuseTag(String tag, String pointer, int line, int column) {
        errors.add(
                new PolicyError(
                        line, column, pointer, "tag '" + tag + "' is not allowed; leave it out"));
    }

    private List<YamlNode> items(String pointer, int depth) {
        List<YamlNode> items = new ArrayList<>();
        while (!parser.checkEvent(Event.ID.SequenceEnd)) {
            items.add(node(pointer + "/" + items.size(), depth + 1));
        }
        parser.getEvent();
        return items;
    }

    private YamlMembers members(String pointer, int depth) {
        YamlMembers members = new YamlMembers();
        while (!parser.checkEvent(Event.ID.MappingEnd)) {
            YamlNode name = node(pointer, depth + 1);
            if (!name.isScalar()) {
                errors.add(
                        new PolicyError(
                                name.line(), name.column(), pointer, "a field name must be text"));
                node(pointer, depth + 1);
                continue;
            }
            String at = PolicyErrors.child(pointer, name.text());
            YamlNode value = node(at, depth + 1);
            if (!members.add(name.text(), name.line(), name.column(), value)) {
                errors.add(
                        new PolicyError(
                                name.line(),
                                name.column(),
                                at,
                                "'"
                                        + PolicyErrors.shown(name.text())
                                        + "' is written twice; it first stands on line "
                                        + members.line(members.indexOf(name.text()))));
            }
        }
        parser.getEvent();
        return members;
    }
}

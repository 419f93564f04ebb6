package io.postern.policy.yaml;

import io.postern.policy.yaml.CommentText.Comment;
import io.postern.policy.yaml.CommentedNode.Element;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads a sound policy file with its comments. The library's own comment events lose some, so the
 * comments are found between the scalars and given to what they stand beside or above.
 */
final class CommentedReader {
    /** Where a value stands in the text; places in characters from 0. */
    private record Place(int start, int end, int line, int endLine, int column, boolean flow) {}

    /** Blank lines are kept between sections and between entries. */
    private static final int DEEPEST_BLANKS = 1;

    private final Parser parser;
    private final CommentText text;
    private final Map<CommentedNode, Place> places = new IdentityHashMap<>();
    private final Map<Element, Mark> names = new IdentityHashMap<>();
    private int lookedTo;
    private int next;

    private CommentedReader(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(PolicyDocument.MAX_CHARACTERS);
        options.setNestingDepthLimit(PolicyDocument.MAX_NESTING + 1);
        parser = new ParserImpl(new StreamReader(text), options);
        this.text = new CommentText(text);
    }

    /**
     * The root.
     *
     * @param text that {@link YamlText} reads without fault, its lines ended by line feeds
     */
    static CommentedNode read(String text) {
        CommentedReader reader = new CommentedReader(text);
        reader.parser.getEvent(); // stream start
        reader.parser.getEvent(); // document start
        CommentedNode root = reader.node();
        reader.text.look(reader.lookedTo, reader.text.size());
        reader.attach(root, null, Integer.MAX_VALUE, 0);
        return root;
    }

    /** Every comment of a text, as {@link #read} would find them. */
    static List<String> comments(String text) {
        CommentedReader reader = new CommentedReader(text);
        reader.parser.getEvent();
        reader.parser.getEvent();
        reader.node();
        reader.text.look(reader.lookedTo, reader.text.size());
        return reader.text.comments().stream().map(Comment::text).toList();
    }

    private CommentedNode node() {
        Event event = parser.getEvent();
        if (event instanceof ScalarEvent scalar) {
            look(scalar);
            CommentedNode node = CommentedNode.scalar(scalar.getValue(), scalar.isPlain());
            place(node, event.getStartMark(), event.getEndMark(), false);
            return node;
        }
        boolean isMapping = event instanceof MappingStartEvent;
        CommentedNode node = isMapping ? CommentedNode.mapping() : CommentedNode.sequence();
        while (!parser.checkEvent(Event.ID.MappingEnd)
                && !parser.checkEvent(Event.ID.SequenceEnd)) {
            Mark start = null;
            String name = null;
            if (isMapping) {
                ScalarEvent key = (ScalarEvent) parser.getEvent();
                look(key);
                start = key.getStartMark();
                name = key.getValue();
            }
            Element element = node.add(name, node());
            if (isMapping) {
                names.put(element, start);
            }
        }
        Event end = parser.getEvent();
        boolean flow = ((CollectionStartEvent) event).isFlow();
        place(node, event.getStartMark(), end.getEndMark(), flow);
        return node;
    }

    private void look(ScalarEvent scalar) {
        int start = scalar.getStartMark().getIndex();
        text.look(lookedTo, start);
        ScalarStyle style = scalar.getScalarStyle();
        if (style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED) {
            text.lookAtLine(start);
        }
        lookedTo = Math.max(lookedTo, scalar.getEndMark().getIndex());
    }

    private void place(CommentedNode node, Mark start, Mark end, boolean flow) {
        places.put(
                node,
                new Place(
                        start.getIndex(),
                        end.getIndex(),
                        start.getLine(),
                        end.getLine(),
                        start.getColumn(),
                        flow));
    }

    private int start(Element element) {
        Mark name = names.get(element);
        return name == null ? places.get(element.value).start() : name.getIndex();
    }

    private int line(Element element) {
        Mark name = names.get(element);
        return name == null ? places.get(element.value).line() : name.getLine();
    }

    private Comment peek(int limit) {
        List<Comment> all = text.comments();
        return next < all.size() && all.get(next).start() < limit ? all.get(next) : null;
    }

    /** Gives the comments from here to the limit to the parts of a list or object. */
    private void attach(CommentedNode node, Element owner, int limit, int depth) {
        Place place = places.get(node);
        boolean blanks = depth <= DEEPEST_BLANKS && !place.flow();
        Element last = null;
        for (int i = 0; i < node.elements.size(); i++) {
            Element element = node.elements.get(i);
            takeBefore(element, last, owner, blanks);
            boolean isLast = i == node.elements.size() - 1;
            int end = place.flow() ? place.end() : limit;
            int following = isLast ? end : start(node.elements.get(i + 1));
            if (element.value.isScalar()) {
                takeInside(element);
            } else {
                attach(element.value, element, following, depth + 1);
            }
            last = element;
        }
        takeAfter(node, last, owner, limit, blanks);
    }

    private void takeBefore(Element element, Element last, Element owner, boolean blanks) {
        for (Comment c = peek(start(element)); c != null; c = peek(start(element))) {
            if (c.alone()) {
                addLine(element.before, c, blanks);
            } else if (endsOn(last, c.line())) {
                last.beside.add(c.text());
            } else if (last == null && owner != null && !isDash(owner, element, c)) {
                owner.beside.add(c.text());
            } else {
                element.before.add(c.text());
            }
            next++;
        }
        if (blanks && text.isAfterBlank(line(element))) {
            element.before.add("");
        }
    }

    /** Whether the comment stands behind the dash of the owner's first item. */
    private boolean isDash(Element owner, Element first, Comment comment) {
        Mark name = names.get(owner);
        return first.name == null
                && name != null
                && comment.line() > name.getLine()
                && !places.get(owner.value).flow();
    }

    private boolean endsOn(Element element, int line) {
        if (element == null) {
            return false;
        }
        Place place = places.get(element.value);
        return (element.value.isScalar() || place.flow()) && place.endLine() == line;
    }

    private void takeInside(Element element) {
        int end = places.get(element.value).end();
        for (Comment c = peek(end); c != null; c = peek(end)) {
            (c.alone() ? element.before : element.beside).add(c.text());
            next++;
        }
    }

    private void takeAfter(
            CommentedNode node, Element last, Element owner, int limit, boolean blanks) {
        Place place = places.get(node);
        int end = place.flow() && owner != null ? place.end() : limit;
        for (Comment c = peek(end); c != null; c = peek(end)) {
            if (!c.alone()) {
                List<String> list = owner == null ? node.after : owner.beside;
                (endsOn(last, c.line()) ? last.beside : place.flow() ? node.after : list)
                        .add(c.text());
            } else if (place.flow()
                    || c.column() >= place.column() + (isFlush(owner, place) ? 1 : 0)) {
                addLine(node.after, c, blanks);
            } else {
                return;
            }
            next++;
        }
    }

    /** Whether a list's dashes stand right below the name of its field. */
    private boolean isFlush(Element owner, Place list) {
        Mark name = owner == null ? null : names.get(owner);
        return name != null && name.getColumn() == list.column();
    }

    private static void addLine(List<String> lines, Comment comment, boolean blanks) {
        if (blanks && comment.afterBlank()) {
            lines.add("");
        }
        lines.add(comment.text());
    }
}

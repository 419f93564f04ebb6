package io.postern.policy.yaml;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the comments of a YAML text that is known to be sound: outside of scalars every number sign
 * begins one. Places are counted in characters, from 0.
 */
final class CommentText {
    /** What ends a line to YAML 1.1. */
    private static final String LINE_ENDS = "\n\u0085\u2028\u2029";

    /**
     * One comment.
     *
     * @param start place of its number sign
     * @param text with the number sign, without blanks at the end
     * @param alone whether nothing else stands on its line
     * @param afterBlank whether the line above is empty
     */
    record Comment(
            int start, int line, int column, String text, boolean alone, boolean afterBlank) {}

    private final int[] chars;
    private final List<Integer> lineStarts = new ArrayList<>(List.of(0));
    private final List<Comment> comments = new ArrayList<>();

    CommentText(String text) {
        chars = text.codePoints().toArray();
        for (int i = 0; i < chars.length; i++) {
            if (LINE_ENDS.indexOf(chars[i]) >= 0) {
                lineStarts.add(i + 1);
            }
        }
    }

    /** Looks through a stretch between two scalars. */
    void look(int from, int to) {
        for (int i = from; i < to; i++) {
            if (chars[i] == '#') {
                int end = lineEnd(i);
                add(i, end);
                i = end;
            }
        }
    }

    /** Looks through the rest of the line on which a block scalar begins. */
    void lookAtLine(int from) {
        look(from, lineEnd(from));
    }

    private int lineEnd(int from) {
        int end = from;
        while (end < chars.length && LINE_ENDS.indexOf(chars[end]) < 0) {
            end++;
        }
        return end;
    }

    private void add(int start, int end) {
        int line = line(start);
        int lineStart = lineStarts.get(line);
        String text = new String(chars, start, end - start).stripTrailing();
        comments.add(
                new Comment(
                        start,
                        line,
                        start - lineStart,
                        text,
                        isBlank(lineStart, start),
                        isAfterBlank(line)));
    }

    private int line(int place) {
        int low = 0;
        int high = lineStarts.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (lineStarts.get(middle) <= place) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (chars[i] != ' ' && chars[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Whether the line above is empty. */
    boolean isAfterBlank(int line) {
        return line > 0 && isBlank(lineStarts.get(line - 1), lineStarts.get(line) - 1);
    }

    int size() {
        return chars.length;
    }

    /** All that was found, in order of place. */
    List<Comment> comments() {
        return comments;
    }
}

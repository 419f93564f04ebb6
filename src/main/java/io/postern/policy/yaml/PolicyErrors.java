package io.postern.policy.yaml;

import io.postern.policy.PolicyError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Collects faults and warnings with their places, and words what recurs in messages. */
final class PolicyErrors {
    /** A file with more faults than this is the wrong file. */
    static final int LIMIT = 1_000;

    private static final int SHOWN_LENGTH = 60;

    /** How many names are compared with a wrong one, so that a bad file costs no minutes. */
    private static final int COMPARED = 5_000;

    private static final Comparator<PolicyError> BY_PLACE =
            Comparator.comparingInt(PolicyError::line).thenComparingInt(PolicyError::column);

    private final List<PolicyError> errors = new ArrayList<>();
    private final List<PolicyError> warnings = new ArrayList<>();
    private final boolean placed;

    /**
     * An empty collection.
     *
     * @param placed whether line and column of the nodes mean anything to the reader of the faults
     */
    PolicyErrors(boolean placed) {
        this.placed = placed;
    }

    void add(YamlNode node, String pointer, String message) {
        add(node.line(), node.column(), pointer, message);
    }

    void add(int line, int column, String pointer, String message) {
        errors.add(error(line, column, pointer, message));
    }

    void warn(YamlNode node, String pointer, String message) {
        warnings.add(error(node.line(), node.column(), pointer, message));
    }

    private PolicyError error(int line, int column, String pointer, String message) {
        return new PolicyError(placed ? line : 0, placed ? column : 0, pointer, message);
    }

    List<PolicyError> raw() {
        return errors;
    }

    boolean isPlaced() {
        return placed;
    }

    boolean isEmpty() {
        return errors.isEmpty();
    }

    /** In order of place; past the limit the last one counts the rest. */
    List<PolicyError> sorted() {
        return sorted(errors);
    }

    List<PolicyError> sortedWarnings() {
        return sorted(warnings);
    }

    private static List<PolicyError> sorted(List<PolicyError> all) {
        List<PolicyError> sorted = new ArrayList<>(all);
        sorted.sort(BY_PLACE);
        if (sorted.size() <= LIMIT) {
            return sorted;
        }
        List<PolicyError> first = new ArrayList<>(sorted.subList(0, LIMIT));
        PolicyError next = sorted.get(LIMIT);
        first.add(
                new PolicyError(
                        next.line(),
                        next.column(),
                        next.pointer(),
                        "and " + (sorted.size() - LIMIT) + " more faults from here on"));
        return first;
    }

    /** RFC 6901: the pointer to a member. */
    static String child(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    static String child(String pointer, int index) {
        return pointer + "/" + index;
    }

    /** A user's text, short enough for one line of a message. */
    static String shown(String text) {
        String oneLine = text.replaceAll("\\p{Cntrl}", " ");
        return oneLine.length() <= SHOWN_LENGTH
                ? oneLine
                : oneLine.substring(0, SHOWN_LENGTH) + "…";
    }

    /** A message that may quote a user's long text. */
    static String shownLong(String message) {
        String oneLine = message.replaceAll("\\p{Cntrl}", " ");
        return oneLine.length() <= 4 * SHOWN_LENGTH
                ? oneLine
                : oneLine.substring(0, 4 * SHOWN_LENGTH) + "…";
    }

    /** As {@link #suggestion} while the fault will be shown, then empty. */
    String suggest(String wrong, Collection<String> allowed) {
        return errors.size() < LIMIT ? suggestion(wrong, allowed) : "";
    }

    /** {@code ; did you mean 'x'?} where a name is near, else the allowed ones, else nothing. */
    static String suggestion(String wrong, Collection<String> allowed) {
        String nearest = nearest(wrong, allowed);
        if (nearest != null) {
            return "; did you mean '" + nearest + "'?";
        }
        if (allowed.isEmpty()) {
            return "; there is none";
        }
        List<String> some = allowed.stream().limit(12).toList();
        return " (allowed: "
                + String.join(", ", some)
                + (allowed.size() > some.size() ? ", …" : "")
                + ")";
    }

    private static String nearest(String wrong, Collection<String> allowed) {
        String folded = wrong.toLowerCase(java.util.Locale.ROOT);
        if (folded.length() > SHOWN_LENGTH) {
            return null;
        }
        int best = Math.max(1, folded.length() / 3) + 1;
        String nearest = null;
        int compared = 0;
        for (String name : allowed) {
            if (++compared > COMPARED) {
                break;
            }
            if (Math.abs(name.length() - folded.length()) < best) {
                int distance = distance(folded, name.toLowerCase(java.util.Locale.ROOT));
                if (distance < best) {
                    best = distance;
                    nearest = name;
                }
            }
        }
        return nearest;
    }

    /** Levenshtein's, a swap of neighbours counting one. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] =
                        Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}

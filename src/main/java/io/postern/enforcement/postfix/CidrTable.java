package io.postern.enforcement.postfix;

import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A cidr table as Postfix understands it (cidr_table(5)): the first line that matches decides. What
 * is not understood counts as letting through whom no line before it has decided.
 */
final class CidrTable {
    static final String FOUND = "# found: ";
    static final String NOT_SET = " is not set";

    /** An edited table could make this quadratic; ours has two groups at most. */
    private static final int MAX_GROUPS = 1000;

    /** What a line does with whom it matches. */
    private enum Result {
        THROUGH,
        NOT
    }

    private final boolean isRelay;
    private AddressSet decided = AddressSet.EMPTY;
    private AddressSet through = AddressSet.EMPTY;
    private final List<AddressRange> group = new ArrayList<>();
    private Result groupResult = Result.NOT;
    private int groups;
    private String foundClient;
    private String foundRelay;
    private int foundLines;

    private CidrTable(boolean isRelay) {
        this.isRelay = isRelay;
    }

    /** A table of who is let in: refused are those whom a line refuses. */
    static CidrTable clients(String text) {
        return new CidrTable(false).read(text);
    }

    /** A table of who may relay: those whom a line permits. */
    static CidrTable relay(String text) {
        return new CidrTable(true).read(text);
    }

    private CidrTable read(String text) {
        boolean isUnderstood = true;
        int start = 0;
        while (isUnderstood && start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            isUnderstood = line(text.substring(start, end));
            start = end + 1;
        }
        endGroup();
        AddressSet rest = AddressSet.ALL.subtract(decided);
        if (!isUnderstood || !isRelay) {
            through = through.union(rest);
        }
        return this;
    }

    /** False = from here on it is not known what the table does. */
    private boolean line(String line) {
        if (line.isBlank()) {
            return true;
        }
        if (line.charAt(0) == '#') {
            found(line);
            return true;
        }
        int blank = line.indexOf(' ');
        if (blank <= 0) {
            return false;
        }
        Result result = result(line.substring(blank + 1).strip());
        if (result == null) {
            return false;
        }
        if (result != groupResult) {
            endGroup();
            groupResult = result;
        }
        try {
            group.add(AddressRange.parse(line.substring(0, blank)));
        } catch (IllegalArgumentException e) {
            return false;
        }
        return groups < MAX_GROUPS;
    }

    private void found(String line) {
        for (String name : List.of(PostfixParameters.CLIENT, PostfixParameters.RELAY)) {
            String start = FOUND + name;
            if (line.startsWith(start + " =")) {
                found(name, line.substring(start.length() + 2).strip());
            } else if (line.equals(start + NOT_SET)) {
                found(name, null);
            }
        }
    }

    private void found(String name, String value) {
        foundLines++;
        if (name.equals(PostfixParameters.CLIENT)) {
            foundClient = value;
        } else {
            foundRelay = value;
        }
    }

    /** Null = not known what it does. */
    private Result result(String text) {
        String word = text.split("\\s", 2)[0].toUpperCase(Locale.ROOT);
        return switch (word) {
            case "OK", "PERMIT" -> Result.THROUGH;
            case "REJECT", "DEFER" -> Result.NOT;
            case "DUNNO" -> isRelay ? Result.NOT : Result.THROUGH;
            default -> word.matches("[45][0-9][0-9]") ? Result.NOT : null;
        };
    }

    private void endGroup() {
        if (!group.isEmpty()) {
            AddressSet fresh = AddressSet.of(group).subtract(decided);
            decided = decided.union(fresh);
            if (groupResult == Result.THROUGH) {
                through = through.union(fresh);
            }
            group.clear();
            groups++;
        }
    }

    /** Who is let through, at most. */
    AddressSet through() {
        return through;
    }

    /** What it says that main.cf held before; null = it does not say. */
    PostfixParameters found() {
        if (foundLines != 2) {
            return null;
        }
        try {
            return new PostfixParameters(foundClient, foundRelay);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}

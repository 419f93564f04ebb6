package io.postern.enforcement.postfix.exports;

import io.postern.enforcement.VisibleText;
import io.postern.enforcement.exports.ExportException;
import io.postern.enforcement.exports.OneFile;
import io.postern.enforcement.exports.UnreadableException;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixOutputs;
import io.postern.enforcement.postfix.PostfixReading;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the file that {@code docs/scripts/read-postfix.sh} writes: sections that begin with {@code
 * == <name>}, each the output of one program or the content of one of our tables.
 */
public final class PostfixExports {
    private static final String MARK = "== ";
    private static final List<String> NEEDED =
            List.of("directory", "status", "explicit", "effective", "services", "overrides");
    private static final List<String> OPTIONAL = List.of("clients", "relay");

    private PostfixExports() {}

    /**
     * What a file says.
     *
     * @param files the bytes by the name to use in messages; exactly one
     * @throws ExportException with the fault and its place
     */
    public static ObservedPostfix read(Map<String, byte[]> files) throws ExportException {
        return OneFile.read(files, PostfixExports::parse);
    }

    /**
     * What a text says.
     *
     * @throws UnreadableException with the first fault and its place
     */
    public static ObservedPostfix parse(String text) throws UnreadableException {
        Map<String, String> sections = sections(text);
        for (String name : NEEDED) {
            if (!sections.containsKey(name)) {
                throw new UnreadableException(
                        1,
                        1,
                        "the section '"
                                + MARK
                                + name
                                + "' is missing; docs/scripts/read-postfix.sh writes the file");
            }
        }
        try {
            return PostfixReading.of(
                    new PostfixOutputs(
                            sections.get("directory").strip(),
                            sections.get("clients"),
                            sections.get("relay"),
                            sections.get("explicit"),
                            sections.get("effective"),
                            sections.get("services"),
                            sections.get("overrides"),
                            sections.get("status").strip().equals("running"),
                            ""));
        } catch (IllegalArgumentException e) {
            throw new UnreadableException(1, 1, e.getMessage());
        }
    }

    private static Map<String, String> sections(String text) throws UnreadableException {
        Map<String, String> sections = new LinkedHashMap<>();
        StringBuilder content = null;
        String name = null;
        int line = 0;
        for (String one : text.lines().toList()) {
            line++;
            if (one.startsWith(MARK)) {
                if (name != null) {
                    sections.put(name, content.toString());
                }
                name = one.substring(MARK.length()).strip();
                check(name, sections, line);
                content = new StringBuilder();
            } else if (name == null) {
                throw new UnreadableException(
                        line, 1, "the file begins with a section such as '" + MARK + "directory'");
            } else {
                content.append(one).append('\n');
            }
        }
        if (name != null) {
            sections.put(name, content.toString());
        }
        return sections;
    }

    private static void check(String name, Map<String, String> sections, int line)
            throws UnreadableException {
        if (!NEEDED.contains(name) && !OPTIONAL.contains(name)) {
            throw new UnreadableException(
                    line,
                    MARK.length() + 1,
                    "there is no section '" + VisibleText.of(name) + "' (allowed: " + all() + ")");
        }
        if (sections.containsKey(name)) {
            throw new UnreadableException(
                    line, MARK.length() + 1, "the section '" + name + "' is there twice");
        }
    }

    private static String all() {
        return String.join(", ", NEEDED) + ", " + String.join(", ", OPTIONAL);
    }
}

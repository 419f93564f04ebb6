package io.postern.policy.yaml;

import io.postern.policy.InvalidPolicyException;
import java.util.List;

/**
 * Formats a policy file: canonical YAML that keeps the comments, the order of sections, entries and
 * list items, and every value as written. Formatting twice changes nothing more.
 */
public final class PolicyFormat {
    private PolicyFormat() {}

    /**
     * The file formatted.
     *
     * @param text a policy file, YAML or JSON
     * @throws InvalidPolicyException with every fault, if it is no sound policy file
     */
    public static String of(String text) {
        PolicyDocument document = PolicyDocument.parse(text);
        String lines = plainLines(text);
        CommentedNode root = CommentedReader.read(lines);
        String formatted = YamlWriter.write(root);
        // A formatter that loses something is worse than none, so it looks at its own work.
        boolean kept =
                PolicyDocument.parse(formatted).entries().equals(document.entries())
                        && comments(formatted).equals(comments(lines));
        if (!kept) {
            throw new IllegalStateException(
                    "this file cannot be formatted without losing something of it; please report"
                            + " it");
        }
        return formatted;
    }

    private static List<String> comments(String lines) {
        return CommentedReader.comments(lines).stream().sorted().toList();
    }

    /** Without byte order mark, every line ended by one line feed. */
    private static String plainLines(String text) {
        String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        plain = plain.replace("\r\n", "\n").replace('\r', '\n');
        return JsonText.looksLikeJson(plain) ? JsonText.of(plain).text() : plain;
    }
}

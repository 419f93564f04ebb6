package io.postern.policy.yaml;

import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Says what the library found wrong so that an administrator knows what to do. */
final class YamlFault {
    private YamlFault() {}

    /** Where it stands; null = unknown. */
    static Mark mark(MarkedYAMLException e) {
        return isAlias(e) || isOpenQuote(e) ? e.getContextMark() : e.getProblemMark();
    }

    static String message(MarkedYAMLException e) {
        String problem = e.getProblem() == null ? "unexpected text" : e.getProblem();
        if (isAlias(e)) {
            return "'*' begins an alias, which is not allowed; to mean all, write '*' in quotes";
        }
        if (isOpenQuote(e)) {
            return "the quote that opens here is never closed";
        }
        if (problem.equals("mapping values are not allowed here")) {
            return "': ' is not allowed here; put a text that holds it in quotes, or correct the"
                    + " indent";
        }
        if (problem.startsWith("found character '@'")
                || problem.startsWith("found character '`'")) {
            return "a text cannot begin with '" + problem.charAt(17) + "'; write it in quotes";
        }
        if (problem.equals("expected the node content, but found ':'")) {
            return "a value cannot begin with ':'; write it in quotes";
        }
        if (problem.startsWith("expected '<document start>'")) {
            return "the policy ended before this; a policy file is one document";
        }
        String context = e.getContext() == null ? "" : e.getContext() + ": ";
        return "not readable as YAML or JSON: " + context + problem;
    }

    private static boolean isAlias(MarkedYAMLException e) {
        return String.valueOf(e.getContext()).contains("an alias");
    }

    private static boolean isOpenQuote(MarkedYAMLException e) {
        return String.valueOf(e.getContext()).contains("a quoted scalar")
                && String.valueOf(e.getProblem()).contains("end of stream");
    }
}

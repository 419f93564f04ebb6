package io.postern.enforcement.firewall;

import io.postern.enforcement.PowerShellText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of a script, always as quoted literals; long ones that rules share become variables
 * that are assigned once, so that the rules stay readable.
 */
final class ScriptValues {
    private static final int SHORT_LIST = 6;

    private final Map<String, String> variables = new LinkedHashMap<>();

    /** Remote addresses: a literal array, or the variable of a long one. */
    String addresses(List<String> texts) {
        String literal =
                PowerShellText.array(texts.stream().map(RemoteAddresses::spelled).toList());
        return texts.size() <= SHORT_LIST ? literal : variable("Addresses", literal);
    }

    /** An account list: the variable that holds its SDDL. */
    String accounts(String sddl) {
        return variable("Accounts", PowerShellText.quoted(sddl));
    }

    private String variable(String word, String literal) {
        return variables.computeIfAbsent(literal, one -> "$" + word + (variables.size() + 1));
    }

    /** The assignments; empty = none. */
    String assignments() {
        StringBuilder text = new StringBuilder();
        variables.forEach(
                (literal, name) -> text.append(name).append(" = ").append(literal).append('\n'));
        return text.toString();
    }
}

package io.postern.agent.firewall;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.enforcement.VisibleText;
import io.postern.enforcement.firewall.AccountList;
import io.postern.enforcement.firewall.AuthenticationSet;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.RemoteAddresses;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a script is asked: which one, and the values it is given. Values are data there, whatever
 * they hold; what Windows could not keep as it is written is refused here.
 *
 * @param list the list of the object that a step is about; empty = none
 * @param name of that object; empty = none
 */
record FirewallRequest(Script script, String list, String name, ObjectNode body) {
    /** PowerShell 5.1 reads no JSON of 2,097,152 characters or more. */
    private static final int MAX_CHARACTERS = 2_000_000;

    /** MS-FASP 2.2.37. */
    private static final int MAX_NAME = 511;

    private static final int MAX_DISPLAY_NAME = 10_000;
    private static final Pattern OWN_NAME = Pattern.compile("[a-z0-9-]{1,200}");
    private static final List<String> ANY = List.of(FirewallRule.ANY);

    /** Escaped to ASCII, it survives any code page. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    static FirewallRequest of(Script script) {
        return new FirewallRequest(script, "", "", JsonNodeFactory.instance.objectNode());
    }

    /**
     * One step.
     *
     * @param before what was read before it
     * @throws IllegalArgumentException if a value of it may not be sent
     */
    static FirewallRequest of(FirewallStep step, ShownObjects before) {
        checkName(step.name());
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", step.name());
        body.put("whatIf", false);
        if (step instanceof FirewallStep.CreateRule create) {
            rule(create.rule(), body);
            return rules(Script.CREATE_RULE, step, body);
        }
        if (step instanceof FirewallStep.CopyRule copy) {
            checkName(copy.original());
            ownName(step.name());
            displayName(copy.copy().displayName(), body);
            enabled(copy.copy().enabled(), body);
            list("localPorts", copy.copy().localPorts(), body);
            body.put("original", copy.original());
            from(before.text(ShownObjects.RULES, copy.original()), false, body);
            return rules(Script.COPY_RULE, step, body);
        }
        if (step instanceof FirewallStep.RemoveRule || step instanceof FirewallStep.RemoveCopy) {
            from(before.text(ShownObjects.RULES, step.name()), true, body);
            return rules(Script.REMOVE_RULE, step, body);
        }
        if (step instanceof FirewallStep.DisableOriginal
                || step instanceof FirewallStep.EnableOriginal) {
            enabled(step instanceof FirewallStep.EnableOriginal, body);
            from(before.text(ShownObjects.RULES, step.name()), false, body);
            return rules(Script.SET_ENABLED, step, body);
        }
        if (step instanceof FirewallStep.CreateSet create) {
            displayName(create.set().displayName(), body);
            list("proposals", create.set().proposals(), body);
            return set(Script.CREATE_SET, create.set(), body);
        }
        if (step instanceof FirewallStep.RemoveSet remove) {
            from(before.text(list(remove.set()), step.name()), true, body);
            return set(Script.REMOVE_SET, remove.set(), body);
        }
        if (step instanceof FirewallStep.CreateSecurityRule create) {
            securityRule(create.rule(), body);
            return new FirewallRequest(
                    Script.CREATE_SECURITY_RULE, ShownObjects.SECURITY_RULES, step.name(), body);
        }
        if (step instanceof FirewallStep.RemoveSecurityRule) {
            from(before.text(ShownObjects.SECURITY_RULES, step.name()), true, body);
            return new FirewallRequest(
                    Script.REMOVE_SECURITY_RULE, ShownObjects.SECURITY_RULES, step.name(), body);
        }
        throw new IllegalArgumentException("unknown step: " + step.description());
    }

    private static FirewallRequest rules(Script script, FirewallStep step, ObjectNode body) {
        return new FirewallRequest(script, ShownObjects.RULES, step.name(), body);
    }

    private static FirewallRequest set(Script script, AuthenticationSet set, ObjectNode body) {
        ownName(set.name());
        body.put("list", list(set));
        return new FirewallRequest(script, list(set), set.name(), body);
    }

    private static String list(AuthenticationSet set) {
        return "phase" + set.phase() + "Sets";
    }

    private static void from(String expected, boolean own, ObjectNode body) {
        body.put("own", own);
        body.put("expected", expected);
    }

    private static void rule(FirewallRule rule, ObjectNode body) {
        ownName(rule.name());
        if (!rule.interfaces().equals(ANY) || !rule.isLocal()) {
            throw new IllegalArgumentException(
                    "'"
                            + rule.name()
                            + "' is bound to interfaces or not local; Postern makes none");
        }
        displayName(rule.displayName(), body);
        enabled(rule.enabled(), body);
        body.put("action", rule.action());
        body.put("profile", rule.profile());
        body.put("protocol", rule.protocol());
        list("localPorts", rule.localPorts(), body);
        list("localAddresses", rule.localAddresses(), body);
        list("remoteAddresses", rule.remoteAddresses(), body);
        body.put("remoteUser", accounts(rule.remoteUser()));
        body.put("remoteMachine", accounts(rule.remoteMachine()));
        body.put("authentication", rule.authentication());
        body.put("encryption", rule.encryption());
        body.put("program", text("program", rule.program()));
        body.put("service", text("service", rule.service()));
    }

    private static void securityRule(ConnectionSecurityRule rule, ObjectNode body) {
        ownName(rule.name());
        displayName(rule.displayName(), body);
        enabled(rule.enabled(), body);
        body.put("profile", rule.profile());
        body.put("inboundSecurity", rule.inboundSecurity());
        body.put("outboundSecurity", rule.outboundSecurity());
        body.put("protocol", rule.protocol());
        list("localPorts", rule.localPorts(), body);
        list("remotePorts", rule.remotePorts(), body);
        list("localAddresses", rule.localAddresses(), body);
        list("remoteAddresses", rule.remoteAddresses(), body);
        body.put("phase1Set", text("set", rule.phase1Set()));
        body.put("phase2Set", text("set", rule.phase2Set()));
    }

    /** The words of an enum of Windows, not a boolean. */
    private static void enabled(boolean on, ObjectNode body) {
        body.put("enabled", on ? "True" : "False");
    }

    private static void list(String property, List<String> values, ObjectNode body) {
        values.stream().map(RemoteAddresses::spelled).forEach(body.putArray(property)::add);
    }

    private static void displayName(String displayName, ObjectNode body) {
        if (displayName.isBlank() || displayName.length() > MAX_DISPLAY_NAME) {
            throw new IllegalArgumentException(
                    "a display name has 1 to " + MAX_DISPLAY_NAME + " characters");
        }
        body.put("displayName", text("display name", displayName));
    }

    private static String accounts(String sddl) {
        if (sddl.length() > AccountList.MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "an account list of "
                            + sddl.length()
                            + " characters is longer than Windows keeps ("
                            + AccountList.MAX_CHARACTERS
                            + ")");
        }
        return text("account list", sddl);
    }

    private static String text(String what, String value) {
        if (value.chars().anyMatch(c -> Character.isISOControl(c) || c == '|')) {
            throw new IllegalArgumentException(
                    "the "
                            + what
                            + " '"
                            + VisibleText.of(value, 60)
                            + "' holds a control character or '|', which separates fields in"
                            + " Windows' store");
        }
        return value;
    }

    /** Names of others are compared only, so any text will do; longer ones are none of Windows. */
    private static void checkName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "the name '"
                            + VisibleText.of(name, 60)
                            + "' has not 1 to "
                            + MAX_NAME
                            + " characters");
        }
    }

    private static void ownName(String name) {
        if (!OWN_NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'"
                            + VisibleText.of(name, 60)
                            + "' is no name that Postern gives (a to z, 0 to 9, '-')");
        }
    }

    /**
     * The JSON for the script's standard input.
     *
     * @throws IllegalArgumentException if it is longer than PowerShell reads
     */
    String json(String mark) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.put("mark", mark);
        whole.setAll(body);
        try {
            String json = JSON.writeValueAsString(whole);
            if (json.length() > MAX_CHARACTERS) {
                throw new IllegalArgumentException(
                        "a request of "
                                + json.length()
                                + " characters is more than PowerShell reads at once ("
                                + MAX_CHARACTERS
                                + ")");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain data is always JSON", e);
        }
    }
}

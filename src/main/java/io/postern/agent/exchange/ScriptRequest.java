package io.postern.agent.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.ConnectorConflicts;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ExchangeText;
import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.AddressRange;
import java.util.List;
import java.util.Set;

/**
 * What a script is asked: which one, and the values it is given. Values are data there, whatever
 * they hold; what could mean another object than the one named is refused here.
 */
record ScriptRequest(Script script, ObjectNode body) {
    /** PowerShell 5.1 reads no JSON of 2,097,152 characters or more. */
    private static final int MAX_CHARACTERS = 2_000_000;

    /** Escaped to ASCII, it survives any code page. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** Everything about one server. */
    static ScriptRequest read() {
        return new ScriptRequest(Script.READ, JsonNodeFactory.instance.objectNode());
    }

    /**
     * One step.
     *
     * @param before the connector it starts from; null for a creation
     * @throws IllegalArgumentException if a value of it may not be sent
     */
    static ScriptRequest of(ConnectorStep step, ConnectorState before) {
        checkName(step.name());
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", step.name());
        body.put("whatIf", false);
        body.put("expected", before == null ? null : before.text());
        return new ScriptRequest(fill(step, before, body), body);
    }

    private static Script fill(ConnectorStep step, ConnectorState before, ObjectNode body) {
        if (step instanceof ConnectorStep.CreateDisabled create) {
            return create(create.connector(), body);
        }
        if (step instanceof ConnectorStep.Remove) {
            return Script.REMOVE;
        }
        if (step instanceof ConnectorStep.AddRanges add) {
            return ranges(before, List.of(), add.ranges(), body);
        }
        if (step instanceof ConnectorStep.RemoveRanges remove) {
            return ranges(before, remove.ranges(), List.of(), body);
        }
        if (step instanceof ConnectorStep.ReplaceRanges replace) {
            return ranges(before, replace.removed(), replace.added(), body);
        }
        if (step instanceof ConnectorStep.GrantRelay || step instanceof ConnectorStep.RevokeRelay) {
            body.put("relay", step instanceof ConnectorStep.GrantRelay);
            return Script.SET_RELAY;
        }
        if (step instanceof ConnectorStep.Enable || step instanceof ConnectorStep.Disable) {
            body.put("enabled", step instanceof ConnectorStep.Enable);
            return Script.SET_ENABLED;
        }
        if (step instanceof ConnectorStep.SetProperties set) {
            return properties(set.before(), set.after(), body);
        }
        throw new IllegalArgumentException("unknown step: " + step.description());
    }

    private static Script create(ReceiveConnector connector, ObjectNode body) {
        ConnectorData data = ConnectorData.of(connector);
        body.put("transportRole", data.transportRole());
        data.bindings().forEach(body.putArray("bindings")::add);
        data.remoteIpRanges().forEach(body.putArray("remoteIPRanges")::add);
        body.put("permissionGroups", groups(connector.permissionGroups()));
        body.put("authMechanism", authentication(connector.authMechanism()));
        body.put("fqdn", text("FQDN", connector.fqdn()));
        body.put("comment", text("comment", connector.comment()));
        body.put("tarpitInterval", ExchangeText.timeSpan(connector.tarpitMillis()));
        body.put("protocolLoggingLevel", logging(connector.verboseLogging()));
        return Script.CREATE;
    }

    private static Script ranges(
            ConnectorState before,
            List<AddressRange> removed,
            List<AddressRange> added,
            ObjectNode body) {
        ArrayNode add = body.putArray("add");
        added.stream().sorted().forEach(range -> add.add(range.toString()));
        ArrayNode remove = body.putArray("remove");
        removed.stream().sorted().forEach(range -> remove.add(before.spelling().get(range)));
        return Script.CHANGE_RANGES;
    }

    private static Script properties(
            ConnectorStep.Properties before, ConnectorStep.Properties after, ObjectNode body) {
        ObjectNode set = body.putObject("properties");
        if (!after.permissionGroups().equals(before.permissionGroups())) {
            set.put("PermissionGroups", groups(after.permissionGroups()));
        }
        if (!after.authMechanism().equals(before.authMechanism())) {
            set.put("AuthMechanism", authentication(after.authMechanism()));
        }
        if (!after.fqdn().equals(before.fqdn())) {
            set.put("Fqdn", after.fqdn().isEmpty() ? null : text("FQDN", after.fqdn()));
        }
        if (!after.comment().equals(before.comment())) {
            set.put("Comment", text("comment", after.comment()));
        }
        if (after.tarpitMillis() != before.tarpitMillis()) {
            set.put("TarpitInterval", ExchangeText.timeSpan(after.tarpitMillis()));
        }
        if (after.verboseLogging() != before.verboseLogging()) {
            set.put("ProtocolLoggingLevel", logging(after.verboseLogging()));
        }
        return Script.SET_PROPERTIES;
    }

    private static String groups(Set<PermissionGroup> groups) {
        if (groups.contains(PermissionGroup.CUSTOM)) {
            throw new IllegalArgumentException(
                    "the permission group Custom is only reported by Exchange and cannot be set;"
                            + " remove the extra rights of the connector by hand");
        }
        return ExchangeText.flagText(groups, PermissionGroup::word);
    }

    private static String authentication(Set<AuthMechanism> mechanisms) {
        return ExchangeText.flagText(mechanisms, AuthMechanism::word);
    }

    private static String logging(boolean verbose) {
        return verbose ? "Verbose" : "None";
    }

    private static String text(String what, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the " + what + " holds a control character");
        }
        return value;
    }

    /**
     * A name that Exchange can hold and that means one object only. Quotes, {@code $()}, back-ticks
     * and semicolons are plain characters.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static void checkName(String name) {
        String shown = "'" + name.replaceAll("\\p{Cntrl}", "?") + "'";
        if (name.isBlank() || name.length() > ConnectorConflicts.MAX_NAME) {
            throw new IllegalArgumentException(
                    "a connector's name has 1 to " + ConnectorConflicts.MAX_NAME + " characters");
        }
        if (!name.equals(name.strip())) {
            throw new IllegalArgumentException(
                    "the name " + shown + " begins or ends with a space");
        }
        if (name.chars()
                .anyMatch(
                        c ->
                                Character.isISOControl(c)
                                        || Character.getType(c) == Character.FORMAT
                                        || Character.getType(c) == Character.LINE_SEPARATOR
                                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                                        || Character.isSurrogate((char) c))) {
            throw new IllegalArgumentException(
                    "the name " + shown + " holds a line break, control or invisible character");
        }
        if (name.indexOf('*') >= 0 || name.indexOf('?') >= 0 || name.indexOf('[') >= 0) {
            throw new IllegalArgumentException(
                    "the name " + shown + " holds a wildcard (one of * ? [)");
        }
        if (name.indexOf('\\') >= 0) {
            throw new IllegalArgumentException(
                    "the name " + shown + " holds a backslash, which separates server and name");
        }
    }

    /**
     * The JSON for the script's standard input.
     *
     * @throws IllegalArgumentException if it is longer than PowerShell reads
     */
    String json(
            ExchangeServerSettings settings,
            String domainController,
            String anonymousLogon,
            String mark) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.put("mark", mark);
        whole.put("connect", settings.connect());
        whole.put("server", settings.exchangeName());
        whole.put("domainController", domainController);
        whole.put("anonymousLogon", anonymousLogon);
        whole.setAll(body);
        try {
            String json = JSON.writeValueAsString(whole);
            if (json.length() > MAX_CHARACTERS) {
                throw new IllegalArgumentException(
                        "a request of "
                                + json.length()
                                + " characters is more than PowerShell"
                                + " reads at once ("
                                + MAX_CHARACTERS
                                + ")");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain data is always JSON", e);
        }
    }
}

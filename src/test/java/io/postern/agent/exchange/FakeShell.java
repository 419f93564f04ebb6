package io.postern.agent.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.agent.powershell.Shell;
import io.postern.agent.powershell.ShellException;
import io.postern.agent.powershell.ShellOutput;
import io.postern.agent.powershell.ShellScript;
import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.Binding;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ExchangeText;
import io.postern.enforcement.OwnershipMark;
import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.TransportRole;
import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Plays the scripts against an Exchange in memory, line by line as they stand, and notes each
 * cmdlet they would call with its parameters. It can fail in every way a shell can. No PowerShell
 * is at work here: that the scripts do as this class does is read, not run.
 */
public final class FakeShell implements Shell {
    /** How a call goes wrong. */
    public enum Fault {
        /** The process dies before the script is begun. */
        KILLED_BEFORE,
        /** The process dies after the script has ended and before its answer is read. */
        KILLED_AFTER,
        NOT_STARTED,
        TIMEOUT_BEFORE,
        TIMEOUT_AFTER,
        NO_CONNECTION,
        REFUSED,
        /** Exchange says no to the write in earnest after it let -WhatIf pass. */
        REFUSED_IN_EARNEST,
        /** Exchange says yes and does nothing. */
        IGNORED,
        SESSION_LOST_BEFORE,
        SESSION_LOST_AFTER,
        GARBAGE,
        HALF_JSON,
        EXIT_CODE_OF_ANOTHER_OUTCOME,
        OTHER_DOMAIN_CONTROLLER,
        NOTHING_AT_ALL
    }

    /** The process of the agent dies here. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;

        Refusal(String message) {
            super(message);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final InMemoryExchange exchange;
    private final List<String> calls = new ArrayList<>();
    public final List<String> requests = new ArrayList<>();
    private String domainController = InMemoryExchange.DOMAIN_CONTROLLER;
    private Fault fault;
    private int faultIn = -1;
    private Runnable meanwhile = () -> {};
    private StringBuilder output;
    private String mark;
    private boolean wrote;

    public FakeShell(InMemoryExchange exchange) {
        this.exchange = exchange;
    }

    /** The call after so many others fails, once. */
    public void failAfter(int others, Fault how) {
        faultIn = others;
        fault = how;
    }

    /** Happens once, right before the next script looks. */
    public void beforeNextCall(Runnable what) {
        meanwhile = what;
    }

    /** The one a script finds when it is told none. */
    void setDomainController(String name) {
        domainController = name;
    }

    /** The cmdlets called since this was asked last. */
    public List<String> takeCalls() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    @Override
    public ShellOutput run(ShellScript asked, String request) throws ShellException {
        Script script = (Script) asked;
        requests.add(script.fileName() + " " + request);
        Fault now = faultIn-- == 0 ? fault : null;
        meanwhile.run();
        meanwhile = () -> {};
        if (now == Fault.KILLED_BEFORE) {
            throw new Killed();
        }
        if (now == Fault.NOT_STARTED) {
            throw new ShellException("powershell.exe cannot be started", false, null);
        }
        if (now == Fault.TIMEOUT_BEFORE) {
            throw new ShellException("it did not end in time", true, null);
        }
        output = new StringBuilder("WARNING: noise of PowerShell\r\n");
        wrote = false;
        int exitCode = play(script, parse(request), now);
        return result(exitCode, now);
    }

    private ShellOutput result(int exitCode, Fault now) throws ShellException {
        String text = output.toString();
        if (now == Fault.KILLED_AFTER) {
            throw new Killed();
        }
        if (now == Fault.TIMEOUT_AFTER) {
            throw new ShellException("it did not end in time", true, null);
        }
        if (now == Fault.GARBAGE) {
            return new ShellOutput(0, "\u0000\u0001 not ours\n" + mark + " nonsense\n", "");
        }
        if (now == Fault.HALF_JSON) {
            return new ShellOutput(0, text.substring(0, text.length() - 9), "");
        }
        if (now == Fault.EXIT_CODE_OF_ANOTHER_OUTCOME) {
            return new ShellOutput(exitCode + 1, text, "");
        }
        if (now == Fault.NOTHING_AT_ALL) {
            return new ShellOutput(255, "", "The term is not recognized\r\n  at line 1");
        }
        return new ShellOutput(exitCode, text, "");
    }

    private static ObjectNode parse(String request) {
        try {
            return (ObjectNode) JSON.readTree(request);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a request is no JSON: " + request, e);
        }
    }

    /** As Invoke-Step of session.ps1, and read.ps1. */
    private int play(Script script, ObjectNode request, Fault now) {
        mark = request.get("mark").textValue();
        if (now == Fault.NO_CONNECTION) {
            return answer("could-not-ask", "the WinRM client cannot process the request", request);
        }
        call(
                "New-PSSession",
                "ConfigurationName",
                "Microsoft.Exchange",
                "ConnectionUri",
                "http://" + request.get("connect").textValue() + "/PowerShell/",
                "Authentication",
                "Kerberos");
        if (request.get("domainController").isNull()) {
            request.put("domainController", domainController);
        }
        if (request.get("anonymousLogon").isNull()) {
            request.put("anonymousLogon", exchange.anonymousLogon);
        }
        try {
            return steps(script, request, now);
        } finally {
            call("Remove-PSSession");
        }
    }

    private int steps(Script script, ObjectNode request, Fault now) {
        if (now == Fault.OTHER_DOMAIN_CONTROLLER) {
            request.put("domainController", "dc99.contoso.example");
        }
        if (script == Script.READ) {
            getConnectors(request);
            exchange.connectors().forEach(connector -> show(connector, request));
            return answer("done", showDomains(request), request);
        }
        try {
            if (now == Fault.REFUSED) {
                throw new Refusal("Access is denied.");
            }
            ReceiveConnector connector = check(script, request);
            perform(script, request, connector, true, now);
            if (request.get("whatIf").booleanValue()) {
                return answer("done", "nothing was written: -WhatIf", request);
            }
            perform(script, request, connector, false, now);
            if (now == Fault.SESSION_LOST_BEFORE || now == Fault.SESSION_LOST_AFTER) {
                return answer("cannot-tell", "the session was lost", request);
            }
            showNamed(request);
            return answer("done", "", request);
        } catch (Refusal e) {
            if (wrote) {
                showNamed(request);
            }
            return answer("refused", e.getMessage(), request);
        }
    }

    /** Without the right to it the cmdlet is in no session. */
    private String showDomains(ObjectNode request) {
        if (exchange.acceptedDomains().isEmpty()) {
            return "accepted domains were not read: no such command";
        }
        call("Get-AcceptedDomain", "DomainController", text(request, "domainController"));
        output.append('\n').append(mark).append(" domains ");
        output.append(InMemoryExchange.shown(exchange.acceptedDomains().get())).append('\n');
        return "";
    }

    private ReceiveConnector check(Script script, ObjectNode request) throws Refusal {
        String name = request.get("name").textValue();
        getConnectors(request);
        List<ReceiveConnector> found = exchange.named(name);
        if (script == Script.CREATE) {
            if (!found.isEmpty()) {
                throw new Refusal("there is a connector '" + name + "' already");
            }
            return null;
        }
        if (found.size() != 1) {
            throw new Refusal("'" + name + "' must be there exactly once, found " + found.size());
        }
        if (!OwnershipMark.isIn(found.get(0).comment())) {
            throw new Refusal("'" + name + "' lacks Postern's mark in its comment");
        }
        getPermissions(found.get(0), request);
        if (!exchange.state(found.get(0)).equals(request.get("expected").textValue())) {
            throw new Refusal("'" + name + "' was changed since it was read");
        }
        return found.get(0);
    }

    private void perform(
            Script script, ObjectNode request, ReceiveConnector found, boolean whatIf, Fault now)
            throws Refusal {
        ConnectorStep step = cmdlet(script, request, found, whatIf);
        wrote = !whatIf;
        if (!whatIf && (now == Fault.SESSION_LOST_BEFORE || now == Fault.IGNORED)) {
            return;
        }
        if (!whatIf && now == Fault.REFUSED_IN_EARNEST) {
            throw new Refusal("Access is denied.");
        }
        try {
            exchange.write(step, !whatIf);
        } catch (IllegalStateException e) {
            throw new Refusal(e.getMessage());
        }
    }

    private ConnectorStep cmdlet(
            Script script, ObjectNode request, ReceiveConnector found, boolean whatIf) {
        String name = request.get("name").textValue();
        return switch (script) {
            case CREATE -> create(request, whatIf);
            case REMOVE -> {
                writing("Remove-ReceiveConnector", found, request, whatIf);
                yield new ConnectorStep.Remove(found);
            }
            case SET_ENABLED -> {
                boolean enabled = request.get("enabled").booleanValue();
                writing("Set-ReceiveConnector", found, request, whatIf, "Enabled", enabled);
                yield enabled ? new ConnectorStep.Enable(name) : new ConnectorStep.Disable(name);
            }
            case CHANGE_RANGES -> ranges(request, found, whatIf);
            case SET_RELAY -> relay(request, found, whatIf);
            case SET_PROPERTIES -> properties(request, found, whatIf);
            case READ, SESSION -> throw new AssertionError(script + " writes nothing");
        };
    }

    private ConnectorStep create(ObjectNode request, boolean whatIf) {
        List<Object> parameters = new ArrayList<>(List.of("Name", text(request, "name")));
        parameters.addAll(List.of("Server", text(request, "server")));
        parameters.addAll(List.of("TransportRole", text(request, "transportRole")));
        parameters.addAll(List.of("Custom", true));
        parameters.addAll(List.of("Bindings", texts(request.get("bindings"))));
        parameters.addAll(List.of("RemoteIPRanges", texts(request.get("remoteIPRanges"))));
        parameters.addAll(List.of("PermissionGroups", text(request, "permissionGroups")));
        parameters.addAll(List.of("AuthMechanism", text(request, "authMechanism")));
        parameters.addAll(List.of("Comment", text(request, "comment")));
        parameters.addAll(List.of("TarpitInterval", text(request, "tarpitInterval")));
        parameters.addAll(List.of("ProtocolLoggingLevel", text(request, "protocolLoggingLevel")));
        parameters.addAll(List.of("Enabled", false));
        if (!text(request, "fqdn").isEmpty()) {
            parameters.addAll(List.of("Fqdn", text(request, "fqdn")));
        }
        parameters.addAll(tail(request, whatIf));
        call("New-ReceiveConnector", parameters.toArray());
        texts(request.get("remoteIPRanges")).forEach(exchange::spelled);
        return new ConnectorStep.CreateDisabled(
                new ReceiveConnector(
                        text(request, "name"),
                        OwnershipMark.isIn(text(request, "comment")),
                        false,
                        ExchangeText.one(
                                "role",
                                TransportRole.class,
                                TransportRole::word,
                                text(request, "transportRole")),
                        texts(request.get("bindings")).stream().map(Binding::parse).toList(),
                        texts(request.get("remoteIPRanges")).stream()
                                .map(AddressRange::parse)
                                .toList(),
                        groups(text(request, "permissionGroups")),
                        authentication(text(request, "authMechanism")),
                        false,
                        text(request, "fqdn"),
                        text(request, "comment"),
                        ExchangeText.millis(text(request, "tarpitInterval")),
                        text(request, "protocolLoggingLevel").equals("Verbose")));
    }

    private ConnectorStep ranges(ObjectNode request, ReceiveConnector found, boolean whatIf) {
        List<String> add = texts(request.get("add"));
        List<String> remove = texts(request.get("remove"));
        String change =
                "@{"
                        + (add.isEmpty() ? "" : "Add=" + value(add))
                        + (add.isEmpty() || remove.isEmpty() ? "" : ";")
                        + (remove.isEmpty() ? "" : "Remove=" + value(remove))
                        + "}";
        writing(
                "Set-ReceiveConnector",
                found,
                request,
                whatIf,
                "RemoteIPRanges",
                new StringBuilder(change));
        List<AddressRange> removed = new ArrayList<>();
        for (String text : remove) {
            AddressRange range = ExchangeText.range(text);
            if (!exchange.spelling(range).equals(text)) {
                throw new AssertionError(text + " is not how Exchange spells it");
            }
            removed.add(range);
        }
        add.forEach(exchange::spelled);
        return new ConnectorStep.ReplaceRanges(
                found.name(), removed, add.stream().map(AddressRange::parse).toList());
    }

    private ConnectorStep relay(ObjectNode request, ReceiveConnector found, boolean whatIf) {
        boolean relay = request.get("relay").booleanValue();
        List<Object> parameters = new ArrayList<>();
        parameters.addAll(List.of("Identity", exchange.distinguishedName(found)));
        parameters.addAll(List.of("User", text(request, "anonymousLogon")));
        parameters.addAll(List.of("ExtendedRights", "ms-Exch-SMTP-Accept-Any-Recipient"));
        parameters.addAll(tail(request, whatIf));
        call(relay ? "Add-ADPermission" : "Remove-ADPermission", parameters.toArray());
        if (!text(request, "anonymousLogon").equals(exchange.anonymousLogon)) {
            throw new AssertionError("no such account: " + text(request, "anonymousLogon"));
        }
        return relay
                ? new ConnectorStep.GrantRelay(found.name())
                : new ConnectorStep.RevokeRelay(found.name());
    }

    private ConnectorStep properties(ObjectNode request, ReceiveConnector found, boolean whatIf) {
        JsonNode set = request.get("properties");
        List<Object> parameters = new ArrayList<>();
        for (String name :
                List.of(
                        "PermissionGroups",
                        "AuthMechanism",
                        "Fqdn",
                        "Comment",
                        "TarpitInterval",
                        "ProtocolLoggingLevel")) {
            if (set.has(name)) {
                parameters.add(name);
                parameters.add(set.get(name).isNull() ? "" : set.get(name).textValue());
            }
        }
        writing("Set-ReceiveConnector", found, request, whatIf, parameters.toArray());
        ConnectorStep.Properties before =
                new ConnectorStep.Properties(
                        found.permissionGroups(),
                        found.authMechanism(),
                        found.fqdn(),
                        found.comment(),
                        found.tarpitMillis(),
                        found.verboseLogging());
        return new ConnectorStep.SetProperties(
                found.name(),
                before,
                new ConnectorStep.Properties(
                        set.has("PermissionGroups")
                                ? groups(set.get("PermissionGroups").textValue())
                                : before.permissionGroups(),
                        set.has("AuthMechanism")
                                ? authentication(set.get("AuthMechanism").textValue())
                                : before.authMechanism(),
                        set.has("Fqdn") ? set.get("Fqdn").asText("") : before.fqdn(),
                        set.path("Comment").asText(before.comment()),
                        set.has("TarpitInterval")
                                ? ExchangeText.millis(set.get("TarpitInterval").textValue())
                                : before.tarpitMillis(),
                        set.has("ProtocolLoggingLevel")
                                ? set.get("ProtocolLoggingLevel").textValue().equals("Verbose")
                                : before.verboseLogging()));
    }

    private static Set<PermissionGroup> groups(String text) {
        return ExchangeText.flags("group", PermissionGroup.class, PermissionGroup::word, text);
    }

    private static Set<AuthMechanism> authentication(String text) {
        return ExchangeText.flags("auth", AuthMechanism.class, AuthMechanism::word, text);
    }

    private void showNamed(ObjectNode request) {
        getConnectors(request);
        exchange.named(text(request, "name")).forEach(connector -> show(connector, request));
    }

    private void show(ReceiveConnector connector, ObjectNode request) {
        getPermissions(connector, request);
        output.append('\n').append(mark).append(" state ");
        output.append(exchange.state(connector)).append('\n');
    }

    private void getConnectors(ObjectNode request) {
        call(
                "Get-ReceiveConnector",
                "Server",
                text(request, "server"),
                "DomainController",
                text(request, "domainController"));
    }

    private void getPermissions(ReceiveConnector connector, ObjectNode request) {
        call(
                "Get-ADPermission",
                "Identity",
                exchange.distinguishedName(connector),
                "DomainController",
                text(request, "domainController"));
    }

    private void writing(
            String cmdlet,
            ReceiveConnector found,
            ObjectNode request,
            boolean whatIf,
            Object... parameters) {
        List<Object> all = new ArrayList<>(List.of("Identity", exchange.guid(found)));
        all.addAll(List.of(parameters));
        all.addAll(tail(request, whatIf));
        call(cmdlet, all.toArray());
    }

    private static List<Object> tail(ObjectNode request, boolean whatIf) {
        return List.of(
                "DomainController",
                text(request, "domainController"),
                "WhatIf",
                whatIf,
                "Confirm",
                false);
    }

    private int answer(String outcome, String message, ObjectNode request) {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("outcome", outcome);
        answer.put("message", message);
        answer.set("domainController", request.get("domainController"));
        answer.set("anonymousLogon", request.get("anonymousLogon"));
        output.append('\n').append(mark).append(" answer ").append(answer).append('\n');
        return List.of("done", "refused", "could-not-ask", "cannot-tell").indexOf(outcome);
    }

    private static String text(ObjectNode request, String name) {
        return request.get(name).textValue();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.textValue()));
        return texts;
    }

    private void call(String cmdlet, Object... parameters) {
        StringBuilder line = new StringBuilder(cmdlet);
        for (int i = 0; i < parameters.length; i += 2) {
            line.append(" -").append(parameters[i]);
            line.append(parameters[i + 1] instanceof Boolean ? ":" : " ");
            line.append(value(parameters[i + 1]));
        }
        calls.add(line.toString());
    }

    private static String value(Object value) {
        if (value instanceof Boolean) {
            return "$" + value;
        }
        if (value instanceof List<?> list) {
            return String.join(",", list.stream().map(FakeShell::value).toList());
        }
        return value instanceof String text ? "'" + text.replace("'", "''") + "'" : "" + value;
    }
}

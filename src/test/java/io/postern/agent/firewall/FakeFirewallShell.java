package io.postern.agent.firewall;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.agent.powershell.Shell;
import io.postern.agent.powershell.ShellException;
import io.postern.agent.powershell.ShellOutput;
import io.postern.agent.powershell.ShellScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plays the scripts against a firewall in memory, as they stand, and notes each cmdlet they would
 * call to write, or to read in bulk, with its parameters. It can fail in every way a shell can. No
 * PowerShell is at work here: that the scripts do as this class does is read, not run.
 */
final class FakeFirewallShell implements Shell {
    /** How a call goes wrong. */
    enum Fault {
        KILLED_BEFORE,
        KILLED_AFTER,
        NOT_STARTED,
        TIMEOUT_BEFORE,
        TIMEOUT_AFTER,
        NO_FIREWALL_SERVICE,
        REFUSED,
        /** Windows says no to the write in earnest after it let -WhatIf pass. */
        REFUSED_IN_EARNEST,
        /** Windows says yes and does nothing. */
        IGNORED,
        READ_BACK_FAILS,
        GARBAGE,
        HALF_JSON,
        EXIT_CODE_OF_ANOTHER_OUTCOME,
        NOTHING_AT_ALL
    }

    /** The process of the agent dies here. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;

        Refusal(String message) {
            super(message);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final InMemoryFirewall firewall;
    private final List<String> calls = new ArrayList<>();
    final List<String> requests = new ArrayList<>();
    private Runnable meanwhile = () -> {};
    private Fault fault;
    private int faultIn = -1;
    private StringBuilder output;
    private String mark;
    boolean armed;
    boolean fired;

    FakeFirewallShell(InMemoryFirewall firewall) {
        this.firewall = firewall;
    }

    void failAfter(int others, Fault how) {
        faultIn = others;
        fault = how;
    }

    void beforeNextCall(Runnable what) {
        meanwhile = what;
    }

    List<String> takeCalls() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    @Override
    public ShellOutput run(ShellScript script, String request) throws ShellException {
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
        output = new StringBuilder("What if: noise of PowerShell\r\n");
        int exitCode;
        try {
            ObjectNode asked = (ObjectNode) JSON.readTree(request);
            mark = asked.get("mark").textValue();
            exitCode = play((Script) script, asked, now);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a request is no JSON: " + request, e);
        }
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
            return new ShellOutput(0, "\u0000 not ours\n" + mark + " nonsense\n", "");
        }
        if (now == Fault.HALF_JSON) {
            return new ShellOutput(0, text.substring(0, text.length() - 9), "");
        }
        if (now == Fault.EXIT_CODE_OF_ANOTHER_OUTCOME) {
            return new ShellOutput(exitCode + 1, text, "");
        }
        if (now == Fault.NOTHING_AT_ALL) {
            return new ShellOutput(255, "", "The term is not recognized");
        }
        return new ShellOutput(exitCode, text, "");
    }

    private int play(Script script, ObjectNode request, Fault now) {
        if (now == Fault.NO_FIREWALL_SERVICE) {
            return answer("could-not-ask", "There are no more endpoints available.");
        }
        return switch (script) {
            case READ -> read();
            case DUMP -> dump(request);
            case ARM_DEAD_MAN -> {
                call("Register-ScheduledTask", Map.of("TaskName", text(request, "task")));
                armed = true;
                yield answer("done", "");
            }
            case DISARM_DEAD_MAN -> {
                call("Unregister-ScheduledTask", Map.of("TaskName", text(request, "task")));
                armed = false;
                yield fired
                        ? answer("refused", "the task has run: the originals are enabled")
                        : answer("done", "");
            }
            case STORE, DEAD_MAN -> throw new AssertionError(script + " is not run by the agent");
            default -> step(script, request, now);
        };
    }

    private int read() {
        for (String name : List.of("Domain", "Private", "Public")) {
            show(
                    "profiles",
                    "{\"Name\":\""
                            + name
                            + "\",\"Enabled\":\"True\",\"DefaultInboundAction\":\"NotConfigured\","
                            + "\"AllowInboundRules\":\"NotConfigured\",\"AllowLocalFirewallRules\":"
                            + "\"NotConfigured\",\"AllowLocalIPsecRules\":\"NotConfigured\"}");
        }
        for (String store : List.of("PersistentStore", "ActiveStore")) {
            for (String kind :
                    List.of("FirewallRule", "FirewallPortFilter", "FirewallAddressFilter")) {
                call("Get-Net" + kind, Map.of("PolicyStore", store));
            }
        }
        for (String list : List.of("rules", "securityRules", "phase1Sets", "phase2Sets")) {
            firewall.list(list).forEach(one -> show(list, one.toString()));
        }
        InMemoryFirewall.FILTERS.forEach(
                list -> firewall.list(list).forEach(one -> show(list, one.toString())));
        return answer("done", "");
    }

    private int dump(ObjectNode request) {
        try {
            Files.writeString(
                    Path.of(text(request, "file")),
                    "netsh",
                    java.nio.file.StandardOpenOption.CREATE_NEW);
            return answer("done", "");
        } catch (IOException e) {
            return answer("could-not-ask", e.getMessage());
        }
    }

    /** As Invoke-Step of store.ps1. */
    private int step(Script script, ObjectNode request, Fault now) {
        String list =
                switch (script) {
                    case CREATE_SET, REMOVE_SET -> text(request, "list");
                    case CREATE_SECURITY_RULE, REMOVE_SECURITY_RULE -> "securityRules";
                    default -> "rules";
                };
        try {
            if (now == Fault.REFUSED) {
                throw new Refusal("Access is denied.");
            }
            check(script, list, request);
            perform(script, list, request, true);
        } catch (Refusal e) {
            return answer("refused", e.getMessage());
        }
        if (now == Fault.REFUSED_IN_EARNEST) {
            showNamed(list, text(request, "name"));
            return answer("refused", "Access is denied.");
        }
        if (now != Fault.IGNORED) {
            perform(script, list, request, false);
        }
        if (now == Fault.READ_BACK_FAILS) {
            return answer("cannot-tell", "the RPC server is unavailable");
        }
        showNamed(list, text(request, "name"));
        return answer("done", "");
    }

    private void check(Script script, String list, ObjectNode request) throws Refusal {
        String name = text(request, "name");
        switch (script) {
            case CREATE_RULE, CREATE_SET, CREATE_SECURITY_RULE -> free(list, name);
            case COPY_RULE -> {
                free(list, name);
                only(list, text(request, "original"), request);
            }
            default -> only(list, name, request);
        }
    }

    private void free(String list, String name) throws Refusal {
        if (!firewall.named(list, name).isEmpty()) {
            throw new Refusal("there is a '" + name + "' already");
        }
    }

    private void only(String list, String name, ObjectNode request) throws Refusal {
        List<ObjectNode> found = firewall.named(list, name);
        if (found.size() != 1 || !text(found.get(0), "InstanceID").equals(name)) {
            throw new Refusal("'" + name + "' must be there exactly once, found " + found.size());
        }
        String group = text(found.get(0), "Group");
        if (group.equals("Postern") != request.get("own").booleanValue()) {
            throw new Refusal("'" + name + "' has the group '" + group + "'");
        }
        List<String> lines = new ArrayList<>(lines(list, name));
        lines.sort(null);
        if (!String.join("\n", lines).equals(text(request, "expected"))) {
            throw new Refusal("'" + name + "' was changed since it was read");
        }
    }

    private List<String> lines(String list, String name) {
        List<String> lines = new ArrayList<>();
        firewall.named(list, name).forEach(one -> lines.add(list + " " + one));
        if (list.equals("rules") || list.equals("securityRules")) {
            for (String filters : InMemoryFirewall.FILTERS) {
                firewall.named(filters, name).forEach(one -> lines.add(filters + " " + one));
            }
        }
        return lines;
    }

    private void showNamed(String list, String name) {
        lines(list, name)
                .forEach(
                        line ->
                                output.append('\n')
                                        .append(mark)
                                        .append(" object ")
                                        .append(line)
                                        .append('\n'));
    }

    private void perform(Script script, String list, ObjectNode request, boolean whatIf) {
        String name = text(request, "name");
        Map<String, Object> parameters = new LinkedHashMap<>();
        Runnable effect;
        switch (script) {
            case CREATE_RULE -> {
                newRule(request, parameters);
                write("New-NetFirewallRule", parameters, true, whatIf);
                effect = () -> firewall.newRule(parameters, "PersistentStore", "Local");
            }
            case COPY_RULE -> {
                copy(request, parameters);
                write("New-NetFirewallRule", parameters, true, whatIf);
                effect = () -> firewall.newRule(parameters, "PersistentStore", "Local");
            }
            case REMOVE_RULE, REMOVE_SET, REMOVE_SECURITY_RULE -> {
                parameters.put("InputObject", "(" + name + ")");
                String kind =
                        switch (list) {
                            case "rules" -> "FirewallRule";
                            case "securityRules" -> "IPsecRule";
                            case "phase1Sets" -> "IPsecPhase1AuthSet";
                            default -> "IPsecPhase2AuthSet";
                        };
                write("Remove-Net" + kind, parameters, false, whatIf);
                effect = () -> firewall.remove(list, name);
            }
            case SET_ENABLED -> {
                parameters.put("InputObject", "(" + name + ")");
                parameters.put("Enabled", text(request, "enabled"));
                write("Set-NetFirewallRule", parameters, false, whatIf);
                effect =
                        () ->
                                firewall.named(list, name)
                                        .get(0)
                                        .put("Enabled", text(request, "enabled"));
            }
            case CREATE_SET -> {
                parameters.put("Name", name);
                parameters.put("DisplayName", text(request, "displayName"));
                parameters.put("Group", "Postern");
                parameters.put("Proposal", texts(request.get("proposals")));
                String kind = list.equals("phase1Sets") ? "Phase1" : "Phase2";
                write("New-NetIPsec" + kind + "AuthSet", parameters, true, whatIf);
                effect =
                        () ->
                                firewall.newSet(
                                        list,
                                        name,
                                        text(request, "displayName"),
                                        texts(request.get("proposals")));
            }
            case CREATE_SECURITY_RULE -> {
                securityRule(request, parameters);
                write("New-NetIPsecRule", parameters, true, whatIf);
                effect = () -> firewall.newSecurityRule(parameters);
            }
            default -> throw new AssertionError(script + " writes nothing");
        }
        if (!whatIf) {
            effect.run();
        }
    }

    private static void newRule(ObjectNode request, Map<String, Object> parameters) {
        parameters.put("Name", text(request, "name"));
        parameters.put("DisplayName", text(request, "displayName"));
        parameters.put("Group", "Postern");
        parameters.put("Enabled", text(request, "enabled"));
        parameters.put("Direction", "Inbound");
        for (String[] one :
                new String[][] {
                    {"Action", "action"}, {"Profile", "profile"}, {"Protocol", "protocol"}
                }) {
            parameters.put(one[0], text(request, one[1]));
        }
        for (String[] one :
                new String[][] {
                    {"LocalPort", "localPorts"},
                    {"LocalAddress", "localAddresses"},
                    {"RemoteAddress", "remoteAddresses"}
                }) {
            parameters.put(one[0], texts(request.get(one[1])));
        }
        for (String[] one :
                new String[][] {
                    {"Authentication", "authentication"},
                    {"Encryption", "encryption"},
                    {"Program", "program"},
                    {"Service", "service"}
                }) {
            parameters.put(one[0], text(request, one[1]));
        }
        parameters.put("EdgeTraversalPolicy", "Block");
        for (String[] one :
                new String[][] {{"RemoteUser", "remoteUser"}, {"RemoteMachine", "remoteMachine"}}) {
            if (!text(request, one[1]).isEmpty()) {
                parameters.put(one[0], text(request, one[1]));
            }
        }
    }

    private void copy(ObjectNode request, Map<String, Object> parameters) {
        String original = text(request, "original");
        parameters.put("Name", text(request, "name"));
        parameters.put("DisplayName", text(request, "displayName"));
        parameters.put("Group", "Postern");
        parameters.put("Enabled", text(request, "enabled"));
        parameters.put("Direction", "Inbound");
        ObjectNode rule = firewall.named("rules", original).get(0);
        conditions(rule, parameters, "Description", "Action", "Profile", "EdgeTraversalPolicy");
        for (String[] one :
                new String[][] {
                    {"portFilters", "Protocol", "RemotePort"},
                    {"addressFilters", "LocalAddress", "RemoteAddress"},
                    {
                        "securityFilters",
                        "Authentication",
                        "Encryption",
                        "RemoteUser",
                        "RemoteMachine"
                    },
                    {"applicationFilters", "Program", "Package"},
                    {"serviceFilters", "Service"},
                    {"interfaceFilters", "InterfaceAlias"},
                    {"interfaceTypeFilters", "InterfaceType"}
                }) {
            conditions(
                    firewall.named(one[0], original).get(0),
                    parameters,
                    java.util.Arrays.copyOfRange(one, 1, one.length));
        }
        parameters.put("LocalPort", texts(request.get("localPorts")));
    }

    private static void conditions(
            ObjectNode filter, Map<String, Object> parameters, String... names) {
        for (String name : names) {
            JsonNode value = filter.path(name);
            List<String> values = value.isArray() ? texts(value) : List.of(value.asText(""));
            if (!values.isEmpty()
                    && !values.equals(List.of("Any"))
                    && !values.equals(List.of(""))) {
                parameters.put(name, values.size() == 1 ? values.get(0) : values);
            }
        }
    }

    private static void securityRule(ObjectNode request, Map<String, Object> parameters) {
        parameters.put("IPsecRuleName", text(request, "name"));
        parameters.put("DisplayName", text(request, "displayName"));
        parameters.put("Group", "Postern");
        for (String[] one :
                new String[][] {
                    {"Enabled", "enabled"},
                    {"Profile", "profile"},
                    {"InboundSecurity", "inboundSecurity"},
                    {"OutboundSecurity", "outboundSecurity"},
                    {"Protocol", "protocol"}
                }) {
            parameters.put(one[0], text(request, one[1]));
        }
        for (String[] one :
                new String[][] {
                    {"LocalPort", "localPorts"},
                    {"RemotePort", "remotePorts"},
                    {"LocalAddress", "localAddresses"},
                    {"RemoteAddress", "remoteAddresses"}
                }) {
            parameters.put(one[0], texts(request.get(one[1])));
        }
        for (String[] one :
                new String[][] {{"Phase1AuthSet", "phase1Set"}, {"Phase2AuthSet", "phase2Set"}}) {
            if (!text(request, one[1]).isEmpty()) {
                parameters.put(one[0], text(request, one[1]));
            }
        }
    }

    private void write(
            String cmdlet, Map<String, Object> parameters, boolean stored, boolean whatIf) {
        Map<String, Object> all = new LinkedHashMap<>(parameters);
        if (stored) {
            all.put("PolicyStore", "PersistentStore");
        }
        all.put("WhatIf", whatIf);
        all.put("Confirm", false);
        call(cmdlet, all);
    }

    private void call(String cmdlet, Map<String, Object> parameters) {
        StringBuilder line = new StringBuilder(cmdlet);
        parameters.forEach(
                (name, value) ->
                        line.append(" -")
                                .append(name)
                                .append(value instanceof Boolean ? ":$" : " ")
                                .append(value instanceof Boolean ? value : shown(value)));
        calls.add(line.toString());
    }

    private static String shown(Object value) {
        return value instanceof List<?> list
                ? String.join(",", list.stream().map(FakeFirewallShell::shown).toList())
                : "'" + value.toString().replace("'", "''") + "'";
    }

    private void show(String list, String json) {
        output.append('\n').append(mark).append(" object ").append(list).append(' ');
        output.append(json).append('\n');
    }

    private int answer(String outcome, String message) {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("outcome", outcome);
        answer.put("message", message);
        output.append('\n').append(mark).append(" answer ").append(answer).append('\n');
        return List.of("done", "refused", "could-not-ask", "cannot-tell").indexOf(outcome);
    }

    private static String text(JsonNode request, String name) {
        return request.path(name).asText("");
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.textValue()));
        return texts;
    }
}

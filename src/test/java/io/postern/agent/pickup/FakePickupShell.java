package io.postern.agent.pickup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.agent.powershell.Shell;
import io.postern.agent.powershell.ShellException;
import io.postern.agent.powershell.ShellOutput;
import io.postern.agent.powershell.ShellScript;
import io.postern.enforcement.pickup.FolderEntry;
import io.postern.enforcement.pickup.FolderShare;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupPlan;
import io.postern.enforcement.pickup.PickupStep;
import io.postern.enforcement.pickup.ShareEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays the scripts against a folder in memory, line by line as they stand, and notes each call
 * that reads or writes. No PowerShell is at work here: that the scripts do as this class does is
 * read, not run.
 */
final class FakePickupShell implements Shell {
    /** How a call goes wrong. */
    enum Fault {
        NOT_STARTED,
        TIMEOUT_BEFORE,
        TIMEOUT_AFTER,
        NO_CONNECTION,
        REFUSED,
        CANNOT_TELL_BEFORE,
        CANNOT_TELL_AFTER,
        IGNORED,
        GARBAGE,
        NOTHING_AT_ALL
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    ObservedPickup folder;
    final List<String> calls = new ArrayList<>();
    final List<String> drops = new ArrayList<>();
    Fault fault;
    private StringBuilder output;
    private String mark;

    FakePickupShell(ObservedPickup folder) {
        this.folder = folder;
    }

    @Override
    public ShellOutput run(ShellScript script, String request) throws ShellException {
        try {
            return play((Script) script, (ObjectNode) JSON.readTree(request));
        } catch (ShellException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError("a request is no JSON: " + request, e);
        }
    }

    private ShellOutput play(Script script, ObjectNode request) throws IOException {
        Fault now = script == Script.READ ? null : fault;
        fault = script == Script.READ ? fault : null;
        output = new StringBuilder("WARNING: noise of PowerShell\r\n");
        mark = request.get("mark").textValue();
        if (now == Fault.NOT_STARTED) {
            throw new ShellException("powershell.exe cannot be started", false, null);
        }
        if (now == Fault.TIMEOUT_BEFORE) {
            throw new ShellException("it did not end in time", true, null);
        }
        int exitCode =
                now == Fault.NO_CONNECTION ? answer(2, "no WinRM") : steps(script, request, now);
        if (now == Fault.TIMEOUT_AFTER) {
            throw new ShellException("it did not end in time", true, null);
        }
        if (now == Fault.GARBAGE) {
            return new ShellOutput(0, mark + " nonsense\n", "");
        }
        if (now == Fault.NOTHING_AT_ALL) {
            return new ShellOutput(255, "", "The term is not recognized\r\n  at line 1");
        }
        return new ShellOutput(exitCode, output.toString(), "");
    }

    private int steps(Script script, ObjectNode request, Fault now) throws IOException {
        if (script == Script.WATCH_OWNERS) {
            calls.add("DirectoryInfo.EnumerateFiles " + request.get("path").textValue());
            drops.forEach(this::show);
            return answer(0, "");
        }
        calls.add("Get-TransportService -Identity " + request.get("server").textValue());
        if (script == Script.READ) {
            show(text());
            return answer(0, "");
        }
        if (now == Fault.REFUSED) {
            return answer(1, "Access is denied.");
        }
        if (!text().equals(request.get("expected").textValue())) {
            return answer(1, "the pickup folder or its shares were changed since they were read");
        }
        PickupStep step = step(script, request);
        if (now != Fault.CANNOT_TELL_BEFORE && now != Fault.IGNORED) {
            folder = PickupPlan.apply(folder, step);
        }
        if (now == Fault.CANNOT_TELL_BEFORE || now == Fault.CANNOT_TELL_AFTER) {
            return answer(3, "the session was lost");
        }
        show(text());
        return answer(0, "");
    }

    private PickupStep step(Script script, ObjectNode request) {
        String sid = request.get("sid").textValue();
        boolean wanted = request.get("wanted").booleanValue();
        if (script == Script.SET_FOLDER_ENTRY) {
            calls.add(
                    (wanted ? "AddAccessRule " : "RemoveAccessRuleSpecific ")
                            + sid
                            + " "
                            + String.join(",", FolderEntry.own(sid).rights())
                            + " mask "
                            + request.get("mask").intValue());
            calls.add("DirectoryInfo.SetAccessControl " + folder.path());
            return wanted
                    ? new PickupStep.AddFolderEntry(sid)
                    : new PickupStep.RemoveFolderEntry(sid);
        }
        String share = request.get("share").textValue();
        calls.add(
                (wanted ? "Grant" : "Revoke")
                        + "-SmbShareAccess -InputObject "
                        + share
                        + " -AccountName "
                        + sid
                        + (wanted ? " -AccessRight Change" : ""));
        return wanted
                ? new PickupStep.AddShareEntry(share, sid)
                : new PickupStep.RemoveShareEntry(share, sid);
    }

    private String text() throws IOException {
        ObjectNode text = JSON.createObjectNode();
        text.put("path", folder.path());
        text.put("isDefaultPath", folder.isDefaultPath());
        text.put("inherits", folder.inherits());
        text.put("owner", folder.owner());
        ArrayNode entries = text.putArray("entries");
        for (FolderEntry entry : folder.entries()) {
            ObjectNode node = entries.addObject();
            node.put("sid", entry.sid());
            node.put("account", "name of " + entry.sid());
            node.put("type", entry.isAllow() ? "Allow" : "Deny");
            node.put("mask", entry.mask());
            node.put(
                    "inheritance",
                    entry.appliesBelow() ? "ContainerInherit, ObjectInherit" : "None");
            node.put("propagation", entry.appliesHere() ? "None" : "InheritOnly");
            node.put("inherited", entry.isInherited());
        }
        ArrayNode shares = text.putArray("shares");
        for (FolderShare share : folder.shares()) {
            ObjectNode node = shares.addObject();
            node.put("name", share.name());
            node.put("isOfFolder", share.isOfFolder());
            ArrayNode list = node.putArray("entries");
            for (ShareEntry entry : share.entries()) {
                ObjectNode one = list.addObject();
                one.put("sid", entry.sid());
                one.put("account", entry.account());
                one.put("type", entry.isAllow() ? "Allow" : "Deny");
                one.put("right", entry.right());
            }
        }
        text.putArray("notes");
        return JSON.writeValueAsString(text);
    }

    private void show(String text) {
        output.append('\n').append(mark).append(" state ").append(text).append('\n');
    }

    private int answer(int exitCode, String message) {
        ObjectNode answer = JSON.createObjectNode();
        answer.put(
                "outcome",
                List.of("done", "refused", "could-not-ask", "cannot-tell").get(exitCode));
        answer.put("message", message);
        output.append('\n').append(mark).append(" answer ").append(answer).append('\n');
        return exitCode;
    }
}

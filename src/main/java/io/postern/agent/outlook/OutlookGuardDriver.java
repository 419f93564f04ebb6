package io.postern.agent.outlook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.agent.OutlookGuardPoint;
import io.postern.agent.powershell.MarkedAnswer;
import io.postern.agent.powershell.MarkedAnswer.Outcome;
import io.postern.agent.powershell.ScriptCalls;
import io.postern.agent.powershell.Shell;
import io.postern.agent.powershell.ShellException;
import io.postern.enforcement.exports.UnreadableException;
import io.postern.enforcement.outlook.GuardKey;
import io.postern.enforcement.outlook.GuardValues;
import io.postern.enforcement.outlook.ObservedGuardKey;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.outlook.OutlookGuardPlan;
import io.postern.enforcement.outlook.OutlookGuardStep;
import io.postern.enforcement.outlook.exports.OutlookGuardExports;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The object model guard of this Windows machine as a driver. Each step is one script call, which
 * writes only if the key is as it was last read, and is in force when what was read back equals
 * what {@link OutlookGuardPlan#apply} says. An answer that was lost is settled by reading again.
 * Thread-safe.
 */
public final class OutlookGuardDriver implements OutlookGuardPoint {
    private static final int MAX_KEYS = 10_000;
    private static final String MACHINE_HIVE = "HKLM\\";
    private static final String USER_HIVE = "HKU\\";

    private final ScriptCalls calls;

    /** What was read, as text for the next script; null = nothing is known. */
    private Map<GuardKey, String> texts;

    /**
     * Asks nothing yet.
     *
     * @param shell runs {@link Script}s
     */
    public OutlookGuardDriver(Shell shell) {
        this.calls = new ScriptCalls(shell, MAX_KEYS);
    }

    @Override
    public synchronized ObservedOutlookGuard read() throws IOException {
        texts = null;
        Map<GuardKey, String> shown = ask();
        texts = shown;
        return observed(shown);
    }

    private Map<GuardKey, String> ask() throws IOException {
        try {
            MarkedAnswer answer = calls.call(Script.READ, readRequest());
            if (answer.outcome() != Outcome.DONE) {
                throw new IOException(answer.message());
            }
            return texts(answer);
        } catch (IOException e) {
            throw new IOException("cannot read the object model guard: " + e.getMessage(), e);
        }
    }

    private static ObjectNode readRequest() {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        ArrayNode machine = request.putArray("machine");
        for (GuardKey.View view : GuardKey.View.values()) {
            for (String version : GuardKey.VERSIONS) {
                String path = inHive(GuardKey.ofMachine(view, version));
                ObjectNode place = machine.addObject();
                place.put("view", view.word());
                place.put("version", version);
                place.put("path", path);
                place.put("installed", path.replaceFirst("Security$", "InstallRoot"));
            }
        }
        GuardValues.MACHINE.forEach(request.putArray("machineNames")::add);
        request.put(
                "userPath", "Software\\Policies\\Microsoft\\Office\\{version}\\Outlook\\Security");
        GuardValues.USER.forEach(request.putArray("userNames")::add);
        return request;
    }

    /** The path below its hive. */
    private static String inHive(GuardKey key) {
        return key.path().substring((key.user() == null ? MACHINE_HIVE : USER_HIVE).length());
    }

    private static Map<GuardKey, String> texts(MarkedAnswer answer) throws IOException {
        Map<GuardKey, String> texts = new LinkedHashMap<>();
        for (String text : answer.shown()) {
            ObservedOutlookGuard one = parse(List.of(text));
            if (texts.put(one.keys().get(0).key(), text) != null) {
                throw new IOException("the script shows a key twice");
            }
        }
        return texts;
    }

    private static ObservedOutlookGuard observed(Map<GuardKey, String> texts) throws IOException {
        return parse(new ArrayList<>(texts.values()));
    }

    private static ObservedOutlookGuard parse(List<String> texts) throws IOException {
        try {
            return OutlookGuardExports.parse("{\"keys\":[" + String.join(",", texts) + "]}");
        } catch (UnreadableException e) {
            throw new IOException("what the script shows cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void execute(OutlookGuardStep step) throws IOException {
        if (texts == null) {
            read();
        }
        Map<GuardKey, String> before = texts;
        ObservedOutlookGuard expected;
        try {
            expected = OutlookGuardPlan.apply(observed(before), step);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
        // Whatever happens from here on, what was read is no longer known to be so.
        texts = null;
        Map<GuardKey, String> after = write(step, before);
        if (!key(after, step).equals(key(expected, step))) {
            throw new IOException(
                    "it reads back otherwise than it was written: " + step.description());
        }
        texts = after;
    }

    private static ObservedGuardKey key(Map<GuardKey, String> texts, OutlookGuardStep step)
            throws IOException {
        return key(observed(texts), step);
    }

    private static ObservedGuardKey key(ObservedOutlookGuard observed, OutlookGuardStep step)
            throws IOException {
        return observed.keys().stream()
                .filter(one -> one.key().equals(step.key()))
                .findFirst()
                .orElseThrow(() -> new IOException(step.key().path() + " is no longer shown"));
    }

    /** Sends a write; what is there after it. */
    private Map<GuardKey, String> write(OutlookGuardStep step, Map<GuardKey, String> before)
            throws IOException {
        MarkedAnswer answer;
        try {
            answer = calls.call(Script.SET_VALUE, request(step, before.get(step.key())));
            if (answer.outcome() == Outcome.DONE) {
                return replaced(before, texts(answer));
            }
        } catch (ShellException e) {
            if (!e.begun()) {
                throw new IOException("nothing was written: " + e.getMessage(), e);
            }
            return settled(step, before, e.getMessage());
        } catch (IOException e) {
            return settled(step, before, e.getMessage());
        }
        return switch (answer.outcome()) {
            case REFUSED -> throw new IOException("Windows refused: " + answer.message());
            case COULD_NOT_ASK ->
                    throw new IOException("Windows could not be asked: " + answer.message());
            case DONE, CANNOT_TELL -> settled(step, before, answer.message());
        };
    }

    private static Map<GuardKey, String> replaced(
            Map<GuardKey, String> before, Map<GuardKey, String> shown) {
        Map<GuardKey, String> after = new LinkedHashMap<>(before);
        after.putAll(shown);
        return after;
    }

    /** Reads what an unanswered write has done. */
    private Map<GuardKey, String> settled(
            OutlookGuardStep step, Map<GuardKey, String> before, String why) throws IOException {
        Map<GuardKey, String> found;
        try {
            found = ask();
        } catch (IOException e) {
            throw new IOException(
                    "it is not known whether this was written: "
                            + step.description()
                            + " ("
                            + why
                            + "); "
                            + e.getMessage(),
                    e);
        }
        if (key(found, step).equals(key(before, step))) {
            throw new IOException("it was not written: " + why);
        }
        return found;
    }

    private static ObjectNode request(OutlookGuardStep step, String expected) {
        GuardKey key = step.key();
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("whatIf", false);
        request.put("expected", expected);
        request.put("hive", key.user() == null ? "LocalMachine" : "Users");
        request.put("path", inHive(key));
        request.put("user", key.user());
        request.put("view", key.view() == null ? null : key.view().word());
        request.put("version", key.version());
        key.names().forEach(request.putArray("names")::add);
        request.put("name", step.name());
        request.put("value", step.after());
        return request;
    }
}

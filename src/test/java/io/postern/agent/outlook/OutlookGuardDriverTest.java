package io.postern.agent.outlook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.agent.powershell.Shell;
import io.postern.agent.powershell.ShellException;
import io.postern.agent.powershell.ShellOutput;
import io.postern.agent.powershell.ShellScript;
import io.postern.enforcement.outlook.GuardKey;
import io.postern.enforcement.outlook.GuardProfile;
import io.postern.enforcement.outlook.ObservedGuardKey;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.outlook.OutlookGuardPlan;
import io.postern.enforcement.outlook.OutlookGuardState;
import io.postern.enforcement.outlook.OutlookGuardStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutlookGuardDriverTest {
    private static final Path CALLS = Path.of("src/test/resources/agent/outlook/calls.txt");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String USER = "S-1-5-21-1-2-3-1104";

    /** Plays the scripts against a registry in memory; that they do as it does is read, not run. */
    private static final class FakeRegistry implements Shell {
        final Map<String, Map<String, Integer>> keys = new LinkedHashMap<>();
        final List<String> calls = new ArrayList<>();
        String fault = "";
        private StringBuilder output;

        FakeRegistry() {
            keys.put(
                    "LocalMachine\\"
                            + GuardKey.ofMachine(GuardKey.View.WOW6432, "16.0").path().substring(5),
                    new LinkedHashMap<>(Map.of("ObjectModelGuard", 2)));
            keys.put(
                    "Users\\" + GuardKey.ofUser(USER, "16.0").path().substring(4),
                    new LinkedHashMap<>(Map.of("PromptOOMSend", 2)));
        }

        @Override
        public ShellOutput run(ShellScript script, String text) throws ShellException {
            try {
                ObjectNode request = (ObjectNode) JSON.readTree(text);
                String now = script == Script.READ ? "" : fault;
                fault = script == Script.READ ? fault : "";
                if (now.equals("TIMEOUT_BEFORE")) {
                    throw new ShellException("it did not end in time", true, null);
                }
                output = new StringBuilder("noise\r\n");
                String mark = request.get("mark").textValue();
                String outcome = script == Script.READ ? read(request) : set(request, now);
                if (now.equals("TIMEOUT_AFTER")) {
                    throw new ShellException("it did not end in time", true, null);
                }
                ObjectNode answer = JSON.createObjectNode().put("outcome", outcome);
                answer.put("message", outcome.equals("done") ? "" : "it said no");
                String said = output + "@ answer " + answer + "\n";
                int code =
                        List.of("done", "refused", "could-not-ask", "cannot-tell").indexOf(outcome);
                return new ShellOutput(code, said.replaceAll("(?m)^@", mark), "");
            } catch (ShellException e) {
                throw e;
            } catch (IOException e) {
                throw new AssertionError("a request is no JSON: " + text, e);
            }
        }

        private String read(ObjectNode request) throws IOException {
            boolean isInstalled = false;
            for (var place : request.get("machine")) {
                if (keys.containsKey("LocalMachine\\" + place.get("path").textValue())) {
                    isInstalled = true;
                    show(
                            "LocalMachine\\" + place.get("path").textValue(),
                            null,
                            place.get("view").textValue(),
                            place.get("version").textValue(),
                            (ArrayNode) request.get("machineNames"));
                }
            }
            if (isInstalled) {
                String path = request.get("userPath").textValue().replace("{version}", "16.0");
                show(
                        "Users\\" + USER + "\\" + path,
                        USER,
                        null,
                        "16.0",
                        (ArrayNode) request.get("userNames"));
            }
            return "done";
        }

        private void show(String path, String user, String view, String version, ArrayNode names)
                throws IOException {
            output.append("@ state ").append(text(path, user, view, version, names)).append('\n');
        }

        private String text(String path, String user, String view, String version, ArrayNode names)
                throws IOException {
            ObjectNode text = JSON.createObjectNode();
            text.put("user", user).put("view", view).put("version", version);
            ObjectNode present = text.putObject("present");
            for (var name : names) {
                Integer value = keys.get(path).get(name.textValue());
                if (value != null) {
                    present.put(name.textValue(), value);
                }
            }
            text.putArray("unreadable");
            return JSON.writeValueAsString(text);
        }

        private String set(ObjectNode request, String now) throws IOException {
            String path = request.get("hive").textValue() + "\\" + request.get("path").textValue();
            String user = request.get("user").textValue();
            String view = request.get("view").textValue();
            String version = request.get("version").textValue();
            ArrayNode names = (ArrayNode) request.get("names");
            String text = text(path, user, view, version, names);
            if (now.equals("REFUSED") || !text.equals(request.get("expected").textValue())) {
                return "refused";
            }
            String name = request.get("name").textValue();
            if (now.equals("CANNOT_TELL")) {
                return "cannot-tell";
            }
            if (request.get("value").isNull()) {
                calls.add("DeleteValue " + path + " " + name);
                keys.get(path).remove(name);
            } else {
                int value = request.get("value").intValue();
                calls.add("SetValue " + path + " " + name + " DWord " + value);
                if (!now.equals("IGNORED")) {
                    keys.get(path).put(name, value);
                }
            }
            show(path, user, view, version, names);
            return "done";
        }
    }

    @Test
    void eachStepIsCarriedOutByItsCallsAndTakenBack() throws IOException {
        FakeRegistry registry = new FakeRegistry();
        OutlookGuardDriver driver = new OutlookGuardDriver(registry);
        OutlookGuardState wanted = OutlookGuardState.of(GuardProfile.DENY);
        ObservedOutlookGuard before = driver.read();
        StringBuilder calls = new StringBuilder();
        for (OutlookGuardState state : List.of(wanted, OutlookGuardPlan.held(before, wanted))) {
            for (OutlookGuardStep step : OutlookGuardPlan.between(driver.read(), state)) {
                registry.calls.clear();
                driver.execute(step);
                calls.append("# ").append(step.description()).append('\n');
                registry.calls.forEach(call -> calls.append(call).append('\n'));
            }
            assertEquals(state.digest(), OutlookGuardPlan.held(driver.read(), wanted).digest());
        }
        assertEquals(before, driver.read());
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(CALLS.getParent());
            Files.writeString(CALLS, calls);
        }
        assertEquals(Files.readString(CALLS).replace("\r\n", "\n"), calls.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TIMEOUT_BEFORE|it was not written: it did not end in time",
                "CANNOT_TELL|it was not written: it said no",
                "REFUSED|Windows refused: it said no",
                "IGNORED|it reads back otherwise than it was written: Set ObjectModelGuard of"
                        + " HKLM\\SOFTWARE\\Wow6432Node\\Microsoft\\Office\\16.0\\Outlook\\Security to"
                        + " 1 (always warn) (was 2 (never warn)).",
            })
    void whatWasNotWrittenIsTold(String fault, String message) throws IOException {
        FakeRegistry registry = new FakeRegistry();
        OutlookGuardDriver driver = new OutlookGuardDriver(registry);
        OutlookGuardStep step = first(driver.read());
        registry.fault = fault;
        IOException e = assertThrows(IOException.class, () -> driver.execute(step));
        assertEquals(message, e.getMessage());
        driver.execute(step);
    }

    @Test
    void anAnswerThatWasLostIsSettledByReading() throws IOException {
        FakeRegistry registry = new FakeRegistry();
        OutlookGuardDriver driver = new OutlookGuardDriver(registry);
        OutlookGuardStep step = first(driver.read());
        registry.fault = "TIMEOUT_AFTER";
        driver.execute(step);
        ObservedGuardKey machine = driver.read().keys().get(0);
        assertEquals(Map.of("ObjectModelGuard", 1), machine.present());
    }

    private static OutlookGuardStep first(ObservedOutlookGuard observed) {
        return OutlookGuardPlan.between(observed, OutlookGuardState.of(GuardProfile.ASK)).get(0);
    }
}

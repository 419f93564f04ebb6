package io.postern.agent.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.AccountContexts.Context;
import io.postern.agent.AccountContexts.Question;
import io.postern.agent.AgentTime;
import io.postern.agent.powershell.Shell;
import io.postern.agent.powershell.ShellException;
import io.postern.agent.powershell.ShellOutput;
import io.postern.agent.powershell.ShellScript;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeOutcome.Kind;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.SmtpReply;
import io.postern.smtp.TranscriptLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** No PowerShell and no task is at work here: the shell plays the script and runs the verb. */
class TaskAccountsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Context SYSTEM = new Context("SRV1$", "SRV1");
    private static final ProbeSettings SETTINGS =
            new ProbeSettings("p.example", "p@a.example", "i@b.example", "e@c.example");
    private static final Question QUESTION = new Question("10.1.1.1", 25, "10.2.2.2", SETTINGS);

    @TempDir Path directory;
    private PlayedTask shell;
    private TaskAccounts accounts;

    /** What a task that runs the verb would do. */
    private final class PlayedTask implements Shell {
        JsonNode call;
        String outcome = "done";
        int exit;
        boolean notStarted;
        String result;

        @Override
        public ShellOutput run(ShellScript script, String request) throws ShellException {
            if (notStarted) {
                throw new ShellException("no PowerShell here", false, null);
            }
            try {
                call = JSON.readTree(request);
                if (result != null) {
                    Files.writeString(Path.of(call.path("resultFile").asText()), result);
                } else if (exit == 0) {
                    ProbeAs.run(
                            directory.resolve("system"),
                            "SRV1$",
                            AgentTime.system(),
                            TaskAccountsTest::asked);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return new ShellOutput(
                    exit,
                    "noise\n"
                            + call.path("mark").asText()
                            + " answer {\"outcome\":\""
                            + outcome
                            + "\",\"message\":\"the task says so\"}\n",
                    "");
        }
    }

    private static ProbeOutcome asked(
            InetSocketAddress target, InetAddress source, ProbeSettings settings) {
        return new ProbeOutcome(
                Kind.REFUSED_AT_MAIL,
                "mail",
                SmtpReply.of(530, List.of("5.7.57 not authenticated")),
                List.of(
                        new TranscriptLine(
                                3,
                                '>',
                                settings.ehloName()
                                        + " to "
                                        + target.getAddress().getHostAddress()
                                        + ":"
                                        + target.getPort()
                                        + " from "
                                        + source.getHostAddress())));
    }

    @BeforeEach
    void prepared() throws IOException {
        Files.createDirectory(directory.resolve("system"));
        shell = new PlayedTask();
        accounts = new TaskAccounts(settings(valid()), shell, AgentTime.system());
    }

    private String valid() {
        return "{\"version\":1,\"contexts\":[{\"account\":\"SRV1$\",\"computer\":\"SRV1\",\"task\":\"\\\\Postern\\\\probe-as-system\",\"runsAs\":\"SYSTEM\",\"directory\":\""
                + directory.resolve("system")
                + "\"}]}";
    }

    private AccountSettings settings(String text) throws IOException {
        Path file = directory.resolve("accounts.json");
        Files.writeString(file, text);
        return AccountSettings.read(file);
    }

    @Test
    void theTaskMakesTheProbeAndItsAnswerComesBack() {
        ProbeOutcome outcome = accounts.probe(SYSTEM, QUESTION);
        assertEquals(List.of(SYSTEM), accounts.contexts());
        assertEquals(Kind.REFUSED_AT_MAIL, outcome.kind());
        assertEquals("5.7.57", outcome.reply().enhanced());
        assertEquals(
                List.of("run as SRV1$", "p.example to 10.1.1.1:25 from 10.2.2.2"),
                outcome.transcript().stream().map(TranscriptLine::text).toList());
        assertEquals("\\Postern\\", shell.call.path("taskPath").asText());
        assertEquals("probe-as-system", shell.call.path("taskName").asText());
        assertEquals("SYSTEM", shell.call.path("runsAs").asText());
    }

    @Test
    void aDirectoryThatNobodyPreparedIsNotMade() throws IOException {
        Files.delete(directory.resolve("system"));
        assertNotRun("an administrator prepares it");
        assertFalse(Files.exists(directory.resolve("system")));
    }

    @Test
    void aResultWithoutAKindOrAStageSaysNothing() {
        for (AccountProbe.Result result :
                List.of(
                        new AccountProbe.Result(1, "i", "r", null, "mail", null, null, null),
                        new AccountProbe.Result(1, "i", "r", "NOT_RUN", null, null, null, null))) {
            assertThrows(IllegalArgumentException.class, result::outcome);
        }
    }

    @Test
    void whateverGoesWrongIsNotRunWithTheReason() {
        shell.notStarted = true;
        assertNotRun("no PowerShell here");
        shell.notStarted = false;
        shell.outcome = "refused";
        shell.exit = 1;
        assertNotRun("the task says so");
        shell.outcome = "done";
        shell.exit = 0;
        shell.result = "{}";
        assertNotRun("its result answers another request");
        shell.result = "{\"version\":1,\"id\":\"of yesterday\",\"kind\":\"ACCEPTED\"}";
        assertNotRun("its result answers another request");
        shell.result = "no JSON";
        assertNotRun("is damaged");
        shell.result = "x".repeat(1_000_001);
        assertNotRun("is longer than");
    }

    private void assertNotRun(String why) {
        ProbeOutcome outcome = accounts.probe(SYSTEM, QUESTION);
        assertEquals(Kind.NOT_RUN, outcome.kind());
        String note = outcome.transcript().get(0).text();
        assertTrue(note.contains(why), note);
    }

    @Test
    void nobodyElseIsRunAs() {
        assertThrows(
                IllegalArgumentException.class,
                () -> accounts.probe(new Context("other", null), QUESTION));
    }

    @Test
    void aRequestThatIsOldOrOddIsNotRunAndLeavesNoResult() throws IOException {
        Path file = directory.resolve(AccountProbe.REQUEST);
        String good =
                "{\"version\":1,\"id\":\"a\",\"notAfter\":\"2999-01-01T00:00:00Z\",\"target\":\"10.1.1.1\",\"port\":25,\"source\":\"10.2.2.2\",\"ehloName\":\"p.example\",\"mailFrom\":\"p@a.example\",\"internalRecipient\":\"i@b.example\",\"externalRecipient\":\"e@c.example\"}";
        for (String odd :
                List.of(
                        "",
                        "null",
                        good.replace("2999", "1999"),
                        good.replace("\"version\":1", "\"version\":2"),
                        good.replace("10.1.1.1", "mail.example"),
                        good.replace("p@a.example", "p@a.example\\r\\nDATA"),
                        good.replace("\"port\":25", "\"port\":70000"),
                        good.replace("\"id\":\"a\"", "\"id\":null"))) {
            Files.writeString(file, odd);
            assertThrows(
                    IOException.class,
                    () -> ProbeAs.run(directory, "x", AgentTime.system(), TaskAccountsTest::asked),
                    odd);
            assertFalse(Files.exists(directory.resolve(AccountProbe.RESULT)), odd);
        }
        Files.writeString(file, good);
        ProbeAs.run(directory, "x", AgentTime.system(), TaskAccountsTest::asked);
        assertTrue(Files.exists(directory.resolve(AccountProbe.RESULT)));
    }

    private record Bad(String change, String to, String says) {}

    @TestFactory
    Stream<DynamicTest> aFileOfAccountsIsReadStrictly() {
        return Stream.of(
                        new Bad("\"version\":1", "\"version\":2", "/version must be 1"),
                        new Bad("\"account\"", "\"acount\"", "acount"),
                        new Bad(
                                "\"account\":\"SRV1$\",\"computer\":\"SRV1\",",
                                "",
                                "/contexts/0 names neither account nor computer"),
                        new Bad("\\\\Postern\\\\probe", "probe", "/contexts/0/task must be"),
                        new Bad("\"SYSTEM\"", "\" \"", "/contexts/0/runsAs must name"),
                        new Bad(
                                "\"directory\":\"/",
                                "\"directory\":\"",
                                "/contexts/0/directory must be"))
                .map(
                        bad ->
                                DynamicTest.dynamicTest(
                                        bad.says(),
                                        () -> {
                                            String text = valid().replace(bad.change(), bad.to());
                                            assertFalse(text.equals(valid()));
                                            String message =
                                                    assertThrows(
                                                                    IOException.class,
                                                                    () -> settings(text))
                                                            .getMessage();
                                            assertTrue(message.contains(bad.says()), message);
                                        }));
    }

    @Test
    void theScriptIsStrictAndStartsNothingButTheTask() {
        String text = Script.RUN_TASK.text();
        assertTrue(text.contains("\nSet-StrictMode -Version Latest\n"));
        assertTrue(text.chars().allMatch(c -> c < 128));
        for (String forbidden :
                List.of(
                        "Invoke-Expression",
                        "Register-ScheduledTask",
                        "Set-ScheduledTask",
                        "Unregister-ScheduledTask",
                        "Password",
                        "Start-Process")) {
            assertFalse(text.contains(forbidden), forbidden);
        }
    }
}

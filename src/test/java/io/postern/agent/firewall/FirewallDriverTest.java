package io.postern.agent.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.AgentTime;
import io.postern.agent.firewall.FakeFirewallShell.Fault;
import io.postern.agent.firewall.FakeFirewallShell.Killed;
import io.postern.enforcement.firewall.AuthenticationSet;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.exports.FirewallExports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FirewallDriverTest {
    private static final Path CALLS = Path.of("src/test/resources/agent/firewall/calls.txt");
    private static final List<String> ANY = List.of("Any");
    private static final String GUID = "{6E1B1C10-0000-4000-8000-000000000001}";
    private static final String HOSTILE = "it's $(calc) `[a-z]*? \"x\"";
    private static final FirewallRule SECURE =
            new FirewallRule(
                    "postern-25-terminal-server-0123456789ab",
                    "Postern 25: terminal-server",
                    "Postern",
                    true,
                    "Allow",
                    "Any",
                    "TCP",
                    List.of("25"),
                    ANY,
                    List.of("10.1.0.0/16", "10.2.0.9", "2001:db8::/32"),
                    "O:LSD:(A;;CC;;;S-1-5-21-1-2-3-2001)",
                    "O:LSD:(D;;CC;;;S-1-5-21-1-2-3-2009)(A;;CC;;;S-1-5-21-1-2-3-2001)",
                    "Required",
                    "NotRequired",
                    "Any",
                    "Any",
                    ANY,
                    "Local",
                    Map.of());
    private static final AuthenticationSet PHASE_1 =
            new AuthenticationSet(
                    "postern-phase1", "postern-phase1", "Postern", 1, List.of("MachineKerberos"));
    private static final AuthenticationSet PHASE_2 =
            new AuthenticationSet(
                    "postern-phase2",
                    "postern-phase2",
                    "Postern",
                    2,
                    List.of("UserKerberos", "Anonymous"));
    private static final ConnectionSecurityRule REQUEST =
            new ConnectionSecurityRule(
                    "postern-25-request-0123456789ab",
                    "Postern 25: request",
                    "Postern",
                    true,
                    "Any",
                    "Request",
                    "Request",
                    "TCP",
                    List.of("25"),
                    ANY,
                    ANY,
                    List.of("10.0.0.0/8"),
                    "postern-phase1",
                    "postern-phase2",
                    "Local");
    private static final FirewallStep DISABLE =
            new FirewallStep.DisableOriginal(GUID, "MSExchangeFrontendTransport (TCP-In)");

    @TempDir Path directory;
    private final InMemoryFirewall firewall = new InMemoryFirewall();
    private final FakeFirewallShell shell = new FakeFirewallShell(firewall);
    private Instant now = Instant.parse("2026-03-02T08:00:00Z");
    private FirewallDriver driver;

    @BeforeEach
    void install() {
        original(GUID, "MSExchangeFrontendTransport (TCP-In)", "PersistentStore", "Local");
        original(HOSTILE, HOSTILE, "PersistentStore", "Local");
        original("{GPO}", "Monitoring by GPO", "ActiveStore", "GroupPolicy");
        open();
    }

    /** As a new process of the agent does. */
    private void open() {
        driver =
                new FirewallDriver(
                        shell,
                        directory,
                        new AgentTime() {
                            @Override
                            public Instant now() {
                                return now;
                            }

                            @Override
                            public long nanoTime() {
                                return 0;
                            }
                        });
    }

    private void original(String name, String displayName, String store, String source) {
        firewall.newRule(
                Map.of(
                        "Name", name,
                        "DisplayName", displayName,
                        "Group", "@%ExchangeInstallPath%\\Bin\\FirewallRes.dll,-1",
                        "Description", "Allows SMTP",
                        "Enabled", "True",
                        "Direction", "Inbound",
                        "Action", "Allow",
                        "Protocol", "TCP",
                        "LocalPort", List.of("25", "587", "717"),
                        "Program", "C:\\Bin\\MSExchangeFrontendTransport.exe"),
                store,
                source);
    }

    private static FirewallRule rule(ObservedFirewall observed, String name) {
        return observed.rules().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** As the plan makes it. */
    private FirewallStep.CopyRule copy(String original) throws IOException {
        FirewallRule read = rule(driver.read(), original);
        return new FirewallStep.CopyRule(
                original,
                new FirewallRule(
                        "postern-copy-0123456789ab",
                        "!" + read.displayName(),
                        "Postern",
                        true,
                        read.action(),
                        read.profile(),
                        read.protocol(),
                        List.of("587", "717"),
                        read.localAddresses(),
                        read.remoteAddresses(),
                        read.remoteUser(),
                        read.remoteMachine(),
                        read.authentication(),
                        read.encryption(),
                        read.program(),
                        read.service(),
                        read.interfaces(),
                        "Local",
                        read.other()));
    }

    private String refusal(FirewallStep step) {
        return assertThrows(IOException.class, () -> driver.execute(step)).getMessage();
    }

    /** Every kind, in the order of a transaction and back. */
    private List<FirewallStep> everyKind() throws IOException {
        List<FirewallStep> steps =
                new ArrayList<>(
                        List.of(
                                new FirewallStep.CreateSet(PHASE_1),
                                new FirewallStep.CreateSet(PHASE_2),
                                new FirewallStep.CreateSecurityRule(REQUEST),
                                new FirewallStep.CreateRule(SECURE),
                                copy(GUID),
                                DISABLE));
        for (int i = steps.size() - 1; i >= 0; i--) {
            steps.add(steps.get(i).inverse());
        }
        return steps;
    }

    @Test
    void everyKindOfStepIsCarriedOutByItsCalls() throws IOException {
        StringBuilder calls = new StringBuilder();
        ObservedFirewall before = driver.read();
        note(calls, "Read.");
        for (FirewallStep step : everyKind()) {
            shell.takeCalls();
            driver.execute(step);
            note(calls, step.description());
        }
        assertEquals(before, driver.read(), "every step has its inverse");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(CALLS, calls);
        }
        assertEquals(Files.readString(CALLS).replace("\r\n", "\n"), calls.toString());
    }

    private void note(StringBuilder calls, String what) {
        calls.append(calls.isEmpty() ? "" : "\n").append("# ").append(what).append('\n');
        shell.takeCalls().forEach(call -> calls.append(call).append('\n'));
    }

    @Test
    void whatIsReadIsJoinedAndInOneForm() throws IOException {
        driver.execute(new FirewallStep.CreateRule(SECURE));
        ObservedFirewall observed = driver.read();
        FirewallRule read = rule(observed, SECURE.name());
        assertEquals(SECURE.remoteAddresses(), read.remoteAddresses());
        assertEquals(SECURE.remoteUser(), read.remoteUser());
        assertEquals("GroupPolicy", rule(observed, "{GPO}").source());
        assertEquals(3, observed.profiles().size());
        assertEquals(List.of(), observed.securityRules());
        assertEquals(List.of(), observed.notes());
    }

    /** Each call of a step fails in each way: afterwards the rule is as before or as after. */
    @TestFactory
    Stream<DynamicTest> aFaultAtAnyCallLeavesOldOrNew() {
        List<DynamicTest> tests = new ArrayList<>();
        for (int kind = 0; kind < 12; kind++) {
            for (Fault fault : Fault.values()) {
                for (int call = 0; call < 2; call++) {
                    int which = kind;
                    int at = call;
                    tests.add(
                            DynamicTest.dynamicTest(
                                    "step " + which + ", call " + at + ", " + fault,
                                    () -> faulty(which, at, fault)));
                }
            }
        }
        return tests.stream();
    }

    private void faulty(int which, int call, Fault fault) throws IOException {
        FirewallDriverTest host = new FirewallDriverTest();
        host.directory = directory;
        host.install();
        List<FirewallStep> steps = host.everyKind();
        for (FirewallStep step : steps.subList(0, which)) {
            host.driver.execute(step);
        }
        ObservedFirewall before = host.driver.read();
        host.driver.execute(steps.get(which));
        ObservedFirewall after = host.driver.read();
        host.driver.execute(steps.get(which).inverse());
        assertEquals(before, host.driver.read());

        host.open();
        host.shell.failAfter(call, fault);
        boolean done = true;
        try {
            host.driver.execute(steps.get(which));
        } catch (IOException | Killed e) {
            done = false;
        }
        host.open();
        host.shell.failAfter(-1, fault);
        ObservedFirewall found = host.driver.read();
        assertTrue(found.equals(before) || found.equals(after), "old or new");
        if (done) {
            assertEquals(after, found, "what was said to be done is done");
        }
        if (found.equals(before)) {
            host.driver.execute(steps.get(which));
        }
        assertEquals(after, host.driver.read());
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "TIMEOUT_AFTER",
                "READ_BACK_FAILS",
                "GARBAGE",
                "HALF_JSON",
                "NOTHING_AT_ALL",
                "EXIT_CODE_OF_ANOTHER_OUTCOME"
            })
    void aWriteWhoseAnswerWasLostIsReadBackAndCounts(Fault fault) throws IOException {
        driver.read();
        shell.failAfter(0, fault);
        driver.execute(DISABLE);
        assertFalse(rule(driver.read(), GUID).enabled());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "NOT_STARTED | nothing was written: powershell.exe cannot be started",
                "NO_FIREWALL_SERVICE | Windows could not be asked: There are no more endpoints"
                        + " available.",
                "REFUSED | Windows refused: Access is denied.",
                "REFUSED_IN_EARNEST | Windows refused: Access is denied.",
                "TIMEOUT_BEFORE | '{6E1B1C10-0000-4000-8000-000000000001}' was not written: it did"
                        + " not end in time",
                "IGNORED | '{6E1B1C10-0000-4000-8000-000000000001}' reads back otherwise than it was"
                        + " written: Disable 'MSExchangeFrontendTransport (TCP-In)'"
                        + " ({6E1B1C10-0000-4000-8000-000000000001})."
            })
    void whatWasNotWrittenIsSaid(Fault fault, String message) throws IOException {
        driver.read();
        shell.failAfter(0, fault);
        assertEquals(message, refusal(DISABLE));
        driver.execute(DISABLE);
    }

    @Test
    void whatAPersonChangedBetweenReadAndWriteIsNotWrittenOver() throws IOException {
        driver.read();
        shell.beforeNextCall(
                () -> firewall.named("serviceFilters", GUID).get(0).put("Service", "other"));
        assertEquals(
                "Windows refused: '" + GUID + "' was changed since it was read", refusal(DISABLE));
        driver.execute(DISABLE);
        assertEquals("other", rule(driver.read(), GUID).service());
    }

    @Test
    void aRuleThatVanishedOrIsThereTwiceIsNotWrittenTo() throws IOException {
        driver.read();
        shell.beforeNextCall(() -> firewall.remove("rules", GUID));
        assertEquals(
                "Windows refused: '" + GUID + "' must be there exactly once, found 0",
                refusal(DISABLE));
        original(GUID, "again", "PersistentStore", "Local");
        driver.read();
        shell.beforeNextCall(
                () -> original(GUID.toLowerCase(), "twin", "PersistentStore", "Local"));
        assertEquals(
                "Windows refused: '" + GUID + "' must be there exactly once, found 2",
                refusal(DISABLE));
    }

    @Test
    void aRuleThatIsOursByThenIsNoOriginal() throws IOException {
        driver.read();
        shell.beforeNextCall(() -> firewall.named("rules", GUID).get(0).put("Group", "Postern"));
        assertEquals("Windows refused: '" + GUID + "' has the group 'Postern'", refusal(DISABLE));
    }

    @Test
    void aNameThatIsTakenByThenIsNotCreatedOver() throws IOException {
        driver.read();
        shell.beforeNextCall(
                () -> original(SECURE.name().toUpperCase(), "x", "PersistentStore", "Local"));
        assertEquals(
                "Windows refused: there is a '" + SECURE.name() + "' already",
                refusal(new FirewallStep.CreateRule(SECURE)));
    }

    @Test
    void hostileNamesMeanExactlyOneRule() throws IOException {
        driver.execute(copy(HOSTILE));
        driver.execute(new FirewallStep.DisableOriginal(HOSTILE, HOSTILE));
        ObservedFirewall observed = driver.read();
        assertFalse(rule(observed, HOSTILE).enabled());
        assertTrue(rule(observed, GUID).enabled(), "the other one is left alone");
        assertEquals("!" + HOSTILE, rule(observed, "postern-copy-0123456789ab").displayName());
    }

    @Test
    void whatTheModelDoesNotKnowOfAnOriginalIsCopiedOrTheCopyIsNotBelieved() throws IOException {
        FirewallStep.CopyRule copy = copy(GUID);
        assertEquals("Allows SMTP", copy.copy().other().get("Description"));
        driver.execute(copy);
        assertEquals(copy.copy().other(), rule(driver.read(), copy.name()).other());
        driver.execute(copy.inverse());
        firewall.named("rules", GUID).get(0).put("Owner", "S-1-5-21-1-2-3-4");
        FirewallStep.CopyRule unlike = copy(GUID);
        assertEquals(
                "'postern-copy-0123456789ab' reads back otherwise than it was written: "
                        + unlike.description(),
                refusal(unlike));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "postern-25-x | a\u0000b | \"the display name 'a\\u0000b' holds a control"
                        + " character or '|', which separates fields in Windows' store\"",
                "Postern * | x | 'Postern *' is no name that Postern gives (a to z, 0 to 9, '-')",
                "postern-25-x | \" \" | a display name has 1 to 10000 characters"
            })
    void whatWindowsCouldNotKeepIsRefusedBeforeAnyCall(
            String name, String displayName, String message) throws IOException {
        driver.read();
        int calls = shell.requests.size();
        assertEquals(message, refusal(new FirewallStep.CreateRule(named(name, displayName))));
        assertEquals(calls, shell.requests.size());
    }

    private static FirewallRule named(String name, String displayName) {
        return new FirewallRule(
                name,
                displayName,
                "Postern",
                true,
                "Allow",
                "Any",
                "TCP",
                List.of("25"),
                ANY,
                ANY,
                "",
                "",
                "NotRequired",
                "NotRequired",
                "Any",
                "Any",
                ANY,
                "Local",
                Map.of());
    }

    @Test
    void aReadThatCannotBeMadeSaysWhy() {
        shell.failAfter(0, Fault.NOTHING_AT_ALL);
        assertEquals(
                "cannot read the firewall: the script ended with code 255 and without an answer: The"
                        + " term is not recognized",
                assertThrows(IOException.class, driver::read).getMessage());
    }

    @Test
    void aDumpHoldsWhatIsThereAndOldOnesGo() throws Exception {
        for (int i = 0; i < 25; i++) {
            now = now.plusSeconds(60);
            driver.dump();
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.sorted().toList();
        }
        assertEquals(40, files.size());
        Path newest = files.get(38);
        assertEquals("firewall-dump-20260302T082500Z.json", newest.getFileName().toString());
        assertEquals(
                driver.read(),
                FirewallExports.read(Map.of("firewall", Files.readAllBytes(newest))));
        shell.failAfter(1, Fault.NO_FIREWALL_SERVICE);
        now = now.plusSeconds(60);
        assertEquals(
                "the firewall was not exported: There are no more endpoints available.",
                assertThrows(IOException.class, driver::dump).getMessage());
    }

    @Test
    void theDeadManKnowsTheNamesFromAFileAndSaysIfItCame() throws IOException {
        driver.armDeadMan(List.of(GUID, HOSTILE), Duration.ofMinutes(10));
        assertTrue(shell.armed);
        assertTrue(Files.readString(directory.resolve("dead-man.json")).contains("it's $(calc) `"));
        String request = shell.requests.get(shell.requests.size() - 1);
        assertFalse(request.contains("calc"), "no name is near a command line: " + request);
        assertTrue(request.contains("\"seconds\":600"), request);
        driver.settle();
        assertFalse(shell.armed);
        int calls = shell.requests.size();
        driver.settle();
        assertEquals(calls, shell.requests.size(), "nothing is armed any more");
        driver.begin(List.of(GUID), Duration.ofMinutes(10));
        shell.fired = true;
        assertEquals(
                "the dead man came first: the task has run: the originals are enabled",
                assertThrows(IOException.class, driver::settle).getMessage());
        driver.settle();
        assertEquals(
                "a dead man waits a minute to three days, not PT1S",
                assertThrows(
                                IOException.class,
                                () -> driver.armDeadMan(List.of(), Duration.ofSeconds(1)))
                        .getMessage());
    }

    @Test
    void anArmedDeadManThatIsNotCertainIsAnError() {
        shell.failAfter(0, Fault.TIMEOUT_AFTER);
        assertEquals(
                "the dead man is not armed: it did not end in time",
                assertThrows(
                                IOException.class,
                                () -> driver.armDeadMan(List.of(GUID), Duration.ofMinutes(5)))
                        .getMessage());
    }
}

package io.postern.agent.postfix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.postfix.CompiledPostfix;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixCompiler;
import io.postern.enforcement.postfix.PostfixDrift;
import io.postern.enforcement.postfix.PostfixEffect;
import io.postern.enforcement.postfix.PostfixParameters;
import io.postern.enforcement.postfix.PostfixPlan;
import io.postern.enforcement.postfix.PostfixState;
import io.postern.enforcement.postfix.PostfixStep;
import io.postern.enforcement.postfix.PostfixText;
import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import io.postern.policy.Passage;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.smtp.ObservedTier.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver and a real Postfix, asked by real connections from real addresses. */
class RealPostfixTest {
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** Both sides of boundaries in both families. */
    private static final List<String> CLIENTS =
            List.of(
                    "10.66.1.9",
                    "10.66.1.10",
                    "10.66.1.13",
                    "10.66.1.14",
                    "10.66.2.1",
                    "10.66.2.7",
                    "10.66.3.1",
                    "fd66:1::f",
                    "fd66:1::10",
                    "fd66:1::12",
                    "fd66:1::13",
                    "fd66:2::1",
                    "fd66:3::1");

    private static final Policy POLICY =
            PolicyDocument.parse(
                            """
                            version: 1
                            acceptedDomains: [contoso.example]
                            servers:
                              - {name: mx1, addresses: [10.66.0.1, 'fd66::1'], enforcement: [postfix]}
                            grants:
                              - {key: printers, from: {addresses: [10.66.1.10-10.66.1.13, 'fd66:1::10-fd66:1::12']}, to: {servers: [mx1]}, tier: internal, owner: a, reason: b}
                              - {key: erp, from: {addresses: [10.66.2.0/24, 'fd66:2::/64']}, to: {servers: [mx1]}, tier: relay, owner: a, reason: b}
                            blocks:
                              - {key: bad, from: {addresses: [10.66.2.7]}, to: {servers: [mx1]}, reason: c}
                            """)
                    .policy();

    @TempDir Path temporary;
    private PostfixNetwork network;
    private PostfixInstance instance;

    @BeforeEach
    void requireWhatItNeeds() throws IOException {
        Optional<String> missing = PostfixInstance.missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> "Skipped: " + missing.get() + ".");
        network = new PostfixNetwork(CLIENTS);
    }

    @AfterEach
    void stop() throws IOException {
        if (instance != null) {
            instance.close();
        }
        if (network != null) {
            network.close();
        }
    }

    private PostfixDriver start(String mainCf) throws IOException {
        Path directory = temporary.resolve("postfix");
        for (Path open : List.of(temporary, directory)) {
            Files.createDirectories(open);
        }
        Files.setPosixFilePermissions(
                temporary, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        instance = PostfixInstance.start(network.name(), directory, "smtp", mainCf);
        return driver();
    }

    private PostfixDriver driver() throws IOException {
        return new PostfixDriver(
                "mx1",
                instance.configDirectory(),
                null,
                PostfixInstance.POSTCONF,
                PostfixInstance.POSTMAP,
                PostfixInstance.POSTFIX,
                TIMEOUT,
                Files.createDirectories(temporary.resolve("agent")));
    }

    private static PostfixState compile(ObservedPostfix observed) {
        CompiledPostfix compiled =
                PostfixCompiler.compile(
                        POLICY, POLICY.servers().get(0), observed, AddressSet.EMPTY, NOW);
        assertEquals(List.of(), compiled.unsupported());
        return compiled.state();
    }

    private static void bring(PostfixDriver driver, PostfixState wanted) throws IOException {
        for (PostfixStep step : PostfixPlan.between(driver.read(), wanted)) {
            driver.execute(step);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "yes|",
                "no|",
                "yes|smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated"
                        + " defer_unauth_destination\\nsmtpd_client_restrictions ="
                        + " reject_unknown_reverse_client_hostname_not, permit\\n",
                "no|smtpd_client_restrictions = permit_mynetworks\\nmynetworks = 10.0.0.0/8"
                        + " [fd66::]/16\\n",
            })
    void eachTierIsWhatTheProbeSees(String delay, String lines) throws IOException {
        String more = lines == null ? "" : lines.replace("\\n", "\n");
        // A word that Postfix does not know would refuse everybody for a reason of its own.
        more = more.replace("reject_unknown_reverse_client_hostname_not", "reject_unlisted_sender");
        PostfixDriver driver = start("smtpd_delay_reject = " + delay + "\n" + more);
        byte[] found = Files.readAllBytes(instance.mainCf());
        PostfixState before = driver.read().held();
        PostfixState wanted = compile(driver.read());
        bring(driver, wanted);
        ObservedPostfix kept = driver.read();
        assertEquals(wanted, kept.held());
        assertEquals(List.of(), kept.deviations());
        assertEquals(List.of(), PostfixDrift.compare(wanted, kept));
        for (String client : CLIENTS) {
            String[] seen = network.probe(client, 25);
            assertEquals(expected(client), seen[0], client + ": " + String.join(" ", seen));
            assertEquals(effect(kept, client), decided(client), client);
        }
        bring(driver, PostfixState.asFound(before.found()));
        assertFalse(driver.read().held().isKept());
        assertArrayEquals(found, Files.readAllBytes(instance.mainCf()));
        assertFalse(Files.exists(instance.configDirectory().resolve("postern")));
    }

    private static Tier decided(String client) {
        return new PolicyEvaluator(POLICY)
                .decide(new Submission(Address.parse(client), null, null, "mx1", 25, NOW))
                .tier();
    }

    private static String expected(String client) {
        return switch (decided(client)) {
            case NONE -> "NONE";
            case INTERNAL -> "INTERNAL";
            case RELAY, TRUSTED -> "AT_LEAST_RELAY";
        };
    }

    private static Tier effect(ObservedPostfix observed, String client) {
        return PostfixEffect.of(observed).passages(25).stream()
                .filter(passage -> passage.addresses().contains(Address.parse(client)))
                .map(Passage::tier)
                .max(Tier::compareTo)
                .orElse(Tier.NONE);
    }

    /** Each value that main.cf may hold, and whether its bytes come back. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "smtpd_client_restrictions = permit_mynetworks, reject_unknown_client_hostname\n",
                "smtpd_relay_restrictions = $my_own\nmy_own = permit_mynetworks,reject\n",
                "# a comment\nsmtpd_client_restrictions = permit\n# more\nmynetworks = 10.0.0.0/8\n",
            })
    void anUndoBringsTheBytesOfMainCfBack(String lines) throws IOException {
        PostfixDriver driver = start(lines);
        byte[] found = Files.readAllBytes(instance.mainCf());
        PostfixState before = PostfixState.asFound(driver.read().set());
        bring(driver, compile(driver.read()));
        assertArrayEquals(found, Files.readAllBytes(temporary.resolve("agent/main.cf.found")));
        bring(driver, before);
        assertArrayEquals(found, Files.readAllBytes(instance.mainCf()));
    }

    /** What postconf writes otherwise than it was: the value is the same, its form is not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "smtpd_client_restrictions =\\n|smtpd_client_restrictions = \\n",
                "smtpd_client_restrictions=permit,\\n   reject\\n|"
                        + "smtpd_client_restrictions = permit, reject\\n",
            })
    void anUndoOfAnOddFormKeepsTheValue(String was, String is) throws IOException {
        PostfixDriver driver = start(was.replace("\\n", "\n"));
        PostfixParameters set = driver.read().set();
        bring(driver, compile(driver.read()));
        bring(driver, PostfixState.asFound(set));
        assertEquals(set, driver.read().set());
        String text = Files.readString(instance.mainCf());
        assertTrue(text.endsWith(is.replace("\\n", "\n")), text);
    }

    /**
     * An agent that dies after any step finds its traces and goes on, or back; on the way nobody
     * gets further than before or after.
     */
    @Test
    void aPlanCutShortIsFinishedOrTakenBack() throws IOException {
        PostfixDriver first =
                start(
                        """
                        mynetworks = 10.66.3.0/24 10.66.1.10 [fd66:3::]/64
                        smtpd_client_restrictions = permit_mynetworks
                        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
                        """);
        byte[] found = Files.readAllBytes(instance.mainCf());
        PostfixState before = PostfixState.asFound(first.read().set());
        PostfixState wanted = compile(first.read());
        List<PostfixStep> steps = PostfixPlan.between(first.read(), wanted);
        assertEquals(3, steps.size());
        Map<String, Level> was = levels();
        for (int cut = 0; cut <= steps.size(); cut++) {
            for (PostfixStep step : steps.subList(0, cut)) {
                driver().execute(step);
            }
            String said = "cut " + cut;
            levels().forEach(
                            (client, level) ->
                                    assertTrue(
                                            level.compareTo(was.get(client)) <= 0
                                                    || level.compareTo(
                                                                    Level.valueOf(expected(client)))
                                                            <= 0,
                                            said + ", " + client + " got " + level));
            bring(driver(), wanted);
            assertEquals(List.of(), PostfixDrift.compare(wanted, driver().read()), said);
            List<PostfixStep> back = PostfixPlan.between(driver().read(), before);
            for (PostfixStep step : back.subList(0, Math.min(cut, back.size()))) {
                driver().execute(step);
            }
            bring(driver(), before);
            assertArrayEquals(found, Files.readAllBytes(instance.mainCf()), said);
        }
    }

    /** What each client gets; never unknown, which sorts above all. */
    private Map<String, Level> levels() throws IOException {
        Map<String, Level> levels = new TreeMap<>();
        for (String client : CLIENTS) {
            levels.put(client, Level.valueOf(network.probe(client, 25)[0]));
        }
        return levels;
    }

    @Test
    void aChangeIsInForceForTheNextConnectionWhenTheStepReturns() throws IOException {
        PostfixDriver driver = start("");
        PostfixState wanted = compile(driver.read());
        bring(driver, wanted);
        String client = "10.66.3.1";
        List<String> open = new ArrayList<>(wanted.clients());
        open.add(client);
        PostfixState other = new PostfixState(true, wanted.found(), open, wanted.relay());
        for (int i = 0; i < 3; i++) {
            bring(driver, other);
            assertEquals("INTERNAL", network.probe(client, 25)[0], "opened, round " + i);
            bring(driver, wanted);
            assertEquals("NONE", network.probe(client, 25)[0], "closed, round " + i);
        }
    }

    /** What others do to it, and what drift says; the probe confirms each. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination"
                        + "|10.66.3.1|NONE|EFFECTIVE service smtp",
                "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination"
                        + "|10.66.1.10|AT_LEAST_RELAY|permit_mynetworks",
                "smtpd_client_restrictions = permit_mynetworks"
                        + "|10.66.3.1|INTERNAL|may submit against the policy",
                "smtpd_client_restrictions ="
                        + "|fd66:3::1|INTERNAL|the end of smtpd_client_restrictions",
                "smtpd_recipient_restrictions = reject_unauth_destination"
                        + "|10.66.2.1|INTERNAL|may not relay though the policy says otherwise",
                "smtpd_sender_restrictions = reject"
                        + "|10.66.2.1|NONE|may not submit though the policy says otherwise",
            })
    void whatOthersOpenOrCloseIsEffectiveDrift(
            String line, String client, String level, String told) throws IOException {
        PostfixDriver driver = start("mynetworks = 10.66.0.0/16 [fd66::]/16\n");
        PostfixState wanted = compile(driver.read());
        bring(driver, wanted);
        PostfixPrograms programs =
                new PostfixPrograms(
                        PostfixInstance.POSTCONF,
                        PostfixInstance.POSTMAP,
                        PostfixInstance.POSTFIX,
                        instance.configDirectory(),
                        TIMEOUT);
        programs.ask(List.of("-e", line));
        programs.reload();
        ObservedPostfix drifted = driver.read();
        assertEquals(level, network.probe(client, 25)[0]);
        String drifts = PostfixDrift.compare(wanted, drifted).toString();
        String squeezed =
                PostfixDrift.compare(wanted, drifted).stream()
                        .map(one -> one.kind() + " " + one.subject() + ": " + one.detail())
                        .toList()
                        .toString();
        assertTrue(squeezed.contains(told), drifts);
        bring(driver, wanted);
    }

    @Test
    void anEditedTableIsChangedAndReadAsPostfixReadsIt() throws IOException {
        PostfixDriver driver = start("");
        PostfixState wanted = compile(driver.read());
        bring(driver, wanted);
        Path clients = instance.configDirectory().resolve("postern/clients.cidr");
        String written = Files.readString(clients);
        Files.writeString(clients, "10.66.3.1 OK\n" + written);
        ObservedPostfix edited = driver.read();
        assertTrue(edited.held().clients().contains("10.66.3.1"));
        String drifts = PostfixDrift.compare(wanted, edited).toString();
        assertTrue(drifts.contains("line 1 is not as Postern writes it"), drifts);
        bring(driver, wanted);
        assertEquals(written, Files.readString(clients));
        Files.delete(clients);
        assertEquals(List.of(), driver.read().held().clients());
        bring(driver, wanted);
        assertEquals(written, Files.readString(clients));
    }

    /** What a person would run by hand. */
    @Test
    void theScriptDoesAndUndoesWhatTheDriverWould() throws Exception {
        PostfixDriver driver = start("smtpd_client_restrictions = permit_mynetworks\n");
        byte[] found = Files.readAllBytes(instance.mainCf());
        ObservedPostfix observed = driver.read();
        PostfixState wanted = compile(observed);
        Path script = temporary.resolve("script.sh");
        Files.writeString(
                script,
                PostfixText.script(
                        "mx1", observed, PostfixPlan.between(observed, wanted), List.of()));
        assertEquals(0, shell(script, "apply"));
        ObservedPostfix kept = driver.read();
        assertEquals(wanted, kept.held());
        assertEquals(List.of(), kept.deviations());
        assertEquals(1, shell(script, "apply"), "it is not as it was any more");
        assertEquals(0, shell(script, "undo"));
        assertArrayEquals(found, Files.readAllBytes(instance.mainCf()));
        assertFalse(driver.read().held().isKept());
    }

    private int shell(Path script, String verb) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString(), verb);
        builder.environment().put("MAIL_CONFIG", instance.configDirectory().toString());
        builder.redirectErrorStream(true).redirectOutput(temporary.resolve("said").toFile());
        return builder.start().waitFor();
    }

    @Test
    void nothingIsWrittenWhilePostfixDoesNotRun() throws IOException {
        PostfixDriver driver = start("");
        PostfixState wanted = compile(driver.read());
        instance.stop();
        assertFalse(driver.read().isRunning());
        PostfixStep step = PostfixPlan.between(driver.read(), wanted).get(0);
        IOException e = assertThrows(IOException.class, () -> driver.execute(step));
        assertEquals("nothing was written: Postfix is not running", e.getMessage());
        assertFalse(Files.exists(instance.configDirectory().resolve("postern")));
    }
}

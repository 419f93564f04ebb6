package io.postern.agent.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixParameters;
import io.postern.enforcement.postfix.PostfixPlan;
import io.postern.enforcement.postfix.PostfixState;
import io.postern.enforcement.postfix.PostfixStep;
import io.postern.policy.AddressSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The driver's answers to programs that fail, hang, lie or say too much. */
@DisabledOnOs(OS.WINDOWS)
class PostfixDriverTest {
    /** For a program that answers. */
    private static final Duration PATIENT = Duration.ofSeconds(30);

    /** For one that never will. */
    private static final Duration HASTY = Duration.ofSeconds(3);

    private static final PostfixState WANTED =
            PostfixState.of(
                    PostfixParameters.UNSET,
                    AddressSet.parse("10.0.0.1", "10.0.0.7", "fd00::1"),
                    AddressSet.parse("10.0.0.7"));

    @TempDir Path home;
    private FakePostfix postfix;

    @BeforeEach
    void make() throws IOException {
        postfix = new FakePostfix(home);
    }

    private ObservedPostfix bring(PostfixDriver driver, PostfixState wanted) throws IOException {
        for (PostfixStep step : PostfixPlan.between(driver.read(), wanted)) {
            driver.execute(step);
        }
        return driver.read();
    }

    @Test
    void takesOverAndGivesBackWithOneReloadAStep() throws IOException {
        PostfixDriver driver = postfix.driver(PATIENT);
        ObservedPostfix kept = bring(driver, WANTED);
        assertEquals(WANTED, kept.held());
        assertEquals(List.of(), kept.deviations());
        assertEquals(3, postfix.reloads());
        ObservedPostfix back = bring(driver, PostfixState.asFound(PostfixParameters.UNSET));
        assertEquals(PostfixState.asFound(PostfixParameters.UNSET), back.held());
        assertTrue(Files.notExists(home.resolve("postern")));
        assertTrue(Files.notExists(home.resolve(PostfixDriver.COPY)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HANG|postconf did not end within 3.0 s and was stopped",
                "HUGE|more than 8000000 bytes",
                "FAIL|postconf failed: postconf: fatal: open main.cf: broken",
                "GARBAGE|postconf says 'what is this', which is no parameter",
            })
    void whatCannotBeReadIsToldPlainly(String fault, String message) throws IOException {
        postfix.fault(fault);
        PostfixDriver driver = postfix.driver(fault.equals("HANG") ? HASTY : PATIENT);
        IOException e = assertThrows(IOException.class, driver::read);
        assertTrue(e.getMessage().startsWith("cannot read the Postfix of mx1: "), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void aProgramThatIsMissingIsNamed() throws IOException {
        Files.delete(home.resolve("postconf"));
        IOException e = assertThrows(IOException.class, postfix.driver(PATIENT)::read);
        assertEquals(
                "cannot read the Postfix of mx1: "
                        + home.resolve("postconf")
                        + " cannot be started: is Postfix installed?",
                e.getMessage());
    }

    @Test
    void whatPostfixFindsOtherwiseThanWeReadIsAnError() throws IOException {
        PostfixDriver driver = postfix.driver(PATIENT);
        bring(driver, WANTED);
        postfix.fault("LIES");
        IOException e = assertThrows(IOException.class, driver::read);
        assertTrue(e.getMessage().contains("Postfix finds nothing for 0.0.0.0"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "REFUSE|it was not written: postconf failed: postconf: fatal: no space left",
                "LOST_BEFORE|it was not written: postconf did not end within 3.0 s and was stopped",
                "IGNORE|Postfix reads back otherwise than it was written: Set",
                "STOPPED|nothing was written: Postfix is not running",
                "NO_RELOAD|it was written, but it is not known whether it is in force: Set",
            })
    void whatWasNotWrittenIsTold(String fault, String message) throws IOException {
        PostfixDriver driver = postfix.driver(PATIENT);
        List<PostfixStep> steps = PostfixPlan.between(driver.read(), WANTED);
        driver.execute(steps.get(0));
        postfix.fault(fault);
        PostfixDriver hasty = postfix.driver(fault.equals("LOST_BEFORE") ? HASTY : PATIENT);
        IOException e = assertThrows(IOException.class, () -> hasty.execute(steps.get(1)));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
        postfix.fault("NONE");
        bring(driver, PostfixState.asFound(PostfixParameters.UNSET));
        assertEquals(PostfixParameters.UNSET, driver.read().set());
    }

    @Test
    void anAnswerThatWasLostIsSettledByReading() throws IOException {
        PostfixDriver driver = postfix.driver(PATIENT);
        List<PostfixStep> steps = PostfixPlan.between(driver.read(), WANTED);
        driver.execute(steps.get(0));
        postfix.fault("LOST_AFTER");
        postfix.driver(HASTY).execute(steps.get(1));
        postfix.fault("NONE");
        driver.execute(steps.get(2));
        assertEquals(List.of(), driver.read().deviations());
    }

    @Test
    void whatWasChangedMeanwhileIsNotWrittenTo() throws IOException {
        PostfixDriver driver = postfix.driver(PATIENT);
        List<PostfixStep> steps = PostfixPlan.between(driver.read(), WANTED);
        Files.writeString(home.resolve("set/smtpd_relay_restrictions"), "permit");
        IOException e = assertThrows(IOException.class, () -> driver.execute(steps.get(0)));
        assertTrue(e.getMessage().startsWith("it is not as it was"), e.getMessage());
        assertEquals(0, postfix.reloads());
    }

    @Test
    void aTableThatCannotBeWrittenLeavesBothAsTheyWere() throws IOException {
        PostfixDriver driver = postfix.driver(PATIENT);
        bring(driver, WANTED);
        String clients = Files.readString(home.resolve("postern/clients.cidr"));
        // A directory in the place of the temporary file, which cannot be replaced.
        Files.createDirectories(home.resolve("postern/relay.cidr.part/full"));
        PostfixState other =
                PostfixState.of(
                        PostfixParameters.UNSET, AddressSet.parse("10.9.9.9"), AddressSet.EMPTY);
        PostfixStep step = PostfixPlan.between(driver.read(), other).get(0);
        IOException e = assertThrows(IOException.class, () -> driver.execute(step));
        assertTrue(e.getMessage().startsWith("it was not written: "), e.getMessage());
        assertEquals(clients, Files.readString(home.resolve("postern/clients.cidr")));
    }
}

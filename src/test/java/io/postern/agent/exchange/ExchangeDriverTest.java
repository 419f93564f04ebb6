package io.postern.agent.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.SampleConnectors;
import io.postern.agent.exchange.FakeShell.Fault;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.OwnershipMark;
import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.AddressRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeDriverTest {
    private static final ReceiveConnector RELAY = SampleConnectors.relay("10.1.0.0/16");
    private static final ConnectorStep DISABLE = new ConnectorStep.Disable(RELAY.name());

    @TempDir Path directory;
    private InMemoryExchange exchange =
            new InMemoryExchange("EX01", List.of(SampleConnectors.wide(), RELAY));
    private FakeShell shell = new FakeShell(exchange);
    private ExchangeDriver driver;

    @BeforeEach
    void open() throws IOException {
        driver = Servers.open(shell, directory);
    }

    private String refusal(ConnectorStep step) {
        return assertThrows(IOException.class, () -> driver.execute(step)).getMessage();
    }

    private static List<ConnectorData> data(List<ReceiveConnector> connectors) {
        return connectors.stream().map(ConnectorData::of).toList();
    }

    private static ReceiveConnector named(String name) {
        return new ReceiveConnector(
                name,
                true,
                false,
                RELAY.transportRole(),
                RELAY.bindings(),
                List.of(AddressRange.parse("10.9.0.0/24")),
                RELAY.permissionGroups(),
                RELAY.authMechanism(),
                false,
                RELAY.fqdn(),
                OwnershipMark.TEXT,
                0,
                true);
    }

    @Test
    void whatIsReadIsWhatTheServerHolds() throws IOException {
        assertEquals(data(exchange.connectors()), data(driver.read()));
        assertEquals(0, driver.tarpit().toMillis());
        assertEquals(0, driver.simulationToken().length);
    }

    @Test
    void acceptedDomainsAreThoseOfTheLastRead() throws IOException {
        assertEquals(Optional.empty(), driver.acceptedDomains(), "nothing was asked yet");
        driver.read();
        assertEquals(exchange.acceptedDomains(), driver.acceptedDomains());

        List<AcceptedDomain> every =
                List.of(new AcceptedDomain("All", "*", AcceptedDomain.Type.INTERNAL_RELAY, false));
        exchange.setAcceptedDomains(every);
        driver.read();
        assertEquals(Optional.of(every), driver.acceptedDomains());
        driver.execute(DISABLE);
        shell.failAfter(0, Fault.NO_CONNECTION);
        assertThrows(IOException.class, () -> driver.read());
        assertEquals(Optional.empty(), driver.acceptedDomains(), "a read that failed says nothing");
    }

    @Test
    void acceptedDomainsThatTheRoleMayNotReadAreUnknownAndNoFailure() throws IOException {
        exchange.setAcceptedDomains(null);
        assertEquals(data(exchange.connectors()), data(driver.read()));
        assertEquals(Optional.empty(), driver.acceptedDomains());
        driver.execute(DISABLE);
        assertFalse(driver.read().get(1).enabled());
    }

    @Test
    void theLocalisedNameOfAnonymousLogonIsFoundAtRunTimeAndUsed() throws IOException {
        exchange =
                new InMemoryExchange(
                        "EX01",
                        "NT-AUTORITÄT\\ANONYMOUS-ANMELDUNG",
                        List.of(SampleConnectors.wide()));
        shell = new FakeShell(exchange);
        open();
        for (ConnectorStep step : ConnectorPlan.between(driver.read(), List.of(RELAY))) {
            driver.execute(step);
        }
        assertEquals(data(List.of(SampleConnectors.wide(), RELAY)), data(exchange.connectors()));
        assertTrue(
                shell.takeCalls().stream()
                        .anyMatch(
                                call ->
                                        call.startsWith("Add-ADPermission")
                                                && call.contains(
                                                        "'NT-AUTORITÄT\\ANONYMOUS-ANMELDUNG'")));
        assertTrue(
                shell.requests.stream().allMatch(one -> one.chars().allMatch(c -> c < 128)),
                "requests are ASCII");
    }

    @Test
    void customIsDroppedWhereOnlyOurRelayRightExplainsIt() throws IOException {
        assertEquals(
                Set.of(PermissionGroup.ANONYMOUS_USERS), driver.read().get(1).permissionGroups());
        exchange.grantByHand(RELAY.name(), "CONTOSO\\app", "ms-Exch-SMTP-Accept-Any-Sender");
        assertEquals(
                Set.of(PermissionGroup.ANONYMOUS_USERS, PermissionGroup.CUSTOM),
                driver.read().get(1).permissionGroups());
    }

    @Test
    void aRelayRightOfAnUnrecognisableAccountIsUnknownNotFalse() throws IOException {
        exchange.grantByHand(
                SampleConnectors.wide().name(), "somebody", "ms-Exch-SMTP-Accept-Any-Recipient");
        assertNull(driver.read().get(0).anonymousRelay());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "it's \"quoted\"",
                "$(Remove-Item x)",
                "`n back`tick",
                "a; Remove-ReceiveConnector b",
                "a | b & c > d",
                "@{x=1}",
                "%TEMP%",
                "-Confirm",
                "Ünïcode ’quote’",
                "</script>",
                "{0} {1}"
            })
    void aNameWithCharactersOfPowerShellIsPlainText(String name) throws IOException {
        driver.execute(new ConnectorStep.CreateDisabled(named(name)));
        assertEquals(1, exchange.named(name).size());
        String last = shell.requests.get(shell.requests.size() - 1);
        String json = last.substring(last.indexOf(' ') + 1);
        assertEquals(name, new ObjectMapper().readTree(json).get("name").textValue());
        driver.execute(new ConnectorStep.Enable(name));
        assertTrue(exchange.named(name).get(0).enabled());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'Postern *' | holds a wildcard",
                "'Postern ?' | holds a wildcard",
                "'Postern [a-z]' | holds a wildcard",
                "'EX02\\Postern' | holds a backslash",
                "'a\nb' | holds a line break",
                "'a\rb' | holds a line break",
                "'a\tb' | holds a line break, control or invisible character",
                "'a\u0000b' | holds a line break, control",
                "'a\u200bb' | invisible character",
                "'a\u2028b' | holds a line break",
                "' a' | begins or ends with a space",
                "'a ' | begins or ends with a space",
                "' ' | 1 to 64 characters",
                "'' | 1 to 64 characters"
            })
    void aNameThatCouldMeanAnotherObjectIsRefusedBeforeAnyCall(String name, String message)
            throws IOException {
        driver.read();
        int calls = shell.requests.size();
        String refusal = refusal(new ConnectorStep.CreateDisabled(named(name)));
        assertTrue(
                refusal.contains(message) || name.isBlank() && refusal.contains("no name"),
                refusal);
        assertEquals(calls, shell.requests.size());
    }

    @Test
    void aCommentWithALineBreakIsRefusedBeforeAnyCall() throws IOException {
        driver.read();
        int calls = shell.requests.size();
        ConnectorStep.Properties before =
                new ConnectorStep.Properties(
                        RELAY.permissionGroups(),
                        RELAY.authMechanism(),
                        RELAY.fqdn(),
                        RELAY.comment(),
                        0,
                        true);
        ConnectorStep.Properties after =
                new ConnectorStep.Properties(
                        RELAY.permissionGroups(),
                        RELAY.authMechanism(),
                        RELAY.fqdn(),
                        OwnershipMark.TEXT + "\nand more",
                        0,
                        true);
        assertEquals(
                "the comment holds a control character",
                refusal(new ConnectorStep.SetProperties(RELAY.name(), before, after)));
        assertEquals(calls, shell.requests.size());
    }

    @Test
    void onlyWhatChangesIsSet() throws IOException {
        ConnectorStep.Properties before =
                new ConnectorStep.Properties(
                        RELAY.permissionGroups(),
                        RELAY.authMechanism(),
                        RELAY.fqdn(),
                        RELAY.comment(),
                        0,
                        true);
        ConnectorStep.Properties after =
                new ConnectorStep.Properties(
                        RELAY.permissionGroups(),
                        RELAY.authMechanism(),
                        "",
                        RELAY.comment(),
                        90_500,
                        true);
        driver.execute(new ConnectorStep.SetProperties(RELAY.name(), before, after));
        String write =
                shell.takeCalls().stream()
                        .filter(call -> call.startsWith("Set-ReceiveConnector"))
                        .findFirst()
                        .orElseThrow();
        assertTrue(write.contains(" -Fqdn '' -TarpitInterval '00:01:30.500' -Domain"), write);
        assertEquals(90_500, exchange.named(RELAY.name()).get(0).tarpitMillis());
    }

    @Test
    void whatAPersonEditedBetweenReadAndWriteIsNotWrittenOver() throws IOException {
        driver.read();
        shell.beforeNextCall(
                () ->
                        exchange.byHand(
                                new ConnectorStep.AddRanges(
                                        RELAY.name(), List.of(AddressRange.parse("10.7.0.7")))));
        assertEquals(
                "Exchange refused: 'Postern relay' was changed since it was read",
                refusal(DISABLE));
        assertTrue(exchange.named(RELAY.name()).get(0).enabled());
        driver.execute(DISABLE);
        assertEquals(2, exchange.named(RELAY.name()).get(0).remoteIpRanges().size());
    }

    @Test
    void aRightThatAPersonGaveBetweenReadAndWriteStopsTheWriteToo() throws IOException {
        driver.read();
        shell.beforeNextCall(
                () -> exchange.grantByHand(RELAY.name(), "CONTOSO\\app", "ms-Exch-SMTP-Submit"));
        assertEquals(
                "Exchange refused: 'Postern relay' was changed since it was read",
                refusal(DISABLE));
    }

    @Test
    void anObjectThatVanishedBetweenReadAndWriteIsARefusal() throws IOException {
        driver.read();
        shell.beforeNextCall(() -> exchange.removeByHand(RELAY.name()));
        assertEquals(
                "Exchange refused: 'Postern relay' must be there exactly once, found 0",
                refusal(DISABLE));
        assertEquals(1, driver.read().size());
    }

    @Test
    void anObjectThatLostItsMarkIsNotOurs() throws IOException {
        driver.read();
        shell.beforeNextCall(
                () -> {
                    exchange.removeByHand(RELAY.name());
                    exchange.addByHand(SampleConnectors.unmanaged(RELAY.name(), "10.1.0.0/16"));
                });
        assertEquals(
                "Exchange refused: 'Postern relay' lacks Postern's mark in its comment",
                refusal(DISABLE));
        assertEquals("'Postern relay' is not managed by Postern", refusal(DISABLE));
    }

    @Test
    void twoConnectorsOfEqualNameAreNeverWrittenTo() throws IOException {
        driver.read();
        shell.beforeNextCall(
                () -> exchange.addByHand(SampleConnectors.unmanaged("POSTERN RELAY", "10.8.0.8")));
        assertEquals(
                "Exchange refused: 'Postern relay' must be there exactly once, found 2",
                refusal(DISABLE));
        int calls = shell.requests.size();
        assertEquals("'Postern relay' must be there exactly once, found 2", refusal(DISABLE));
        assertEquals(calls + 1, shell.requests.size());
    }

    @Test
    void aNameThatIsTakenByThenIsNotCreatedOver() throws IOException {
        driver.read();
        shell.beforeNextCall(
                () -> exchange.addByHand(SampleConnectors.unmanaged("new ONE", "10.8.0.8")));
        assertEquals(
                "Exchange refused: there is a connector 'New one' already",
                refusal(new ConnectorStep.CreateDisabled(named("New one"))));
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "TIMEOUT_AFTER",
                "SESSION_LOST_AFTER",
                "GARBAGE",
                "HALF_JSON",
                "NOTHING_AT_ALL",
                "EXIT_CODE_OF_ANOTHER_OUTCOME"
            })
    void aWriteWhoseAnswerWasLostIsReadBackAndCounts(Fault fault) throws IOException {
        driver.read();
        shell.failAfter(0, fault);
        driver.execute(DISABLE);
        assertFalse(exchange.named(RELAY.name()).get(0).enabled());
        assertTrue(shell.requests.get(shell.requests.size() - 1).startsWith("read.ps1"));
    }

    @ParameterizedTest
    @EnumSource(names = {"TIMEOUT_BEFORE", "SESSION_LOST_BEFORE"})
    void aWriteThatNeverArrivedIsReadBackAndAnError(Fault fault) throws IOException {
        driver.read();
        shell.failAfter(0, fault);
        String message = refusal(DISABLE);
        assertTrue(message.startsWith("'Postern relay' was not written: "), message);
        driver.execute(DISABLE);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "NOT_STARTED | nothing was written: powershell.exe cannot be started",
                "NO_CONNECTION | Exchange could not be asked: the WinRM client cannot",
                "REFUSED | Exchange refused: Access is denied.",
                "REFUSED_IN_EARNEST | Exchange refused: Access is denied."
            })
    void whatIsKnownNotToBeWrittenIsSaidWithoutAnotherRead(Fault fault, String message)
            throws IOException {
        driver.read();
        int calls = shell.requests.size();
        shell.failAfter(0, fault);
        String refusal = refusal(DISABLE);
        assertTrue(refusal.startsWith(message), refusal);
        assertEquals(calls + 1, shell.requests.size());
        driver.execute(DISABLE);
    }

    @Test
    void aWriteThatExchangeTakesAndDoesNotDoIsSeenInTheReadBack() throws IOException {
        driver.read();
        shell.failAfter(0, Fault.IGNORED);
        assertEquals(
                "'Postern relay' reads back otherwise than it was written: Disable 'Postern"
                        + " relay'.",
                refusal(DISABLE));
        driver.execute(DISABLE);
    }

    @Test
    void aReadThatCannotBeMadeSaysWhy() {
        shell.failAfter(0, Fault.NOTHING_AT_ALL);
        assertEquals(
                "cannot read the receive connectors of EX01: the script ended with code 255 and"
                        + " without an answer: The term is not recognized at line 1",
                assertThrows(IOException.class, driver::read).getMessage());
    }

    @Test
    void anAnswerFromAnotherDomainControllerIsNotBelieved() throws IOException {
        driver.read();
        shell.failAfter(0, Fault.OTHER_DOMAIN_CONTROLLER);
        driver.execute(DISABLE);
        assertTrue(
                shell.requests.get(shell.requests.size() - 1).startsWith("read.ps1"),
                "it was read again");
    }

    @Test
    void aConnectorOfAnotherServerIsNotBelieved() {
        shell = new FakeShell(new InMemoryExchange("EX02", List.of(SampleConnectors.wide())));
        driver = assertOpens(shell);
        assertEquals(
                "cannot read the receive connectors of EX01: the script shows a connector of EX02",
                assertThrows(IOException.class, driver::read).getMessage());
    }

    private ExchangeDriver assertOpens(FakeShell fresh) {
        try {
            return Servers.open(fresh, directory);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRequestLargerThanPowerShellReadsIsRefused() throws IOException {
        driver.read();
        ExchangeServerSettings settings = Servers.EX01;
        ScriptRequest request =
                ScriptRequest.of(
                        DISABLE, new ConnectorState("x".repeat(2_000_000), null, List.of(), null));
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> request.json(settings, "dc01", "x", "mark"))
                        .getMessage();
        assertTrue(message.contains("more than PowerShell reads at once"), message);
    }
}

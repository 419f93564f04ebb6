package io.postern.enforcement;

import static io.postern.enforcement.ConnectorDraft.connector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeScriptTest {
    private static Stream<Arguments> literals() {
        return Stream.of(
                Arguments.of("plain", "'plain'"),
                Arguments.of("it's", "'it''s'"),
                Arguments.of(
                        "\u2018\u2019\u201A\u201B",
                        "'\u2018\u2018\u2019\u2019\u201A\u201A\u201B\u201B'"),
                Arguments.of("$(Remove-Item x)", "'$(Remove-Item x)'"),
                Arguments.of("`n and \"", "'`n and \"'"),
                Arguments.of("*; Get-Process [a]", "'*; Get-Process [a]'"));
    }

    @ParameterizedTest
    @MethodSource("literals")
    void aValueStaysAValue(String value, String literal) {
        assertEquals(literal, PowerShellText.quoted(value));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 13, 27, 127, 0x2028})
    void aControlCharacterIsRefused(int code) {
        assertThrows(
                IllegalArgumentException.class,
                () -> PowerShellText.quoted("a" + (char) code + "b"));
    }

    @Test
    void aCommentCannotEndItself() {
        assertEquals("# a b c", PowerShellText.comment("a\nb\rc"));
    }

    @Test
    void hostileTextsOfTheServerArriveAsLiterals() {
        ReceiveConnector hostile =
                connector("Postern Internal", "10.0.0.1")
                        .managed()
                        .disabled()
                        .build()
                        .withProperties(
                                new ConnectorStep.Properties(
                                        Set.of(PermissionGroup.ANONYMOUS_USERS),
                                        Set.of(AuthMechanism.TLS),
                                        "x'; Remove-ReceiveConnector *; '",
                                        OwnershipMark.TEXT + " $(1)",
                                        1500,
                                        true));
        String script =
                ExchangeScript.of(
                        "EX'01",
                        List.of(new ConnectorStep.CreateDisabled(hostile)),
                        List.of(new Unsupported("a\nRemove-Item x", "r", "m")));
        assertTrue(script.contains("Fqdn = 'x''; Remove-ReceiveConnector *; '''\n"), script);
        assertTrue(script.contains("$Server = 'EX''01'\n"), script);
        assertTrue(script.contains("TarpitInterval = '00:00:01.500'\n"), script);
        assertTrue(script.contains("# Not held: a Remove-Item x: r."), script);
        assertFalse(script.lines().anyMatch(line -> line.startsWith("Remove-Item")), script);
    }

    @Test
    void undoTakesTheStepsBackLastFirst() {
        String script =
                ExchangeScript.of(
                        "EX01",
                        List.of(
                                new ConnectorStep.GrantRelay("Postern Relay"),
                                new ConnectorStep.Enable("Postern Relay")),
                        List.of());
        String undo = script.substring(script.indexOf("} else {\n    # 1. "));
        assertTrue(
                undo.indexOf("@{ Enabled = $false }")
                        < undo.indexOf("Set-ManagedRelay 'Postern Relay' $false"),
                undo);
    }
}

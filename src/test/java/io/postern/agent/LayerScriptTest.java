package io.postern.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.powershell.ShellScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What can be told by reading of the scripts of the pickup folder and of the object model guard;
 * they are run on Windows only.
 */
class LayerScriptTest {
    private static final List<String> FORBIDDEN =
            List.of(
                    "Invoke-Expression",
                    "iex ",
                    "[scriptblock]::Create",
                    "ExpandString",
                    "Add-Type",
                    "-Command ",
                    "EncodedCommand",
                    "Password",
                    "PSCredential",
                    // What is in a message is nobody's business.
                    "Get-Content",
                    "ReadAll",
                    "OpenRead",
                    "OpenText");
    private static final Pattern WRITE =
            Pattern.compile(
                    "(Grant|Revoke)-SmbShareAccess |\\.SetAccessControl\\(|\\.(SetValue|DeleteValue|CreateSubKey)\\(");

    static Stream<ShellScript> scripts() {
        return Stream.concat(
                Stream.of(io.postern.agent.pickup.Script.values()),
                Stream.of(io.postern.agent.outlook.Script.values()));
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void aScriptIsStrictAndAsciiAndMakesNoCodeOfValues(ShellScript script) {
        String text = script.text();
        assertTrue(text.contains("\nSet-StrictMode -Version Latest\n"), "strict");
        assertTrue(text.contains("\n$ErrorActionPreference = 'Stop'\n"), "errors stop it");
        assertTrue(text.chars().allMatch(c -> c < 128), "PowerShell 5.1 reads ASCII alike");
        FORBIDDEN.forEach(word -> assertFalse(text.contains(word), word));
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void nothingIsWrittenBeforeItIsKnownWhetherItIsMeantInEarnest(ShellScript script) {
        String text = script.text();
        var write = WRITE.matcher(text);
        while (write.find()) {
            String before = text.substring(0, write.start());
            String line = text.substring(before.lastIndexOf('\n') + 1).lines().findFirst().get();
            assertTrue(
                    line.contains("-WhatIf:$whatIf -Confirm:$false")
                            || before.toLowerCase(Locale.ROOT).contains("if (-not $whatif)")
                            || before.contains("if ($WhatIf) {\n            return"),
                    line);
        }
    }

    @Test
    void everyScriptOfTheDirectoriesIsKnownToItsDriver() throws IOException {
        for (String kind : List.of("pickup", "outlook")) {
            Path directory = Path.of("src/main/resources/io/postern/agent", kind);
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    assertTrue(
                            scripts()
                                    .anyMatch(
                                            script ->
                                                    script.getClass().getName().contains(kind)
                                                            && file.endsWith(script.fileName())),
                            file.toString());
                }
            }
        }
    }
}

package io.postern.agent.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.firewall.FirewallRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be told of the scripts by reading them; they are run on Windows only. */
class ScriptTest {
    private static final Path CALLS = Path.of("src/test/resources/agent/firewall/calls.txt");
    private static final Pattern PARAMETER = Pattern.compile(" -([A-Z][A-Za-z0-9]+)(?=[ :])");
    private static final Pattern WRITING =
            Pattern.compile(
                    "\\b(New|Set|Remove)-Net(FirewallRule|IPsec(Rule|Phase[12]AuthSet))\\b");
    private static final Pattern READING =
            Pattern.compile("\\bGet-Net(Firewall|IPsec|Connection)[A-Za-z0-9]+");

    @ParameterizedTest
    @EnumSource
    void aScriptIsStrictAndAsciiAndMakesNoCodeOfValues(Script script) {
        String text = script.text();
        assertTrue(text.contains("\nSet-StrictMode -Version Latest\n"), "strict");
        assertTrue(text.contains("\n$ErrorActionPreference = 'Stop'\n"), "errors stop it");
        assertTrue(text.chars().allMatch(c -> c < 128), "PowerShell 5.1 reads ASCII alike");
        for (String forbidden :
                Set.of(
                        "Invoke-Expression",
                        "iex ",
                        "[scriptblock]::Create",
                        "ExpandString",
                        "Add-Type",
                        "-Command ",
                        "EncodedCommand",
                        "Password",
                        "PSCredential")) {
            assertFalse(text.contains(forbidden), forbidden);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyWriteIsTriedFirstAndAsksNobody(Script script) {
        for (String line : script.text().split("\n")) {
            if (WRITING.matcher(line).find() && !line.strip().startsWith("#")) {
                assertTrue(line.contains("-ErrorAction 'Stop'"), line);
                assertTrue(line.contains("-Confirm:$false"), line);
                assertTrue(script == Script.DEAD_MAN || line.contains("-WhatIf:$whatIf"), line);
                assertTrue(
                        line.contains("-PolicyStore $localStore") || line.contains("-InputObject "),
                        line);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLookedForByAPatternAndEveryReadNamesItsStore(Script script) {
        for (String line : script.text().split("\n")) {
            if (READING.matcher(line).find() && !line.strip().startsWith("#")) {
                assertTrue(line.contains("-ErrorAction 'Stop'"), line);
                assertTrue(
                        line.contains("-PolicyStore ")
                                || line.contains("@Scope")
                                || line.contains("Get-NetConnectionProfile"),
                        line);
                assertFalse(line.matches(".*Get-Net\\S+ .*-(Name|DisplayName) .*"), line);
            }
        }
    }

    @Test
    void everyCmdletAndParameterOfTheGoldenCallsStandsInAScript() throws IOException {
        String text =
                Stream.of(Script.values()).map(Script::text).collect(Collectors.joining("\n"));
        TreeSet<String> words = new TreeSet<>();
        for (String line : Files.readAllLines(CALLS)) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                words.add(line.split(" ")[0]);
                Matcher matcher = PARAMETER.matcher(line.replaceAll("'[^']*'", "''"));
                while (matcher.find()) {
                    words.add(matcher.group(1));
                }
            }
        }
        assertTrue(words.contains("New-NetIPsecRule") && words.contains("LocalPort"), words + "");
        for (String word : words) {
            assertTrue(
                    text.contains(word + " ")
                            || text.contains("-" + word + ":")
                            || text.contains("'" + word + "'"),
                    word);
        }
    }

    @Test
    void theScriptsKnowOurGroup() {
        assertTrue(
                Script.STORE.text().contains("\n$ownGroup = '" + FirewallRule.OWN_GROUP + "'\n"));
    }

    @Test
    void everyScriptOfTheDirectoryIsKnown() throws IOException {
        try (Stream<Path> files =
                Files.list(Path.of("src/main/resources/io/postern/agent/firewall"))) {
            assertEquals(
                    Stream.of(Script.values()).map(Script::fileName).collect(Collectors.toSet()),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
    }
}

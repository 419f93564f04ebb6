package io.postern.agent.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.OwnershipMark;
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
    private static final Path CALLS = Path.of("src/test/resources/agent/exchange");
    private static final Pattern PARAMETER = Pattern.compile(" -([A-Z][A-Za-z]+)(?=[ :])");
    private static final Pattern CMDLET_OF_EXCHANGE =
            Pattern.compile(
                    "\\b(Get|New|Set|Remove|Add)-(ReceiveConnector|ADPermission|AcceptedDomain)\\b [^'|]*");

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
    void everyCallOfExchangeNamesTheDomainControllerAndWritesAskNobody(Script script) {
        for (String line : script.text().split("\n")) {
            if (!CMDLET_OF_EXCHANGE.matcher(line).find() || line.strip().startsWith("#")) {
                continue;
            }
            boolean splat = line.contains("-ADPermission @parameters");
            assertTrue(splat || line.contains("-DomainController "), line);
            assertTrue(line.contains("-ErrorAction 'Stop'"), line);
            if (!line.contains("Get-")) {
                assertTrue(line.contains("-WhatIf:$whatIf -Confirm:$false"), line);
            }
        }
    }

    @Test
    void everyCmdletAndParameterOfTheGoldenCallsStandsInAScript() throws IOException {
        String text =
                Stream.of(Script.values()).map(Script::text).collect(Collectors.joining("\n"));
        TreeSet<String> words = new TreeSet<>();
        try (Stream<Path> files = Files.walk(CALLS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (!line.isEmpty() && !line.startsWith("#")) {
                        words.add(line.split(" ")[0]);
                        // Parameters only: values stand in quotes.
                        Matcher matcher = PARAMETER.matcher(line.replaceAll("'[^']*'", "''"));
                        while (matcher.find()) {
                            words.add(matcher.group(1));
                        }
                    }
                }
            }
        }
        assertTrue(
                words.contains("Add-ADPermission") && words.contains("RemoteIPRanges"), words + "");
        for (String word : words) {
            assertTrue(
                    text.contains(word + " ")
                            || text.contains("-" + word + ":")
                            || text.contains("'" + word + "'"),
                    word);
        }
    }

    @Test
    void theScriptsKnowOurMark() {
        Matcher mark =
                Pattern.compile("\\$ownershipMark = '([^']+)'").matcher(Script.SESSION.text());
        assertTrue(mark.find());
        assertTrue(OwnershipMark.isIn(mark.group(1)));
        assertTrue(OwnershipMark.TEXT.startsWith(mark.group(1)));
    }

    @Test
    void everyScriptOfTheDirectoryIsKnown() throws IOException {
        Path directory = Path.of("src/main/resources/io/postern/agent/exchange");
        try (Stream<Path> files = Files.list(directory)) {
            Set<String> found =
                    files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString())
                            .collect(Collectors.toSet());
            assertEquals(
                    Stream.of(Script.values()).map(Script::fileName).collect(Collectors.toSet()),
                    found);
        }
    }
}

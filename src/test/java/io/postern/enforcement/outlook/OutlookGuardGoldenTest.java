package io.postern.enforcement.outlook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.enforcement.outlook.exports.OutlookGuardExports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each case is a directory: {@code observed.json} in, {@code compiled.txt} (for the profile ask)
 * and {@code script.ps1} out. Run with {@code -Dgolden.write=true} to write them anew, then read
 * the difference.
 */
class OutlookGuardGoldenTest {
    private static final Path ROOT = Path.of("src/test/resources/enforcement/outlook");

    @TestFactory
    Stream<DynamicTest> eachCaseCompilesToItsFiles() throws IOException {
        return cases().stream()
                .map(
                        one ->
                                DynamicTest.dynamicTest(
                                        one.getFileName().toString(), () -> check(one)));
    }

    private static List<Path> cases() throws IOException {
        try (Stream<Path> all = Files.list(ROOT)) {
            return all.sorted().toList();
        }
    }

    private static void check(Path directory) throws Exception {
        ObservedOutlookGuard observed =
                OutlookGuardExports.parse(Files.readString(directory.resolve("observed.json")));
        OutlookGuardState state = OutlookGuardCompiler.compile(GuardProfile.ASK).state();
        List<String> refused = OutlookGuardPlan.refusal(observed, state);
        List<OutlookGuardStep> steps =
                refused.isEmpty() ? OutlookGuardPlan.between(observed, state) : List.of();
        String text =
                section("refused", refused)
                        + section(
                                "steps", steps.stream().map(OutlookGuardStep::description).toList())
                        + section(
                                "drift",
                                OutlookGuardDrift.compare(state, observed).stream()
                                        .map(
                                                one ->
                                                        one.kind()
                                                                + " "
                                                                + one.subject()
                                                                + ": "
                                                                + one.detail())
                                        .toList())
                        + section(
                                "findings",
                                OutlookGuardFindings.of("TS01", observed).stream()
                                        .map(
                                                one ->
                                                        one.severity()
                                                                + " "
                                                                + one.rule()
                                                                + ": "
                                                                + one.message())
                                        .toList());
        golden(directory.resolve("compiled.txt"), text);
        golden(directory.resolve("script.ps1"), OutlookGuardScript.of("TS01", steps));
    }

    private static String section(String name, List<String> lines) {
        return "# "
                + name
                + "\n"
                + lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static void golden(Path file, String text) throws IOException {
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, text);
        }
        assertEquals(Files.readString(file).replace("\r\n", "\n"), text, file.toString());
    }

    @Test
    void noFileIsUnused() throws IOException {
        for (Path one : cases()) {
            try (Stream<Path> files = Files.list(one)) {
                assertEquals(
                        new TreeSet<>(Set.of("observed.json", "compiled.txt", "script.ps1")),
                        files.map(file -> file.getFileName().toString())
                                .collect(Collectors.toCollection(TreeSet::new)),
                        one.toString());
            }
        }
    }
}

package io.postern.enforcement.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.enforcement.pickup.exports.PickupExports;
import io.postern.policy.Policy;
import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each case is a directory: {@code policy.yaml} and {@code observed.json} in, {@code compiled.txt}
 * and {@code script.ps1} out. Run with {@code -Dgolden.write=true} to write them anew, then read
 * the difference.
 */
class PickupGoldenTest {
    private static final Path ROOT = Path.of("src/test/resources/enforcement/pickup");
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");

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
        Policy policy =
                PolicyDocument.parse(Files.readString(directory.resolve("policy.yaml"))).policy();
        ObservedPickup observed =
                PickupExports.parse(Files.readString(directory.resolve("observed.json")));
        CompiledPickup compiled = PickupCompiler.compile(policy, policy.servers().get(0), NOW);
        List<String> refused = PickupRefusal.reasons(observed, compiled.state());
        List<PickupStep> steps =
                refused.isEmpty() ? PickupPlan.between(observed, compiled.state()) : List.of();
        ObservedPickup after = observed;
        for (PickupStep step : steps) {
            after = PickupPlan.apply(after, step);
        }
        String text =
                section("writers", compiled.state().writers())
                        + section(
                                "unsupported",
                                compiled.unsupported().stream()
                                        .map(
                                                u ->
                                                        u.entry()
                                                                + ": "
                                                                + u.reason()
                                                                + ". Remedy: "
                                                                + u.remedy())
                                        .toList())
                        + section("refused", refused)
                        + section("steps", steps.stream().map(PickupStep::description).toList())
                        + section(
                                "drift before",
                                PickupDrift.compare(compiled.state(), observed).stream()
                                        .map(PickupGoldenTest::text)
                                        .toList())
                        + section(
                                "drift after",
                                PickupDrift.compare(compiled.state(), after).stream()
                                        .map(PickupGoldenTest::text)
                                        .toList())
                        + section(
                                "passages after",
                                PickupPassages.of(after, List.of(25)).stream()
                                        .map(p -> p.key() + " " + p.tier() + " " + p.accounts())
                                        .toList());
        golden(directory.resolve("compiled.txt"), text);
        golden(
                directory.resolve("script.ps1"),
                PickupScript.of("EX01", observed.path(), steps, compiled.unsupported()));
    }

    private static String text(PickupDrift drift) {
        return drift.kind()
                + " "
                + drift.subject()
                + ": "
                + drift.detail()
                + ". Remedy: "
                + drift.remedy();
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
                        new TreeSet<>(
                                Set.of(
                                        "policy.yaml",
                                        "observed.json",
                                        "compiled.txt",
                                        "script.ps1")),
                        files.map(file -> file.getFileName().toString())
                                .collect(Collectors.toCollection(TreeSet::new)),
                        one.toString());
            }
        }
    }
}

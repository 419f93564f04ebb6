package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.NetworkLayer.Opening;
import io.postern.enforcement.firewall.exports.FirewallExports;
import io.postern.policy.IdentityCondition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What exported firewalls let through to port 25, and the rule that opens each. Every case is a
 * directory of {@code observed.json} or {@code observed.reg}, and {@code effect.txt}; {@code
 * -Dgolden.write=true} writes the latter. The cases are invented, in the forms of the real thing.
 */
class FirewallEffectGoldenTest {
    private static final Path CASES = Path.of("src/test/resources/enforcement/firewall-effect");

    static Stream<String> cases() throws IOException {
        try (Stream<Path> directories = Files.list(CASES)) {
            return directories.map(one -> one.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theEffectIsAsItWas(String name) throws Exception {
        Path directory = CASES.resolve(name);
        Path export = directory.resolve("observed.json");
        Path file = Files.exists(export) ? export : directory.resolve("observed.reg");
        FirewallEffect effect =
                FirewallEffect.of(
                        FirewallExports.read(
                                Map.of(file.getFileName().toString(), Files.readAllBytes(file))));
        List<String> lines = new ArrayList<>();
        for (Opening opening : effect.openings(25)) {
            lines.add(
                    opening.rule()
                            + " | "
                            + String.join(" ", opening.addresses().texts())
                            + " | accounts: "
                            + text(opening.accounts())
                            + " | computers: "
                            + text(opening.computers()));
        }
        if (lines.isEmpty()) {
            lines.add("nobody");
        }
        effect.unknowns(25).forEach(one -> lines.add("? " + one));
        String text = String.join("\n", lines) + "\n";
        Path golden = directory.resolve("effect.txt");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(golden, text);
        }
        assertEquals(Files.readString(golden, StandardCharsets.UTF_8), text);
    }

    private static String text(IdentityCondition condition) {
        if (!condition.mustBeProven()) {
            return "anybody";
        }
        String names =
                condition.isEveryProven() ? "every proven" : String.join(" ", condition.names());
        return condition.except().isEmpty()
                ? names
                : names + " but " + String.join(" ", condition.except());
    }

    @Test
    void noFileIsUnused() throws IOException {
        Set<String> others = new TreeSet<>();
        try (Stream<Path> files = Files.walk(CASES)) {
            files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(
                            name ->
                                    !Set.of("observed.json", "observed.reg", "effect.txt")
                                            .contains(name))
                    .forEach(others::add);
        }
        assertEquals(Set.of(), others);
        assertTrue(cases().count() >= 6, "cases");
    }
}

package io.postern.enforcement.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.Server;
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
 * Each case is a directory: {@code policy.yaml} and {@code observed.txt} (what the programs of
 * Postfix said) in; {@code clients.cidr}, {@code relay.cidr}, {@code compiled.txt} and {@code
 * script.sh} out. Run with {@code -Dgolden.write=true} to write them anew, then read the
 * difference.
 */
class PostfixGoldenTest {
    private static final Path ROOT = Path.of("src/test/resources/enforcement/postfix");
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");
    private static final AddressSet PROVABLE = AddressSet.parse("10.20.50.0/24");

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

    private static void check(Path directory) throws IOException {
        Policy policy =
                PolicyDocument.parse(Files.readString(directory.resolve("policy.yaml"))).policy();
        Server server = policy.servers().get(0);
        ObservedPostfix observed =
                PostfixReading.of(
                        PostfixCaptures.parse(Files.readString(directory.resolve("observed.txt"))));
        CompiledPostfix compiled = PostfixCompiler.compile(policy, server, observed, PROVABLE, NOW);
        List<PostfixStep> steps = PostfixPlan.between(observed, compiled.state());
        ObservedPostfix after = observed;
        for (PostfixStep step : steps) {
            after = PostfixPlan.apply(after, step);
        }
        golden(directory.resolve("clients.cidr"), PostfixText.clients(compiled.state()));
        golden(directory.resolve("relay.cidr"), PostfixText.relay(compiled.state()));
        golden(
                directory.resolve("script.sh"),
                PostfixText.script(server.name(), observed, steps, compiled.unsupported()));
        golden(directory.resolve("compiled.txt"), text(server, observed, compiled, steps, after));
    }

    private static String text(
            Server server,
            ObservedPostfix observed,
            CompiledPostfix compiled,
            List<PostfixStep> steps,
            ObservedPostfix after) {
        return section("digest", List.of(compiled.state().digest()))
                + section("found", List.of(compiled.state().found().toString()))
                + section(
                        "unsupported",
                        compiled.unsupported().stream()
                                .map(
                                        one ->
                                                one.entry()
                                                        + ": "
                                                        + one.reason()
                                                        + ". Remedy: "
                                                        + one.remedy())
                                .toList())
                + section("deviations", observed.deviations())
                + section("notes", observed.notes())
                + section(
                        "services",
                        observed.services().stream().map(PostfixService::toString).toList())
                + section("steps", steps.stream().map(PostfixStep::description).toList())
                + section("drift before", drift(compiled, observed))
                + section("drift after", drift(compiled, after))
                + section("passages before", passages(server, observed))
                + section("passages after", passages(server, after));
    }

    private static List<String> drift(CompiledPostfix compiled, ObservedPostfix observed) {
        return PostfixDrift.compare(compiled.state(), observed).stream()
                .map(
                        one ->
                                one.kind()
                                        + " "
                                        + one.subject()
                                        + ": "
                                        + one.detail()
                                        + ". Remedy: "
                                        + one.remedy())
                .toList();
    }

    private static List<String> passages(Server server, ObservedPostfix observed) {
        PostfixEffect effect = PostfixEffect.of(observed);
        return server.ports().stream()
                .flatMap(
                        port ->
                                Stream.concat(
                                        effect.passages(port).stream()
                                                .map(
                                                        one ->
                                                                port
                                                                        + " "
                                                                        + one.tier()
                                                                        + " by "
                                                                        + one.key()
                                                                        + ": "
                                                                        + one.addresses()),
                                        effect.unknowns(port).stream()
                                                .map(one -> port + " not known: " + one)))
                .toList();
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
                                        "observed.txt",
                                        "clients.cidr",
                                        "relay.cidr",
                                        "compiled.txt",
                                        "script.sh")),
                        files.map(file -> file.getFileName().toString())
                                .collect(Collectors.toCollection(TreeSet::new)),
                        one.toString());
            }
        }
    }
}

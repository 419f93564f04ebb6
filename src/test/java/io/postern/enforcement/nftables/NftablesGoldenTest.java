package io.postern.enforcement.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.enforcement.nftables.exports.NftablesExports;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each case is a directory: {@code policy.yaml} and {@code ruleset.json}, as nft lists it, in;
 * {@code compiled.txt}, {@code input.nft} and {@code forward.nft} out. Run with {@code
 * -Dgolden.write=true} to write them anew, then read the difference.
 */
class NftablesGoldenTest {
    private static final Path ROOT = Path.of("src/test/resources/enforcement/nftables");
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
        String json = Files.readString(directory.resolve("ruleset.json"));
        Server server = policy.servers().get(0);
        StringBuilder text = new StringBuilder();
        for (NftablesHook hook : NftablesHook.values()) {
            CompiledNftables compiled =
                    NftablesCompiler.compile(policy, server, hook, server.kerberosRanges(), NOW);
            text.append("# ").append(hook.word()).append('\n');
            compiled.unsupported()
                    .forEach(
                            u ->
                                    text.append("unsupported ")
                                            .append(u.entry())
                                            .append(": ")
                                            .append(u.reason())
                                            .append(". Remedy: ")
                                            .append(u.remedy())
                                            .append('\n'));
            if (compiled.state() == null) {
                text.append("nothing is compiled\n");
            } else {
                text.append("digest ").append(compiled.state().digest()).append('\n');
                observed(json, server, hook, compiled.state(), text);
            }
            golden(
                    directory.resolve(hook.word() + ".nft"),
                    compiled.state() == null
                            ? ""
                            : NftablesText.replace(
                                    NftablesNames.table(server.name()), compiled.state()));
        }
        golden(directory.resolve("compiled.txt"), text.toString());
    }

    private static void observed(
            String json, Server server, NftablesHook hook, NftablesState state, StringBuilder text)
            throws Exception {
        ObservedNftables observed =
                NftablesExports.parse(
                        json,
                        NftablesNames.table(server.name()),
                        hook,
                        server.ports(),
                        server.addresses());
        List<String> lines = new ArrayList<>();
        observed.deviations().forEach(one -> lines.add("deviation: " + one));
        observed.foreign().forEach(one -> lines.add("foreign: " + one));
        observed.counters().forEach(one -> lines.add("counter: " + one));
        observed.notes().forEach(one -> lines.add("note: " + one));
        NftablesDrift.compare(state, observed)
                .forEach(
                        one ->
                                lines.add(
                                        "drift "
                                                + one.kind()
                                                + " "
                                                + one.subject()
                                                + ": "
                                                + one.detail()
                                                + ". Remedy: "
                                                + one.remedy()));
        NftablesPlan.between(observed, state)
                .forEach(one -> lines.add("step: " + one.description()));
        for (int port : server.ports()) {
            NftablesEffect effect = NftablesEffect.of(observed);
            effect.openings(port)
                    .forEach(
                            one ->
                                    lines.add(
                                            "effect "
                                                    + port
                                                    + ": "
                                                    + one.rule()
                                                    + " lets through "
                                                    + one.addresses()));
            effect.unknowns(port).forEach(one -> lines.add("unknown " + port + ": " + one));
        }
        text.append(lines.stream().map(line -> line + "\n").collect(Collectors.joining()));
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
                                        "ruleset.json",
                                        "compiled.txt",
                                        "input.nft",
                                        "forward.nft")),
                        files.map(file -> file.getFileName().toString())
                                .collect(Collectors.toCollection(TreeSet::new)),
                        one.toString());
            }
        }
    }
}

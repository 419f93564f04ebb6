package io.postern.enforcement;

import static io.postern.enforcement.ConnectorDraft.connector;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.Tier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each case has a directory with {@code connectors.txt} (the complete final list), {@code
 * steps.txt} (the way there from what was observed) and {@code unsupported.txt}. Run with {@code
 * -Dgolden.write=true} to write them anew, then read the difference.
 */
public class ExchangeCompilerGoldenTest {
    private static final Path ROOT = Path.of("src/test/resources/enforcement/exchange");
    private static final List<ReceiveConnector> FRESH =
            DefaultConnectors.ofFreshServer("EX01", "contoso.example");

    private record Case(PolicyDraft draft, List<ReceiveConnector> observed) {}

    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("nothing-granted", new Case(new PolicyDraft().own("10.20.0.11"), FRESH));
        cases.put("every-tier", new Case(everyTier(), FRESH));
        cases.put("everybody-internal", new Case(everybody(), FRESH));
        cases.put("blocks-and-expiry", new Case(blocksAndExpiry(), FRESH));
        cases.put("protected-sources", new Case(protectedSources(), FRESH));
        cases.put("foreign-connectors", new Case(foreignPolicy(), with(foreign())));
        cases.put("single-address-held", new Case(singlePolicy(), with(single())));
        cases.put("identity-grants", new Case(identity(), FRESH));
        cases.put("no-wide-connector", new Case(everyTier(), FRESH.subList(1, 5)));
        cases.put(
                "hub-role-on-25", new Case(everyTier(), with(connector("Hub", "10.9.0.1").hub())));
        cases.put(
                "name-taken", new Case(everyTier(), with(connector("postern relay", "10.9.0.1"))));
        cases.put("ipv4-only", new Case(ipv6Grant(), ipv4Only()));
        cases.put(
                "second-change",
                new Case(blocksAndExpiry(), everyTier().compile(FRESH).connectors()));
        return cases;
    }

    private static PolicyDraft everyTier() {
        return new PolicyDraft()
                .own("10.20.0.11", "fd00:20::11")
                .grant("scan", Tier.INTERNAL, "10.20.30.0/24", "10.20.31.5", "fd00:20:30::/64")
                .grant("more-scan", Tier.INTERNAL, "10.20.29.0/24")
                .grant("app", Tier.RELAY, "10.20.40.7", "10.20.30.128/25")
                .grant("crm", Tier.TRUSTED, "10.20.40.8");
    }

    private static PolicyDraft everybody() {
        return new PolicyDraft().grant("all", Tier.INTERNAL, "0.0.0.0/0", "::/0");
    }

    private static PolicyDraft blocksAndExpiry() {
        return new PolicyDraft()
                .own("10.20.0.11", "fd00:20::11")
                .grant("scan", Tier.INTERNAL, "10.20.30.0/24")
                .grant("late", Tier.RELAY, Instant.parse("2026-06-30T00:00:00Z"), "10.20.40.7")
                .grant("still", Tier.RELAY, Instant.parse("2026-07-02T00:00:00Z"), "10.20.40.8")
                .block("infected", "10.20.30.41");
    }

    private static PolicyDraft protectedSources() {
        return new PolicyDraft()
                .protect("gateways", Tier.INTERNAL, "10.20.0.50-10.20.0.51")
                .protect("relaying", Tier.RELAY, "10.20.0.60")
                .grant("lan", Tier.INTERNAL, "10.20.0.0/24");
    }

    private static ConnectorDraft[] foreign() {
        return new ConnectorDraft[] {
            connector("Across the border", "10.20.30.128-10.20.31.127"),
            connector("Exactly ours", "10.20.40.0/24").relay(true),
            connector("Inside ours", "10.20.50.4-10.20.50.7").on("10.20.0.11:25"),
            connector("Around ours", "10.20.60.0/24").on("0.0.0.0:25", "[::]:25"),
            connector("Beside", "10.20.70.0/24").on("0.0.0.0:2626")
        };
    }

    private static PolicyDraft foreignPolicy() {
        return new PolicyDraft()
                .grant("border", Tier.INTERNAL, "10.20.30.0/24")
                .grant("equal", Tier.INTERNAL, "10.20.40.0/24")
                .grant("wide", Tier.INTERNAL, "10.20.50.0/24")
                .grant("narrow", Tier.RELAY, "10.20.60.5");
    }

    private static ConnectorDraft[] single() {
        return new ConnectorDraft[] {
            connector("Old relay", "10.20.30.5", "10.20.99.9").relay(true),
            connector("Off", "10.20.31.5", "10.20.32.5").disabled()
        };
    }

    private static PolicyDraft singlePolicy() {
        return new PolicyDraft()
                .grant("scan", Tier.INTERNAL, "10.20.30.0/24", "10.20.31.0/24")
                .grant("one", Tier.INTERNAL, "10.20.32.5");
    }

    private static PolicyDraft identity() {
        return new PolicyDraft()
                .grant("scan", Tier.INTERNAL, "10.20.30.0/24")
                .grantToAccounts("logs", Tier.RELAY, "CONTOSO\\Servers", "10.20.30.0/25");
    }

    private static PolicyDraft ipv6Grant() {
        return new PolicyDraft().grant("scan", Tier.INTERNAL, "10.20.30.0/24", "fd00:20:30::/64");
    }

    private static List<ReceiveConnector> ipv4Only() {
        return List.of(
                connector("Default Frontend EX01", "0.0.0.0/0", "::/0").build(),
                connector("Six", "fd00::/16").on("[::]:25").build());
    }

    private static List<ReceiveConnector> with(ConnectorDraft... more) {
        List<ReceiveConnector> all = new ArrayList<>(FRESH);
        Stream.of(more).map(ConnectorDraft::build).forEach(all::add);
        return all;
    }

    @TestFactory
    Stream<DynamicTest> eachCaseCompilesToItsFiles() {
        return cases().entrySet().stream()
                .map(one -> DynamicTest.dynamicTest(one.getKey(), () -> check(one)));
    }

    private static void check(Map.Entry<String, Case> one) throws IOException {
        Map<String, String> texts = texts(one.getValue());
        Path directory = ROOT.resolve(one.getKey());
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Path file = directory.resolve(text.getKey());
            if (Boolean.getBoolean("golden.write")) {
                Files.createDirectories(directory);
                Files.writeString(file, text.getValue());
            }
            assertEquals(
                    Files.readString(file).replace("\r\n", "\n"), text.getValue(), file.toString());
        }
    }

    private static Map<String, String> texts(Case one) {
        CompiledConnectors compiled = one.draft().compile(one.observed());
        return Map.of(
                "connectors.txt",
                compiled.connectors().stream()
                        .map(ExchangeCompilerGoldenTest::text)
                        .collect(Collectors.joining("\n")),
                "steps.txt",
                ConnectorPlan.between(one.observed(), compiled.connectors()).stream()
                        .map(step -> step.description() + "\n")
                        .collect(Collectors.joining()),
                "unsupported.txt",
                compiled.unsupported().stream()
                        .map(u -> u.entry() + ": " + u.reason() + ". Remedy: " + u.remedy() + "\n")
                        .collect(Collectors.joining()));
    }

    private static String text(ReceiveConnector connector) {
        ConnectorData data = ConnectorData.of(connector);
        if (!data.managed()) {
            return data.name() + ": as observed\n";
        }
        return data.name()
                + (data.enabled() ? "" : " (disabled)")
                + "\n  "
                + data.transportRole()
                + " on "
                + String.join(", ", data.bindings())
                + " as "
                + data.fqdn()
                + "\n  groups "
                + String.join(", ", data.permissionGroups())
                + (data.anonymousRelay() ? ", anonymous relay" : "")
                + "; auth "
                + String.join(", ", data.authMechanism())
                + "\n  tarpit "
                + data.tarpitMillis()
                + " ms, verbose log "
                + data.verboseLogging()
                + ", comment "
                + data.comment()
                + data.remoteIpRanges().stream()
                        .map(range -> "\n    " + range)
                        .collect(Collectors.joining())
                + "\n";
    }

    @Test
    void noFileIsUnused() throws IOException {
        TreeSet<String> expected = new TreeSet<>();
        cases().keySet()
                .forEach(
                        name ->
                                Stream.of("connectors.txt", "steps.txt", "unsupported.txt")
                                        .forEach(file -> expected.add(name + "/" + file)));
        try (Stream<Path> files = Files.walk(ROOT)) {
            TreeSet<String> found =
                    files.filter(Files::isRegularFile)
                            .map(file -> ROOT.relativize(file).toString().replace('\\', '/'))
                            .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(expected, found);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** What each case observed and what it compiled to, for whoever carries the steps out. */
    public static Map<String, List<List<ReceiveConnector>>> transitions() {
        Map<String, List<List<ReceiveConnector>>> transitions = new LinkedHashMap<>();
        cases().forEach(
                        (name, one) ->
                                transitions.put(
                                        name,
                                        List.of(
                                                one.observed(),
                                                one.draft().compile(one.observed()).connectors())));
        return transitions;
    }
}

package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each case has a directory with {@code policy.yaml} and what comes of it: {@code rules.txt} (the
 * complete final list), {@code steps.txt}, {@code script.ps1} and {@code unsupported.txt}; one has
 * the scripts for group policy objects too. Run with {@code -Dgolden.write=true} to write all but
 * the policies anew, then read the difference.
 */
class FirewallCompilerGoldenTest {
    private static final Path ROOT = Path.of("src/test/resources/enforcement/windows-firewall");
    private static final String WITH_POLICY_OBJECTS = "accounts-and-computers";

    private static Map<String, Supplier<ObservedFirewall>> cases() {
        Map<String, Supplier<ObservedFirewall>> cases = new LinkedHashMap<>();
        for (String name :
                List.of(
                        "nothing-granted",
                        "devices-by-address",
                        "everybody",
                        "everybody-but-some",
                        WITH_POLICY_OBJECTS,
                        "blocks-of-identities",
                        "beyond-kerberos-ranges",
                        "no-sid",
                        "two-ports")) {
            cases.put(name, DefaultFirewall::ofFreshServer);
        }
        cases.put("foreign-rules", FirewallCompilerGoldenTest::foreign);
        cases.put("after-an-update", FirewallCompilerGoldenTest::afterAnUpdate);
        cases.put("changed-by-hand", FirewallCompilerGoldenTest::changedByHand);
        cases.put("second-change", () -> closed(WITH_POLICY_OBJECTS));
        cases.put("hostile-names", FirewallCompilerGoldenTest::hostile);
        return cases;
    }

    private static ObservedFirewall closed(String policy) {
        return FirewallDraft.reached(
                DefaultFirewall.ofFreshServer(), compiled(ROOT.resolve(policy)).state());
    }

    private static ObservedFirewall foreign() {
        return FirewallDraft.observed(
                FirewallDraft.rule("{A}", "Port 25 alone", "Any", "25"),
                FirewallDraft.rule("{B}", "A range", FirewallDraft.EXCHANGE, "20-30", "RPC"),
                FirewallDraft.rule("{C}", "Another product", "C:\\Other\\relay.exe", "25"),
                FirewallDraft.rule("{D}", "Every port", FirewallDraft.EXCHANGE, "Any"),
                FirewallDraft.of(
                        FirewallDraft.rule("{E}", "Every protocol", "Any", "Any"), "Any", "Local"),
                FirewallDraft.of(
                        FirewallDraft.rule("{F}", "By policy", "Any", "25"), "TCP", "GroupPolicy"),
                FirewallDraft.rule("{G}", "Off", "Any", "25").enabled(false),
                FirewallDraft.rule("{H}", "Web", "Any", "443"));
    }

    private static ObservedFirewall afterAnUpdate() {
        ObservedFirewall closed = closed("after-an-update");
        List<FirewallRule> left =
                closed.rules().stream()
                        .filter(rule -> !rule.displayName().contains("MSExchangeTransportWorker"))
                        .toList();
        List<FirewallRule> copies =
                closed.rules().stream().filter(rule -> rule.name().contains("copy")).toList();
        List<FirewallRule> rules = new java.util.ArrayList<>(left);
        copies.stream().filter(copy -> !left.contains(copy)).forEach(rules::add);
        for (FirewallRule original : DefaultFirewall.ofFreshServer().rules()) {
            if (original.displayName().contains("MSExchangeTransportWorker")) {
                rules.add(original.named("{NEW-" + original.name().substring(1)));
            }
        }
        return FirewallDraft.with(closed, rules);
    }

    private static ObservedFirewall changedByHand() {
        ObservedFirewall closed = closed("changed-by-hand");
        List<FirewallRule> rules =
                closed.rules().stream()
                        .map(
                                rule ->
                                        rule.name().startsWith("postern-25-addresses")
                                                ? FirewallDraft.ports(rule, "25", "80")
                                                : rule.displayName().startsWith("!MSExchangeFront")
                                                        ? FirewallDraft.ports(rule, "25", "587")
                                                        : rule)
                        .toList();
        List<AuthenticationSet> sets =
                closed.authenticationSets().stream()
                        .map(
                                set ->
                                        set.phase() == 1
                                                ? set
                                                : new AuthenticationSet(
                                                        set.name(),
                                                        set.displayName(),
                                                        set.group(),
                                                        2,
                                                        List.of("Anonymous")))
                        .toList();
        return new ObservedFirewall(
                closed.profiles(), rules, closed.securityRules(), sets, closed.notes());
    }

    private static ObservedFirewall hostile() {
        return FirewallDraft.observed(
                FirewallDraft.rule(
                        "x'*[a]|`$(calc)\u2019", "\u2018; calc; '%TEMP%|", "Any", "25", "587"));
    }

    private static CompiledFirewall compiled(Path directory) {
        Policy policy = policy(directory);
        return FirewallCompiler.compile(policy, policy.servers().get(0), FirewallDraft.NOW);
    }

    private static Policy policy(Path directory) {
        try {
            return PolicyDocument.parse(Files.readString(directory.resolve("policy.yaml")))
                    .policy();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> eachCaseCompilesToItsFiles() {
        return cases().entrySet().stream()
                .map(
                        one ->
                                DynamicTest.dynamicTest(
                                        one.getKey(),
                                        () -> check(one.getKey(), one.getValue().get())));
    }

    private static void check(String name, ObservedFirewall observed) throws IOException {
        Path directory = ROOT.resolve(name);
        for (Map.Entry<String, String> text : texts(name, observed).entrySet()) {
            Path file = directory.resolve(text.getKey());
            if (Boolean.getBoolean("golden.write")) {
                Files.writeString(file, text.getValue());
            }
            assertEquals(
                    Files.readString(file).replace("\r\n", "\n"), text.getValue(), file.toString());
        }
    }

    private static Map<String, String> texts(String name, ObservedFirewall observed) {
        Path directory = ROOT.resolve(name);
        CompiledFirewall compiled = compiled(directory);
        List<FirewallStep> steps = FirewallPlan.between(observed, compiled.state());
        ObservedFirewall last = FirewallDraft.after(observed, steps);
        assertEquals(
                compiled.state(),
                FirewallPlan.held(last, compiled.state().ports()),
                directory + "");
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("rules.txt", text(observed, last));
        texts.put(
                "steps.txt",
                steps.stream()
                        .map(step -> step.description() + "\n")
                        .collect(Collectors.joining()));
        texts.put("script.ps1", FirewallScript.of("EX01", steps, compiled.unsupported()));
        texts.put(
                "unsupported.txt",
                compiled.unsupported().stream()
                        .map(u -> u.entry() + ": " + u.reason() + ". Remedy: " + u.remedy() + "\n")
                        .collect(Collectors.joining()));
        if (name.equals(WITH_POLICY_OBJECTS)) {
            Server server = policy(directory).servers().get(0);
            texts.put("client.ps1", ClientMirrorScript.of(server, compiled.state()));
            texts.put(
                    "server-policy.ps1",
                    ServerPolicyScript.of(
                            "EX01",
                            compiled.state(),
                            List.of("Profile Domain: local rules are void."),
                            compiled.unsupported()));
        }
        return texts;
    }

    private static String text(ObservedFirewall observed, ObservedFirewall last) {
        StringBuilder text = new StringBuilder();
        for (FirewallRule rule : last.rules()) {
            text.append(observed.rules().contains(rule) ? "= " : "+ ").append(text(rule));
        }
        for (ConnectionSecurityRule rule : last.securityRules()) {
            text.append(observed.securityRules().contains(rule) ? "= " : "+ ");
            text.append(rule.name()).append(" \"").append(rule.displayName()).append("\"\n");
            text.append("    ").append(rule.inboundSecurity()).append('/');
            text.append(rule.outboundSecurity()).append(' ').append(rule.protocol());
            text.append(" local ports ").append(rule.localPorts()).append(" sets '");
            text.append(rule.phase1Set()).append("' '").append(rule.phase2Set()).append("'\n");
            text.append("    remote ").append(rule.remoteAddresses()).append('\n');
        }
        for (AuthenticationSet set : last.authenticationSets()) {
            text.append(observed.authenticationSets().contains(set) ? "= " : "+ ");
            text.append(set.name()).append(" phase ").append(set.phase()).append(' ');
            text.append(set.proposals()).append('\n');
        }
        return text.toString();
    }

    private static String text(FirewallRule rule) {
        return rule.name()
                + " \""
                + rule.displayName()
                + "\" group '"
                + rule.group()
                + "'"
                + (rule.enabled() ? "" : " (disabled)")
                + "\n    "
                + rule.action()
                + " "
                + rule.protocol()
                + " "
                + rule.localPorts()
                + " profile "
                + rule.profile()
                + " program "
                + rule.program()
                + " service "
                + rule.service()
                + " source "
                + rule.source()
                + "\n    remote "
                + rule.remoteAddresses()
                + (rule.isSecure()
                        ? "\n    authentication "
                                + rule.authentication()
                                + ", encryption "
                                + rule.encryption()
                                + "\n    user    "
                                + rule.remoteUser()
                                + "\n    machine "
                                + rule.remoteMachine()
                        : "")
                + "\n";
    }

    @Test
    void noFileIsUnused() throws IOException {
        TreeSet<String> expected = new TreeSet<>();
        cases().forEach(
                        (name, observed) -> {
                            expected.add(name + "/policy.yaml");
                            texts(name, observed.get())
                                    .keySet()
                                    .forEach(file -> expected.add(name + "/" + file));
                        });
        try (Stream<Path> files = Files.walk(ROOT)) {
            TreeSet<String> found =
                    files.filter(Files::isRegularFile)
                            .map(file -> ROOT.relativize(file).toString().replace('\\', '/'))
                            .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(expected, found);
        }
    }
}

package io.postern.cli.demo;

import io.postern.cli.network.LabHost;
import io.postern.cli.network.NetworkLab;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.AddressTiers;
import io.postern.policy.EntryKind;
import io.postern.policy.InvalidPolicyException;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.smtp.ObservedTier.Level;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells the story of a change with real processes, and leaves the pages up. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Service, agents and simulated Exchange servers on this machine: one change after the other, each proven.")
public final class DemoCommand implements Callable<Integer> {
    private static final int MAX_POLICY_BYTES = 32 << 20;
    static final String UNLISTED = "203.0.113.50";

    @Option(
            names = "--exit",
            description = "Stop at the end of the story instead of leaving the pages up.")
    private boolean exit;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Roll out your own policy file, its addresses simulated.")
    private Path policyFile;

    @Option(
            names = "--network",
            description = {
                "On a network of its own instead, made of network namespaces: real packets, nftables",
                "on a gateway and two servers, two Postfixes. Needs root on Linux, nft and postfix."
            })
    private boolean network;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    private final Clock clock = Clock.systemUTC();

    @Override
    public Integer call() throws IOException {
        if (network) {
            return callOnNetwork();
        }
        String name = policyFile == null ? "policy.yaml" : policyFile.toString();
        String text;
        PolicyDocument document;
        try {
            text = text();
            document = PolicyDocument.parse(text);
        } catch (InvalidPolicyException e) {
            e.errors().forEach(error -> spec.commandLine().getErr().println(error.at(name)));
            return 2;
        } catch (IOException e) {
            spec.commandLine().getErr().println("postern demo: " + e.getMessage());
            return 2;
        }
        if (document.policy().servers().isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(name + ":1:1: the demo needs at least one server in the policy");
            return 2;
        }
        return tell(document, text);
    }

    private int callOnNetwork() throws IOException {
        PrintWriter errors = spec.commandLine().getErr();
        if (policyFile != null) {
            errors.println("postern demo: --network has a policy of its own, so no --policy");
            return 2;
        }
        Optional<String> missing = NetworkLab.missing();
        if (missing.isPresent()) {
            errors.println("postern demo: --network cannot run here: " + missing.get());
            return 2;
        }
        String text = resource("/demo/network.yaml");
        Narrator narrator = narrator();
        try (NetworkLab lab = NetworkLab.start();
                NetworkStory story =
                        new NetworkStory(
                                lab, narrator, PolicyDocument.parse(text).policy(), clock)) {
            Runtime.getRuntime().addShutdownHook(new Thread(story::stop, "postern-demo-stop"));
            narrator.line(
                    "Everything runs in network namespaces of its own ("
                            + lab.namespace(LabHost.GATEWAY)
                            + " and others) and is gone at the end.");
            story.tell(text);
            boolean good = narrator.end();
            if (!exit && story.story() != null) {
                leaveUp(narrator, story.story());
            }
            return good ? 0 : 1;
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = DemoCommand.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Narrator narrator() {
        return new Narrator(
                spec.commandLine().getOut(),
                System.console() != null && System.getenv("CI") == null);
    }

    private String text() throws IOException {
        if (policyFile == null) {
            return resource("/demo/policy.yaml");
        }
        if (!Files.isReadable(policyFile)) {
            throw new IOException(policyFile + " cannot be read");
        }
        if (Files.size(policyFile) > MAX_POLICY_BYTES) {
            throw new IOException(policyFile + " is larger than " + MAX_POLICY_BYTES + " bytes");
        }
        return Files.readString(policyFile, StandardCharsets.UTF_8);
    }

    private int tell(PolicyDocument document, String text) throws IOException {
        Narrator narrator = narrator();
        try (Stage stage = new Stage()) {
            Thread stop = new Thread(stage::close, "postern-demo-stop");
            Runtime.getRuntime().addShutdownHook(stop);
            narrator.line(
                    "Everything runs on loopback in "
                            + stage.directory()
                            + " and is gone at the end.");
            Story story = new Story(stage, narrator, document.policy(), Story.Conditions.USUAL);
            boolean started =
                    narrator.step(
                                    "the service starts with a database of its own",
                                    story::startService)
                            && narrator.step(
                                    "one agent a server enrols with a one-time token, and no second one with it",
                                    story::startAgents);
            if (started) {
                if (policyFile == null) {
                    tellAll(narrator, story, document, text);
                } else {
                    tellOwn(narrator, story, document, text);
                }
                narrator.step(
                        "the audit trail is whole, checked outside the service", story::audit);
            }
            boolean good = narrator.end();
            if (!exit && started) {
                leaveUp(narrator, story);
            }
            return good ? 0 : 1;
        }
    }

    /** The state found: whoever reaches port 25 may send to internal recipients. */
    private static String asFound(PolicyDocument document) {
        List<PolicyEntry> entries = new ArrayList<>();
        for (PolicyEntry entry : document.entries()) {
            if (List.of(EntryKind.ACCEPTED_DOMAIN, EntryKind.SERVER, EntryKind.PROTECTED_SOURCE)
                    .contains(entry.kind())) {
                entries.add(entry);
            }
        }
        entries.add(
                new PolicyEntry(
                        EntryKind.GRANT,
                        "as-found",
                        "{\"from\":{\"addresses\":[\"0.0.0.0/0\",\"::/0\"]},\"key\":\"as-found\",\"owner\":\"messaging\","
                                + "\"reason\":\"what a default Exchange allows, until we know better\",\"tier\":\"internal\"}"));
        return PolicyDocument.ofEntries(entries).toYaml();
    }

    private void adopt(Narrator narrator, Story story, PolicyDocument document) {
        narrator.step(
                "what is allowed today is adopted as revision 1 and proven by probes",
                () -> {
                    long change =
                            story.draft("Adopt what a default Exchange allows", asFound(document));
                    story.submit(change);
                    return story.rollOutTo("VERIFIED", change);
                });
    }

    private void tellAll(Narrator narrator, Story story, PolicyDocument document, String text) {
        String[] all = story.servers();
        narrator.step(
                "before: an unlisted client may send to internal recipients",
                () -> story.expect(UNLISTED, Level.INTERNAL, all));
        adopt(narrator, story, document);
        long[] change = new long[3];
        narrator.step(
                "alice asks for ten grants and nothing else; the exact impact is known before",
                () -> {
                    change[0] = story.draft("Ten grants, everything else closed", text);
                    return story.submit(change[0]);
                });
        narrator.step("alice cannot approve her own change", () -> story.ownApproval(change[0]));
        narrator.step(
                "bob approves; it rolls out ring by ring, and probes prove it",
                () -> story.rollOutTo("VERIFIED", change[0]));
        narrator.step(
                "after: the unlisted client is refused",
                () -> story.expect(UNLISTED, Level.NONE, all));
        narrator.step(
                "a listed printer still sends, and cannot relay",
                () -> story.expect("10.20.30.10", Level.INTERNAL, all));
        narrator.step(
                "the infected PC in the printers' network is refused",
                () -> story.expect("10.20.30.41", Level.NONE, all));
        narrator.step(
                "a change whose enforcement is sabotaged on ex02 fails its probe and is undone everywhere",
                () -> {
                    story.sabotage("ex02", "drop-range 10.20.60.0/24");
                    change[1] =
                            story.draftGrant(
                                    "Label printers of the new hall",
                                    "label-printers",
                                    grant(
                                            "label-printers",
                                            "10.20.60.0/24",
                                            "internal",
                                            "labels of the new hall"));
                    story.submit(change[1]);
                    String end = story.rollOutTo("ROLLED_BACK", change[1]);
                    story.sabotage("ex02", "");
                    return end;
                });
        narrator.step(
                "nothing of it is left on either server",
                () -> story.expect("10.20.60.7", Level.NONE, all) + story.inSync());
        narrator.step(
                "a relay grant for one host rolls out",
                () -> {
                    change[2] =
                            story.draftGrant(
                                    "Relay for the shop",
                                    "shop",
                                    grant("shop", "10.20.40.77", "relay", "order mails"));
                    return story.submit(change[2]) + "\n" + story.rollOutTo("VERIFIED", change[2]);
                });
        narrator.step(
                "it opens exactly that host",
                () ->
                        story.expect("10.20.40.77", Level.AT_LEAST_RELAY, all)
                                + "\n"
                                + story.expect("10.20.40.76", Level.NONE, all)
                                + "\n"
                                + story.expect("10.20.40.78", Level.NONE, all)
                                + "\n"
                                + story.expect("10.20.30.10", Level.INTERNAL, all));
        FirewallChapter.tell(narrator, story);
    }

    private static Map<String, ?> grant(String key, String address, String tier, String reason) {
        return Map.of(
                "key",
                key,
                "from",
                Map.of("addresses", List.of(address)),
                "tier",
                tier,
                "owner",
                "shop-team",
                "reason",
                reason,
                "ticket",
                "CHG-1011",
                "expires",
                "2028-12-31");
    }

    private void tellOwn(Narrator narrator, Story story, PolicyDocument document, String text) {
        adopt(narrator, story, document);
        long[] change = new long[1];
        narrator.step(
                "your policy as a change request: its exact impact",
                () -> {
                    change[0] = story.draft("The policy of " + policyFile.getFileName(), text);
                    return story.submit(change[0]);
                });
        narrator.step("the author cannot approve it", () -> story.ownApproval(change[0]));
        narrator.step(
                "approved by a second person, rolled out ring by ring, proven by probes",
                () -> story.rollOutTo("VERIFIED", change[0]));
        Instant now = clock.instant();
        for (Server server : document.policy().servers()) {
            if (!List.of(story.servers()).contains(server.name())
                    || !server.enforcement().contains("exchange")) {
                continue;
            }
            AddressTiers tiers =
                    AddressTiers.of(document.policy(), server, server.ports().get(0), now);
            sample(tiers.of(Tier.NONE))
                    .ifPresent(
                            address ->
                                    narrator.step(
                                            address
                                                    + ", listed nowhere, is refused by "
                                                    + server.name(),
                                            () ->
                                                    story.expect(
                                                            address, Level.NONE, server.name())));
            sample(tiers.of(Tier.INTERNAL))
                    .ifPresent(
                            address ->
                                    narrator.step(
                                            address
                                                    + " may send to own domains through "
                                                    + server.name(),
                                            () ->
                                                    story.expect(
                                                            address,
                                                            Level.INTERNAL,
                                                            server.name())));
            sample(tiers.of(Tier.RELAY))
                    .ifPresent(
                            address ->
                                    narrator.step(
                                            address + " may relay through " + server.name(),
                                            () ->
                                                    story.expect(
                                                            address,
                                                            Level.AT_LEAST_RELAY,
                                                            server.name())));
        }
    }

    /** One address of the set that is nobody's own; the documentation range first. */
    private static Optional<String> sample(AddressSet set) {
        AddressSet usual = set.intersect(AddressSet.parse("203.0.113.0/24"));
        AddressSet from =
                usual.isEmpty() ? set.subtract(AddressSet.parse("127.0.0.0/8", "::1")) : usual;
        return from.ranges().stream().findFirst().map(AddressRange::low).map(Object::toString);
    }

    private static void leaveUp(Narrator narrator, Story story) {
        narrator.line("");
        narrator.line(
                "The pages are up at " + story.url() + "/ui until you press Ctrl-C. Sign in as");
        for (Person person : story.people()) {
            narrator.line(String.format("  %-6s %s", person.name(), person.password()));
        }
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

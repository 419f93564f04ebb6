package io.postern.cli.selftest;

import io.postern.cli.demo.LabStage;
import io.postern.cli.demo.StoryException;
import io.postern.cli.network.LabHost;
import io.postern.cli.network.LabPostfix;
import io.postern.cli.network.NetworkLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Faults of a real network: a server kept by nftables alone, one by Postfix alone, two clients that
 * probe from their own addresses. Needs root on Linux. One caller at a time, but it may be closed
 * by another thread.
 */
final class LinuxBench implements AutoCloseable {
    private static final String KEY = "toggled";
    private static final long REPORT_SECONDS = 180;
    private static final String POLICY =
            """
            version: 1
            acceptedDomains: [contoso.example]
            servers:
              - {name: mx1, addresses: [10.77.2.21, 'fd77:2::21'], ring: main, enforcement: [nftables]}
              - {name: mx2, addresses: [10.77.2.22, 'fd77:2::22'], ring: main, enforcement: [postfix]}
            grants:
              - {key: elsewhere, from: {addresses: [10.77.1.100]}, tier: internal, owner: selftest, reason: trial of a fault, expires: 2099-12-31}
            """;

    private final NetworkLab lab;
    private final Random random;
    private final LinuxTampering tampering;
    private final List<LabPostfix> postfixes = new ArrayList<>();
    private volatile LabStage stage;
    private ChangeDesk desk;

    /** The address that is let in now; null = none. */
    private String open;

    LinuxBench(long seed) throws IOException {
        this.random = new Random(seed);
        this.lab = NetworkLab.start();
        this.tampering =
                new LinuxTampering(Files.createDirectory(lab.directory().resolve("tampering")));
    }

    /** What is missing for it, as a sentence; empty = nothing. */
    static Optional<String> missing() {
        return NetworkLab.missing();
    }

    /** Starts everything and adopts a policy. */
    void start() throws Exception {
        for (LabHost server : List.of(LabHost.MX1, LabHost.MX2)) {
            LabPostfix postfix =
                    LabPostfix.start(lab, server, LabPostfix.Settings.of(TrialPolicy.DOMAIN));
            postfixes.add(postfix);
        }
        Path master = postfixes.get(0).configDirectory().resolve("master.cf");
        Files.writeString(master, "2526 inet n - n - - smtpd\n", StandardOpenOption.APPEND);
        postfixes.get(0).reload();
        stage =
                LabStage.start(
                        lab,
                        List.of(
                                "postern.rollout.activation-patience=PT40S",
                                "postern.rollout.probe-patience=PT90S",
                                "postern.rollout.probe-pause=PT3S",
                                "postern.rollout.confirm-window=PT4M",
                                "postern.probe.accepted-domain=" + TrialPolicy.DOMAIN),
                        (name, command) ->
                                name.equals("mx1") || name.equals("mx2")
                                        ? tampering.command(command)
                                        : command);
        desk = new ChangeDesk(stage.stage(), stage.admin(), stage.alice(), stage.bob());
        stage.enrol("mx1", LabHost.MX1, List.of("mx1"));
        stage.enrol("mx2", LabHost.MX2, List.of("mx2"));
        for (LabHost client : List.of(LabHost.CLIENT1, LabHost.CLIENT2)) {
            stage.enrol(client.word(), client, List.of());
            stage.startAgent(client.word(), List.of());
        }
        stage.startAgent("mx1", List.of("--driver", "linux", "--nftables"));
        stage.startAgent(
                "mx2",
                List.of(
                        "--driver",
                        "linux",
                        "--postfix",
                        postfixes.get(1).configDirectory().toString()));
        stage.stage()
                .await(
                        "agents",
                        null,
                        REPORT_SECONDS,
                        () -> stage.admin().reportedServers() == 2 && desk.vantages() == 4);
        require(desk.adopt(POLICY), "the test policy");
    }

    private static void require(ChangeDesk.Ending ending, String what) throws StoryException {
        if (ending.verdict() != FaultVerdict.NO_ALARM) {
            throw new StoryException(what + " cannot be rolled out: " + ending.rollout());
        }
    }

    /** Arms a fault, rolls the change out that brings it out, and puts everything right. */
    TrialResult trial(LinuxKind kind) throws Exception {
        LabHost client = random.nextBoolean() ? LabHost.CLIENT1 : LabHost.CLIENT2;
        boolean isIpv6 = kind.isIpv6Only() || random.nextBoolean();
        String address = isIpv6 ? client.ipv6() : client.ipv4();
        prepare(kind.isOpening() ? null : address);
        if (kind.script() == null) {
            tampering.loseReloads();
        } else {
            tampering.arm(kind.script().apply(isIpv6 ? "ip6" : "ip", address));
        }
        ChangeDesk.Ending ending;
        try {
            ending = toggle(kind.effect(), kind.isOpening() ? address : null);
        } finally {
            tampering.disarm();
        }
        if (ending.verdict() == FaultVerdict.NO_ALARM) {
            open = kind.isOpening() ? address : null;
        }
        desk.awaitSync();
        return new TrialResult(
                kind.name(),
                TrialResult.LINUX,
                kind.server().word() + (kind.isOpening() ? " opens to " : " closes to ") + address,
                FaultVerdict.DETECTED_FAIL.name(),
                ending.verdict(),
                ending.verdict() == FaultVerdict.DETECTED_FAIL,
                ending.detection().orElse(null),
                ending.rollout().path("reason").asText("").replace("null", ""));
    }

    private void prepare(String wanted) throws Exception {
        if (wanted == null ? open != null : !wanted.equals(open)) {
            require(toggle("Before a trial", wanted), "the state before a trial");
            open = wanted;
            desk.awaitSync();
        }
    }

    private ChangeDesk.Ending toggle(String title, String address) throws Exception {
        return desk.change(
                title,
                List.of(
                        address == null
                                ? TrialPolicy.remove("grants", KEY)
                                : TrialPolicy.put(
                                        "grants",
                                        TrialPolicy.grant(
                                                KEY, List.of(address), "internal", null))));
    }

    /** What a kind is where the network cannot be made. */
    static TrialResult skipped(LinuxKind kind, String why) {
        return new TrialResult(
                kind.name(),
                TrialResult.LINUX,
                kind.server().word(),
                FaultVerdict.DETECTED_FAIL.name(),
                null,
                false,
                null,
                why);
    }

    /** Ends everything; for the end of this process, which has nobody to tell of a failure. */
    void stop() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("postern selftest: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        if (stage != null) {
            stage.close();
        }
        for (LabPostfix postfix : postfixes) {
            postfix.close();
        }
        lab.close();
    }
}

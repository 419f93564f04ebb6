package io.postern.change;

import io.postern.change.Analysis.AnalysedFinding;
import io.postern.change.Analysis.AnalysedProof;
import io.postern.change.Analysis.AnalysedRegion;
import io.postern.change.Analysis.AnalysedServer;
import io.postern.change.Analysis.AnalysedStep;
import io.postern.change.Analysis.Because;
import io.postern.change.Analysis.Coverage;
import io.postern.change.Analysis.Witness;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.server.DesiredState;
import io.postern.policy.ChangeProof;
import io.postern.policy.Impact;
import io.postern.policy.Operation;
import io.postern.policy.Policy;
import io.postern.policy.PolicyCheck;
import io.postern.policy.Region;
import io.postern.policy.Revision;
import io.postern.policy.Server;
import io.postern.policy.Submission;
import io.postern.probe.ProbePlan;
import io.postern.rollout.ServerPlan;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Works out what operations would do: pure, the same input gives the same analysis and the same
 * hash.
 */
final class Analyst {
    private Analyst() {}

    static Analysis analyse(
            Revision base,
            List<Operation> operations,
            Policy before,
            Policy after,
            ServerObservations observations,
            Instant at) {
        Impact impact = Impact.between(before, after, at);
        List<AnalysedRegion> regions = impact.regions().stream().map(Analyst::region).toList();
        List<AnalysedFinding> findings =
                PolicyCheck.check(before, after, at).stream()
                        .map(
                                finding ->
                                        new AnalysedFinding(
                                                finding.level().name().toLowerCase(Locale.ROOT),
                                                finding.rule(),
                                                finding.entry(),
                                                finding.message(),
                                                finding.remedy()))
                        .toList();
        List<AnalysedServer> servers =
                after.servers().stream()
                        .map(
                                server ->
                                        server(
                                                impact,
                                                base.number() + 1,
                                                after,
                                                server,
                                                observations,
                                                at))
                        .toList();
        String hash = ApprovalHash.of(base, operations, regions, servers);
        return new Analysis(
                at,
                regions,
                List.copyOf(impact.unknowns()),
                proof(ChangeProof.of(before, after, at)),
                findings,
                servers,
                hash);
    }

    private static AnalysedProof proof(ChangeProof proof) {
        return new AnalysedProof(
                proof.verdict(),
                proof.isKnown(),
                proof.isAchieved(),
                proof.steps().stream().map(Analyst::step).toList(),
                proof.collateral().stream().map(Analyst::region).toList());
    }

    private static AnalysedStep step(ChangeProof.Step step) {
        return new AnalysedStep(
                word(step.intent()),
                step.key(),
                step.tier().word(),
                word(step.alreadyTrue()),
                word(step.achieved()),
                step.missing().stream().map(Analyst::missing).toList());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String missing(ChangeProof.Missing missing) {
        return missing.addresses()
                + " on "
                + String.join(", ", missing.servers())
                + ", as "
                + (missing.because() == null
                        ? "no entry matches there"
                        : "'" + missing.because() + "' decides there");
    }

    private static AnalysedRegion region(Region region) {
        Submission witness = region.witness();
        return new AnalysedRegion(
                region.direction().name(),
                region.servers(),
                region.ports(),
                region.accounts(),
                region.computers(),
                region.addresses().texts(),
                region.addressCount().toString(),
                region.from(),
                region.until(),
                region.before().word(),
                region.after().word(),
                new Witness(
                        witness.address().toString(),
                        witness.account(),
                        witness.computer(),
                        witness.server(),
                        witness.port(),
                        witness.at()),
                new Because(region.because().before(), region.because().after()));
    }

    private static AnalysedServer server(
            Impact impact,
            long revision,
            Policy after,
            Server server,
            ServerObservations observations,
            Instant at) {
        ProbePlan probes = ProbePlan.of(impact.regions(), after, server, at);
        Coverage coverage =
                new Coverage(
                        probes.probes().size(),
                        probes.regions(),
                        probes.coveredRegions(),
                        probes.addresses().toString(),
                        probes.coveredAddresses().toString(),
                        probes.uncovered());
        if (!server.enforcement().contains(DesiredState.EXCHANGE)) {
            return without(
                    server,
                    coverage,
                    "no enforcement point of kind exchange: nothing will be pushed to it");
        }
        Optional<List<ReceiveConnector>> observed = observations.of(server.name());
        if (observed.isEmpty()) {
            return without(
                    server,
                    coverage,
                    "no agent has reported its connectors yet: nothing can be compiled");
        }
        ServerPlan plan = ServerPlan.of(after, server, revision, observed.get(), at);
        if (plan.refusal().isPresent()) {
            return without(server, coverage, "cannot be pushed: " + plan.refusal().get());
        }
        return new AnalysedServer(
                server.name(),
                server.ring(),
                plan.desired().digest(),
                plan.steps().stream().map(ConnectorStep::description).toList(),
                plan.unsupported().stream()
                        .map(u -> u.entry() + ": " + u.reason() + " (remedy: " + u.remedy() + ")")
                        .toList(),
                coverage,
                otherKinds(server));
    }

    private static String otherKinds(Server server) {
        List<String> others =
                server.enforcement().stream()
                        .filter(kind -> !kind.equals(DesiredState.EXCHANGE))
                        .toList();
        return others.isEmpty() ? null : "not pushed by this version: " + String.join(", ", others);
    }

    private static AnalysedServer without(Server server, Coverage coverage, String note) {
        return new AnalysedServer(
                server.name(), server.ring(), null, List.of(), List.of(), coverage, note);
    }
}

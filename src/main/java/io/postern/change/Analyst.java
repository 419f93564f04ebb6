package io.postern.change;

import io.postern.change.Analysis.AnalysedFinding;
import io.postern.change.Analysis.AnalysedProof;
import io.postern.change.Analysis.AnalysedRegion;
import io.postern.change.Analysis.AnalysedServer;
import io.postern.change.Analysis.AnalysedStep;
import io.postern.change.Analysis.Because;
import io.postern.change.Analysis.Coverage;
import io.postern.change.Analysis.Witness;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.Post;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.policy.ChangeProof;
import io.postern.policy.Impact;
import io.postern.policy.Operation;
import io.postern.policy.Policy;
import io.postern.policy.PolicyCheck;
import io.postern.policy.Region;
import io.postern.policy.Revision;
import io.postern.policy.Server;
import io.postern.policy.Submission;
import io.postern.probe.EnforcementPaths;
import io.postern.probe.ProbeBudget;
import io.postern.probe.ProbePlan;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

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
            ProbeBudget budget,
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
                        .flatMap(
                                server ->
                                        posts(server, observations)
                                                .map(
                                                        post ->
                                                                server(
                                                                        impact,
                                                                        base.number() + 1,
                                                                        after,
                                                                        server,
                                                                        post,
                                                                        observations,
                                                                        budget,
                                                                        at)))
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

    /** The server itself, whoever serves it, and its gateways. */
    private static Stream<Post> posts(Server server, ServerObservations observations) {
        return Stream.concat(
                Stream.of(Post.of(server)),
                ServerCompiler.pushedPosts(
                                server, observations.posts(server.name()), observations::of)
                        .stream()
                        .map(Post::parse)
                        .filter(Post::isGateway));
    }

    private static AnalysedServer server(
            Impact impact,
            long revision,
            Policy after,
            Server server,
            Post post,
            ServerObservations observations,
            ProbeBudget budget,
            Instant at) {
        Optional<CompiledServer> compiled =
                compiled(revision, after, server, post, observations, at);
        Optional<CompiledServer> own =
                post.isGateway()
                        ? compiled(revision, after, server, Post.of(server), observations, at)
                        : compiled;
        Coverage coverage = coverage(impact, after, server, own, observations, budget, at);
        if (!ServerCompiler.isPushed(server)) {
            return without(
                    server,
                    post,
                    coverage,
                    "no enforcement point of a kind that is pushed ("
                            + String.join(", ", ServerCompiler.KINDS)
                            + "): nothing will be pushed to it");
        }
        if (compiled.isEmpty()) {
            return without(
                    server,
                    post,
                    coverage,
                    "no agent has reported what it has yet: nothing can be compiled");
        }
        CompiledServer pushed = compiled.get();
        if (pushed.refused().isPresent()) {
            return without(server, post, coverage, "cannot be pushed: " + pushed.refusal());
        }
        return new AnalysedServer(
                post.toString(),
                server.ring(),
                pushed.desired().digest(),
                pushed.steps().stream().map(EnforcementStep::description).toList(),
                pushed.unsupported().stream()
                        .map(u -> u.entry() + ": " + u.reason() + " (remedy: " + u.remedy() + ")")
                        .toList(),
                coverage,
                pushed.notes().isEmpty() ? null : String.join("; ", pushed.notes()));
    }

    private static AnalysedServer without(
            Server server, Post post, Coverage coverage, String note) {
        return new AnalysedServer(
                post.toString(), server.ring(), null, List.of(), List.of(), coverage, note);
    }

    /** Empty = nothing is pushed there, or nothing was read yet. */
    private static Optional<CompiledServer> compiled(
            long revision,
            Policy after,
            Server server,
            Post post,
            ServerObservations observations,
            Instant at) {
        return !ServerCompiler.isPushed(server)
                ? Optional.empty()
                : observations
                        .of(post.toString())
                        .map(
                                observed ->
                                        ServerCompiler.compile(
                                                after,
                                                server,
                                                post,
                                                revision,
                                                observed,
                                                observations.of(server.name()).orElse(null),
                                                at));
    }

    private static Coverage coverage(
            Impact impact,
            Policy after,
            Server server,
            Optional<CompiledServer> compiled,
            ServerObservations observations,
            ProbeBudget budget,
            Instant at) {
        Optional<ObservedServer> observed = observations.of(server.name());
        EnforcementPaths paths =
                compiled.filter(one -> one.refused().isEmpty())
                        .flatMap(
                                one ->
                                        observed.map(
                                                read ->
                                                        EnforcementPaths.of(
                                                                server, one.desired(), read)))
                        .orElse(EnforcementPaths.UNKNOWN);
        ProbePlan plan =
                ProbePlan.of(
                        impact.regions(),
                        after,
                        server,
                        at,
                        observations.reach(server),
                        paths,
                        budget);
        return new Coverage(
                plan.probes().size(),
                plan.coverage().regions(),
                plan.coverage().coveredRegions(),
                plan.coverage().equivalentRegions(),
                plan.coverage().addresses().toString(),
                plan.coverage().coveredAddresses().toString(),
                plan.coverage().equivalentAddresses().toString(),
                plan.coverage().uncovered(),
                plan.later(),
                plan.leftOut());
    }
}

package io.postern.fleet;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.Fidelity;
import io.postern.enforcement.ServerFidelity;
import io.postern.enforcement.Unsupported;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.enforcement.server.ServerSteps;
import io.postern.policy.Policy;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.problem.DomainException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says what servers let through otherwise than the policy says: of all layers that agents report.
 */
@ApplicationScoped
public class FidelityService {
    private final ServerOverviews overviews;
    private final Publications publications;
    private final Revisions revisions;
    private final Clock clock;

    FidelityService(
            ServerOverviews overviews,
            Publications publications,
            Revisions revisions,
            Clock clock) {
        this.overviews = overviews;
        this.publications = publications;
        this.revisions = revisions;
        this.clock = clock;
    }

    /**
     * One server's newest report, against the revision that it holds; against the newest one in
     * mode observe and while it holds none.
     *
     * @param name in any case
     * @throws DomainException if there is no such server
     */
    @Transactional
    public LiveFidelity of(String name) {
        ServerOverview overview = overviews.named(name);
        ServerReport report = overview.report();
        Optional<Publication> held = held(overview);
        long revision =
                held.map(publication -> publication.state().revision())
                        .orElseGet(() -> revisions.head().number());
        if (report == null) {
            return unjudged(
                    overview,
                    revision,
                    "No agent has read this server back yet: what it lets through is not known.");
        }
        Policy policy = revisions.policy(revision);
        Optional<Server> server = policy.server(overview.name());
        if (server.isEmpty()) {
            return unjudged(
                    overview,
                    revision,
                    "Revision " + revision + " has no such server: there is nothing to compare.");
        }
        Instant at = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        ObservedServer observed = report.serverState();
        CompiledServer compiled =
                ServerCompiler.compile(policy, server.get(), revision, observed, at);
        return new LiveFidelity(
                overview.name(),
                overview.mode(),
                revision,
                held.isPresent(),
                report.reportedAt(),
                null,
                fidelity(policy, server.get(), report, observed, compiled.unsupported(), at),
                held.isPresent()
                        ? null
                        : ifEnforced(policy, server.get(), report, observed, compiled, at));
    }

    private static Fidelity ifEnforced(
            Policy policy,
            Server server,
            ServerReport report,
            ObservedServer observed,
            CompiledServer compiled,
            Instant at) {
        Fidelity judged =
                fidelity(
                        policy,
                        server,
                        report,
                        ServerSteps.apply(observed, compiled.steps()),
                        compiled.unsupported(),
                        at);
        List<String> unknowns = new ArrayList<>(judged.unknowns());
        compiled.refused()
                .ifPresent(why -> unknowns.add("As it stands nothing can be pushed: " + why + "."));
        compiled.notes().forEach(note -> unknowns.add("A layer stays as it is: " + note));
        return new Fidelity(judged.regions(), unknowns);
    }

    private Optional<Publication> held(ServerOverview overview) {
        ServerReport report = overview.report();
        if (report == null
                || report.activeSerial() == 0
                || ServerMode.OBSERVE.word().equals(overview.mode())) {
            return Optional.empty();
        }
        return publications.find(overview.name(), report.activeSerial());
    }

    private static LiveFidelity unjudged(ServerOverview overview, long revision, String why) {
        ServerReport report = overview.report();
        return new LiveFidelity(
                overview.name(),
                overview.mode(),
                revision,
                false,
                report == null ? null : report.reportedAt(),
                why,
                null,
                null);
    }

    /** The one place that makes a fidelity of a policy, a server of it and what was reported. */
    private static Fidelity fidelity(
            Policy policy,
            Server server,
            ServerReport report,
            ObservedServer observed,
            List<Unsupported> unsupported,
            Instant at) {
        List<AcceptedDomain> domains = report.acceptedDomains();
        boolean isOpenToEveryDomain =
                domains != null && domains.stream().anyMatch(AcceptedDomain::isEveryDomain);
        Fidelity known =
                ServerFidelity.of(
                        policy,
                        server,
                        observed.paths(isOpenToEveryDomain, server.ports()),
                        unsupported,
                        at);
        if (domains != null) {
            return known;
        }
        List<String> unknowns = new ArrayList<>(known.unknowns());
        unknowns.add(AcceptedDomain.UNKNOWN);
        return new Fidelity(known.regions(), unknowns);
    }
}

package io.postern.fleet;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.Fidelity;
import io.postern.enforcement.ServerFidelity;
import io.postern.enforcement.Unsupported;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.Post;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.enforcement.server.ServerSteps;
import io.postern.policy.AddressSet;
import io.postern.policy.Passage;
import io.postern.policy.Policy;
import io.postern.policy.ProtectedSource;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says what servers let through otherwise than the policy says: of all layers that agents report.
 */
@ApplicationScoped
public class FidelityService {
    private final ServerOverviews overviews;
    private final FleetService fleet;
    private final Publications publications;
    private final Revisions revisions;
    private final Clock clock;

    FidelityService(
            ServerOverviews overviews,
            FleetService fleet,
            Publications publications,
            Revisions revisions,
            Clock clock) {
        this.overviews = overviews;
        this.fleet = fleet;
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
        Post post = Post.parse(overview.name());
        if (post.isGateway()) {
            return unjudged(
                    overview,
                    revision,
                    "A gateway is judged together with what stands behind it: see "
                            + post.server()
                            + ".");
        }
        Gateways gateways = gateways(overview.name());
        if (report == null && gateways.observed().isEmpty()) {
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
        Judge judge = new Judge(policy, server.get(), report, gateways, at);
        if (report == null) {
            return new LiveFidelity(
                    overview.name(),
                    overview.mode(),
                    revision,
                    false,
                    gateways.readAt(),
                    null,
                    judge.unread(),
                    null);
        }
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
                judge.of(observed, compiled.unsupported()),
                held.isPresent() ? null : judge.ifEnforced(observed, compiled));
    }

    /**
     * What was read of the gateways before a server.
     *
     * @param unread names of those that never reported
     * @param readAt when the oldest report came; null = there is none
     */
    private record Gateways(List<ObservedNftables> observed, List<String> unread, Instant readAt) {}

    private Gateways gateways(String server) {
        List<ObservedNftables> observed = new ArrayList<>();
        List<String> unread = new ArrayList<>();
        Instant oldest = null;
        for (String name : fleet.posts(server)) {
            if (!Post.parse(name).isGateway()) {
                continue;
            }
            ServerReport report = fleet.report(name).orElse(null);
            if (report == null || report.nftables() == null) {
                unread.add(name);
                continue;
            }
            observed.add(report.nftables());
            boolean isOlder = oldest == null || report.reportedAt().isBefore(oldest);
            oldest = isOlder ? report.reportedAt() : oldest;
        }
        return new Gateways(observed, unread, oldest);
    }

    /** The one place that makes a fidelity of a policy, a server of it and what was reported. */
    private final class Judge {
        private final Policy policy;
        private final Server server;
        private final ServerReport report;
        private final Gateways gateways;
        private final Instant at;

        Judge(Policy policy, Server server, ServerReport report, Gateways gateways, Instant at) {
            this.policy = policy;
            this.server = server;
            this.report = report;
            this.gateways = gateways;
            this.at = at;
        }

        Fidelity unread() {
            return withUnknowns(
                    ServerFidelity.of(
                            policy,
                            server,
                            ObservedServer.unread(server, known()),
                            List.of(),
                            fronts(),
                            at),
                    List.of());
        }

        Fidelity of(ObservedServer observed, List<Unsupported> unsupported) {
            List<AcceptedDomain> domains = report.acceptedDomains();
            boolean isOpenToEveryDomain =
                    domains != null && domains.stream().anyMatch(AcceptedDomain::isEveryDomain);
            Fidelity fidelity =
                    ServerFidelity.of(
                            policy,
                            server,
                            observed.paths(isOpenToEveryDomain, server, known()),
                            unsupported,
                            fronts(),
                            at);
            boolean isUnsure = domains == null && !observed.connectors().isEmpty();
            return withUnknowns(fidelity, isUnsure ? List.of(AcceptedDomain.UNKNOWN) : List.of());
        }

        /** A gateway that nobody read may let everybody through. */
        private List<ObservedNftables> known() {
            return gateways.unread().isEmpty() ? gateways.observed() : List.of();
        }

        private Fidelity withUnknowns(Fidelity fidelity, List<String> more) {
            List<String> unknowns = new ArrayList<>(fidelity.unknowns());
            unknowns.addAll(more);
            gateways.unread()
                    .forEach(
                            name ->
                                    unknowns.add(
                                            "Gateway "
                                                    + name
                                                    + " was not read back: it counts as letting"
                                                    + " everybody through."));
            return new Fidelity(fidelity.regions(), unknowns);
        }

        /** What gets through to those of the policy's servers that hand mail on to this one. */
        private Map<String, List<Passage>> fronts() {
            Map<String, List<Passage>> fronts = new HashMap<>();
            for (ProtectedSource source : policy.protectedSources()) {
                if (source.forwards()) {
                    front(source).ifPresent(passages -> fronts.put(source.name(), passages));
                }
            }
            return fronts;
        }

        /** Empty = somebody may reach the source of whom nobody knows. */
        private Optional<List<Passage>> front(ProtectedSource source) {
            AddressSet left = source.addresses().set();
            List<Passage> passages = new ArrayList<>();
            for (Server other : policy.servers()) {
                Optional<ServerReport> known =
                        left.intersect(other.addresses()).isEmpty()
                                ? Optional.empty()
                                : fleet.report(other.name());
                if (known.isPresent() && known.get().postfix() != null) {
                    Gateways before = gateways(other.name());
                    passages.addAll(
                            ServerFidelity.direct(
                                    policy,
                                    other,
                                    known.get()
                                            .serverState()
                                            .paths(
                                                    false,
                                                    other,
                                                    before.unread().isEmpty()
                                                            ? before.observed()
                                                            : List.of())));
                    left = left.subtract(other.addresses());
                }
            }
            return left.isEmpty() ? Optional.of(passages) : Optional.empty();
        }

        Fidelity ifEnforced(ObservedServer observed, CompiledServer compiled) {
            Fidelity judged =
                    of(ServerSteps.apply(observed, compiled.steps()), compiled.unsupported());
            List<String> unknowns = new ArrayList<>(judged.unknowns());
            compiled.refused()
                    .ifPresent(
                            why ->
                                    unknowns.add(
                                            "As it stands nothing can be pushed: " + why + "."));
            compiled.notes().forEach(note -> unknowns.add("A layer stays as it is: " + note));
            return new Fidelity(judged.regions(), unknowns);
        }
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
}

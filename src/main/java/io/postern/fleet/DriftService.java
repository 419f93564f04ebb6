package io.postern.fleet;

import io.postern.audit.AuditTrail;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorDrift;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.nftables.NftablesDrift;
import io.postern.enforcement.outlook.OutlookGuardDrift;
import io.postern.enforcement.pickup.PickupDrift;
import io.postern.enforcement.pickup.PickupPlan;
import io.postern.enforcement.pickup.PickupState;
import io.postern.enforcement.postfix.PostfixDrift;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.DriftFinding;
import io.postern.enforcement.server.FirewallDrift;
import io.postern.enforcement.server.Post;
import io.postern.enforcement.server.ServerLayers;
import io.postern.enforcement.server.ServerSteps;
import io.postern.policy.Policy;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.policy.ServerRepair;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.rollout.Rollout;
import io.postern.rollout.Rollouts;
import io.postern.security.Actor;
import io.postern.security.Role;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Finds drift in what agents report, and has our own objects written again when a person says so,
 * or where the policy does and that opens nothing. It never touches what is not ours.
 */
@ApplicationScoped
public class DriftService {
    /** Least time between a publication and a repair of the same server. */
    private static final Duration REPAIR_PAUSE = Duration.ofMinutes(2);

    private final ServerOverviews overviews;
    private final Publications publications;
    private final Reports reports;
    private final Rollouts rollouts;
    private final Revisions revisions;
    private final AuditTrail audit;
    private final Clock clock;

    DriftService(
            ServerOverviews overviews,
            Publications publications,
            Reports reports,
            Rollouts rollouts,
            Revisions revisions,
            AuditTrail audit,
            Clock clock) {
        this.overviews = overviews;
        this.publications = publications;
        this.reports = reports;
        this.rollouts = rollouts;
        this.revisions = revisions;
        this.audit = audit;
        this.clock = clock;
    }

    /** Every server of the newest policy or of an agent, by name. */
    @Transactional
    public List<ServerDrift> all() {
        return overviews.all().stream().map(overview -> of(overview.name())).toList();
    }

    /** One server; its newest report against the publication that its agent says it holds. */
    @Transactional
    public ServerDrift of(String server) {
        Optional<ServerReport> reported = reports.find(server);
        if (reported.isEmpty()) {
            return new ServerDrift(
                    server, null, "No agent has read this server back yet.", List.of(), List.of());
        }
        ServerReport report = reported.get();
        Optional<Publication> held = publications.find(server, report.activeSerial());
        if (held.isEmpty()) {
            return new ServerDrift(
                    server,
                    report.reportedAt(),
                    "Nothing published is in force: it is as it was found.",
                    List.of(),
                    List.of());
        }
        List<ReceiveConnector> desired = connectors(held.get().state().connectors());
        List<ReceiveConnector> observed = connectors(report.observed());
        boolean isExchange = held.get().state().kind().equals(DesiredState.EXCHANGE);
        List<ConnectorDrift> ofConnectors = new ArrayList<>();
        if (isExchange) {
            ofConnectors.addAll(ConnectorDrift.compare(desired, observed));
            ofConnectors.addAll(ConnectorDrift.effective(desired, observed));
        }
        List<String> unknowns = new ArrayList<>();
        if (report.acceptedDomains() == null && (isExchange || !observed.isEmpty())) {
            unknowns.add(AcceptedDomain.UNKNOWN);
        } else if (report.acceptedDomains() != null) {
            ofConnectors.addAll(
                    ConnectorDrift.effective(desired, observed, report.acceptedDomains()));
        }
        List<DriftFinding> findings =
                new ArrayList<>(ofConnectors.stream().map(DriftFinding::of).toList());
        layer(
                held.get().state().layers().firewall(),
                report.firewall(),
                FirewallDrift::of,
                "The Windows firewall was not read back: what it holds is not known.",
                findings,
                unknowns);
        addOthers(held.get().state().layers(), report, findings, unknowns);
        return new ServerDrift(server, report.reportedAt(), null, findings, unknowns);
    }

    /** Of the layers that no SMTP session passes. */
    private static void addOthers(
            ServerLayers desired,
            ServerReport report,
            List<DriftFinding> findings,
            List<String> unknowns) {
        layer(
                desired.pickup(),
                report.pickup(),
                (wanted, read) -> findings(PickupDrift.compare(wanted, read), DriftFinding::of),
                "The pickup folder was not read back: who may write there is not known.",
                findings,
                unknowns);
        layer(
                desired.outlookGuard(),
                report.outlookGuard(),
                (wanted, read) ->
                        findings(OutlookGuardDrift.compare(wanted, read), DriftFinding::of),
                "The object model guard was not read back: what it is is not known.",
                findings,
                unknowns);
        layer(
                desired.nftables(),
                report.nftables(),
                (wanted, read) -> findings(NftablesDrift.compare(wanted, read), DriftFinding::of),
                "The nftables ruleset was not read back: what it does is not known.",
                findings,
                unknowns);
        layer(
                desired.postfix(),
                report.postfix(),
                (wanted, read) -> findings(PostfixDrift.compare(wanted, read), DriftFinding::of),
                "Postfix was not read back: whom it takes mail from is not known.",
                findings,
                unknowns);
        if (desired.nftables() != null && report.nftables() != null) {
            unknowns.addAll(report.nftables().notes());
        }
        if (desired.postfix() != null && report.postfix() != null) {
            unknowns.addAll(report.postfix().notes());
        }
    }

    /**
     * A layer that is desired and was not read back is not known; one that is not desired is not
     * looked at.
     */
    private static <S, O> void layer(
            S desired,
            O observed,
            BiFunction<S, O, List<DriftFinding>> comparison,
            String unread,
            List<DriftFinding> findings,
            List<String> unknowns) {
        if (desired != null && observed != null) {
            findings.addAll(comparison.apply(desired, observed));
        } else if (desired != null) {
            unknowns.add(unread);
        }
    }

    private static <D> List<DriftFinding> findings(
            List<D> drifts, Function<D, DriftFinding> finding) {
        return drifts.stream().map(finding).toList();
    }

    private static List<ReceiveConnector> connectors(List<ConnectorData> data) {
        return data.stream().map(ConnectorData::toConnector).toList();
    }

    /**
     * Publishes what the server holds as desired once more: its agent writes its own objects again.
     * It needs no confirmation, since this state was approved and confirmed before.
     *
     * @throws DomainException if there is nothing of ours to mend, the mode is not enforce, a
     *     rollout touches the server, or the role is missing
     */
    @Transactional
    public ServerDrift revert(Actor actor, String server) {
        if (!actor.has(Role.OPERATOR)) {
            throw new DomainException(
                    ErrorCode.NOT_PERMITTED, "Reverting drift needs the role operator.");
        }
        requireEnforced(server);
        requireNoRollout(server);
        ServerDrift drift = of(server);
        if (!drift.canBeReverted()) {
            throw new DomainException(
                    ErrorCode.WRONG_STATE,
                    drift.findings().isEmpty()
                            ? "'" + server + "' has no drift that is known."
                            : "What differs on '"
                                    + server
                                    + "' is not Postern's to change: adopt it by a change request,"
                                    + " or change it by hand.");
        }
        long serial = reports.find(server).orElseThrow().activeSerial();
        Publication held = publications.find(server, serial).orElseThrow();
        publishAgain(actor.name(), "drift.reverted", held, drift);
        return drift;
    }

    /**
     * Publishes again without a person where the policy says so, writing ours again opens nothing,
     * the agent has taken what was published last, and no repair was published just before: who
     * fights somebody over a connector must not do it at every report.
     */
    @Transactional
    public void repair(String server) {
        Policy policy = revisions.policy(revisions.head().number());
        Optional<Server> known = policy.server(Post.parse(server).server());
        Optional<Publication> newest = publications.newest(server);
        Optional<ServerReport> reported = reports.find(server);
        if (known.isEmpty()
                || known.get().repair() != ServerRepair.TIGHTENING
                || known.get().mode() != ServerMode.ENFORCE
                || newest.isEmpty()
                || reported.isEmpty()
                || reported.get().activeSerial() != newest.get().serial()
                || !newest.get().isConfirmed()
                || newest.get().publishedAt().plus(REPAIR_PAUSE).isAfter(clock.instant())
                || rollouts.touching(server).isPresent()) {
            return;
        }
        ServerDrift drift = of(server);
        boolean tightens =
                drift.canBeReverted() && isTightening(newest.get().state(), reported.get());
        if (tightens) {
            publishAgain("postern", "drift.repaired", newest.get(), drift);
        }
    }

    private static boolean isTightening(DesiredState state, ServerReport report) {
        boolean ofConnectors =
                !state.kind().equals(DesiredState.EXCHANGE)
                        || ConnectorDrift.isTighteningToRevert(
                                connectors(state.connectors()), connectors(report.observed()));
        FirewallState firewall = state.layers().firewall();
        PickupState pickup = state.layers().pickup();
        // Writing an entry again lets somebody in; taking foreign ones away does not.
        boolean ofPickup =
                pickup == null
                        || report.pickup() != null
                                && PickupPlan.held(report.pickup())
                                        .writers()
                                        .containsAll(pickup.writers());
        return ofConnectors
                && ofPickup
                && ofLinux(state.layers(), report)
                && (firewall == null
                        || report.firewall() != null
                                && ServerSteps.opensNothing(report.firewall(), firewall));
    }

    private static boolean ofLinux(ServerLayers wanted, ServerReport report) {
        boolean ofNftables =
                wanted.nftables() == null
                        || report.nftables() != null
                                && ServerSteps.opensNothing(report.nftables(), wanted.nftables());
        return ofNftables
                && (wanted.postfix() == null
                        || report.postfix() != null
                                && ServerSteps.opensNothing(report.postfix(), wanted.postfix()));
    }

    private void publishAgain(String who, String action, Publication held, ServerDrift drift) {
        Publication again = publications.add(held.state(), null, null, clock.instant());
        audit.record(
                who,
                action,
                "server",
                drift.server(),
                Map.of(
                        "findings",
                        drift.findings().stream()
                                .map(one -> one.kind() + " " + one.subject())
                                .toList()));
        audit.record(
                "postern",
                FleetService.PUBLISHED,
                "server",
                drift.server(),
                Map.of(
                        "serial",
                        again.serial(),
                        "revision",
                        held.state().revision(),
                        "digest",
                        again.digest()));
    }

    private void requireEnforced(String server) {
        Policy policy = revisions.policy(revisions.head().number());
        ServerMode mode =
                policy.server(Post.parse(server).server())
                        .map(Server::mode)
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.NOT_FOUND,
                                                "the newest policy has no server '"
                                                        + server
                                                        + "'"));
        if (mode != ServerMode.ENFORCE) {
            throw new DomainException(
                    ErrorCode.WRONG_STATE,
                    "'" + server + "' is in mode " + mode.word() + ": nothing is written.");
        }
    }

    private void requireNoRollout(String server) {
        Optional<Rollout> rollout = rollouts.touching(server);
        if (rollout.isPresent()) {
            throw new DomainException(
                    ErrorCode.ROLLOUT_RUNNING,
                    "Rollout " + rollout.get().id() + " touches '" + server + "' just now.");
        }
    }
}

package io.postern.fleet;

import io.postern.audit.AuditTrail;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.pickup.PickupState;
import io.postern.enforcement.postfix.PostfixState;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.Post;
import io.postern.enforcement.server.ServerLayers;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.probe.Probe;
import io.postern.probe.Vantage;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.rollout.Fleet;
import io.postern.rollout.ServerView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Publishes desired states and takes reports in; the rollout's {@link Fleet}. */
@ApplicationScoped
public class FleetService implements Fleet {
    /** What an agent is told about: these actions on its servers. */
    public static final String PUBLISHED = "desired-state.published";

    public static final String CONFIRMED = "desired-state.confirmed";

    /** Agents look at least every half minute; one that does not cannot probe. */
    private static final Duration VANTAGE_SILENCE = Duration.ofMinutes(2);

    private static final Duration SEEN_GRANULARITY = Duration.ofSeconds(5);

    private final Agents agents;
    private final Publications publications;
    private final Reports reports;
    private final ServiceVantage service;
    private final ExternalVantages external;
    private final AuditTrail audit;
    private final Clock clock;

    FleetService(
            Agents agents,
            Publications publications,
            Reports reports,
            ServiceVantage service,
            ExternalVantages external,
            AuditTrail audit,
            Clock clock) {
        this.agents = agents;
        this.publications = publications;
        this.reports = reports;
        this.service = service;
        this.external = external;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    @Transactional
    public ServerView view(String server) {
        String agent = agents.serving(server).map(Agent::name).orElse(null);
        return reports.find(server)
                .map(
                        report ->
                                new ServerView(
                                        agent,
                                        report.activeSerial(),
                                        report.activeDigest(),
                                        report.undoneSerial(),
                                        report.failedSerial(),
                                        report.error()))
                .orElse(new ServerView(agent, 0, null, 0, 0, null));
    }

    @Override
    @Transactional
    public Map<String, ServerView> views(Collection<String> servers) {
        return servers.isEmpty() ? Map.of() : reports.views(servers);
    }

    @Override
    @Transactional
    public long newestSerial(String server) {
        return publications.newestSerial(server);
    }

    @Override
    @Transactional
    public List<String> posts(String server) {
        return agents.posts(server);
    }

    @Override
    @Transactional
    public Optional<ObservedServer> observed(String server) {
        return reports.find(server).map(ServerReport::serverState);
    }

    @Override
    @Transactional
    public long publish(DesiredState state, long rolloutId, Duration confirmWindow) {
        Integer seconds = confirmWindow == null ? null : (int) confirmWindow.toSeconds();
        Publication publication = publications.add(state, rolloutId, seconds, clock.instant());
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("serial", publication.serial());
        details.put("revision", state.revision());
        details.put("digest", publication.digest());
        details.put("confirmWindowSeconds", seconds);
        audit.record("postern", PUBLISHED, "server", state.server(), details);
        return publication.serial();
    }

    @Override
    @Transactional
    public void confirm(String server, long serial) {
        publications.confirm(server, serial, clock.instant());
        audit.record("postern", CONFIRMED, "server", server, Map.of("serial", serial));
    }

    /**
     * Of every enforcement point that the publication of a serial is about, what the newest
     * confirmed one before it that is about the same says; nothing of ours where there is none.
     */
    @Override
    @Transactional
    public DesiredState before(String server, long serial) {
        Optional<DesiredState> undone = publications.find(server, serial).map(Publication::state);
        DesiredState before =
                publications
                        .confirmedBefore(server, serial)
                        .map(Publication::state)
                        .orElseGet(() -> asFound(server, undone));
        boolean isExchange = undone.map(FleetService::isExchange).orElse(true);
        DesiredState connectors =
                isExchange && !isExchange(before)
                        ? earlier(server, serial, FleetService::isExchange)
                                .orElseGet(
                                        () ->
                                                new DesiredState(
                                                        DesiredState.EXCHANGE,
                                                        server,
                                                        0,
                                                        List.of()))
                        : before;
        Before layers = new Before(server, serial, before, undone);
        return new DesiredState(
                connectors.kind(),
                server,
                before.revision(),
                connectors.connectors(),
                new ServerLayers(
                        connectors.layers().withoutIdentity(),
                        layers.of(
                                ServerLayers::firewall,
                                touched -> FirewallState.asFound(touched.ports(), false)),
                        layers.of(ServerLayers::pickup, touched -> PickupState.NOBODY),
                        // What it was before the first publication only its agent knows: it stays.
                        layers.of(ServerLayers::outlookGuard, touched -> touched),
                        layers.of(ServerLayers::nftables, touched -> NftablesState.ABSENT),
                        layers.of(
                                ServerLayers::postfix,
                                touched -> PostfixState.asFound(touched.found()))));
    }

    /** The layers before a publication, of those that it touched. */
    private final class Before {
        private final String server;
        private final long serial;
        private final DesiredState before;
        private final Optional<DesiredState> undone;

        Before(String server, long serial, DesiredState before, Optional<DesiredState> undone) {
            this.server = server;
            this.serial = serial;
            this.before = before;
            this.undone = undone;
        }

        /**
         * What a layer held; null = the publication was not about it.
         *
         * @param found what it was before any publication, from what was touched of it
         */
        <T> T of(Function<ServerLayers, T> layer, UnaryOperator<T> found) {
            T held = layer.apply(before.layers());
            Optional<T> touched = undone.map(state -> layer.apply(state.layers()));
            return held != null || touched.isEmpty()
                    ? held
                    : earlier(server, serial, state -> layer.apply(state.layers()) != null)
                            .map(state -> layer.apply(state.layers()))
                            .orElseGet(() -> found.apply(touched.get()));
        }
    }

    private static boolean isExchange(DesiredState state) {
        return state.kind().equals(DesiredState.EXCHANGE);
    }

    private Optional<DesiredState> earlier(
            String server, long serial, Predicate<DesiredState> isAboutIt) {
        Optional<Publication> found = publications.confirmedBefore(server, serial);
        while (found.isPresent() && !isAboutIt.test(found.get().state())) {
            found = publications.confirmedBefore(server, found.get().serial());
        }
        return found.map(Publication::state);
    }

    /** Nothing of ours, of the kind of what is undone. */
    private static DesiredState asFound(String server, Optional<DesiredState> undone) {
        String kind = undone.map(DesiredState::kind).orElse(DesiredState.EXCHANGE);
        return new DesiredState(kind, server, 0, List.of());
    }

    /** What the agent must hold on a server; empty = leave it as found. */
    @Transactional
    public Optional<Publication> desired(Agent agent, String server) {
        requireServes(agent, server);
        return publications.newest(server);
    }

    /**
     * Takes a report in; the digest that counts is computed from what was read back, not believed.
     */
    @Transactional
    public void report(Agent agent, String server, AgentReport sent) {
        requireServes(agent, server);
        Optional<ServerReport> last = reports.find(server);
        ServerReport report =
                new ServerReport(
                        server,
                        agent.name(),
                        clock.instant(),
                        sent.state(),
                        sent.activeSerial(),
                        sent.activeRevision(),
                        digest(sent, active(server, sent.activeSerial())),
                        sent.undoneSerial(),
                        sent.failedSerial(),
                        sent.error(),
                        sent.confirmUntil(),
                        sent.connectors(),
                        sent.acceptedDomains(),
                        sent.firewall(),
                        sent.pickup(),
                        sent.pickupDrops(),
                        sent.outlookGuard(),
                        sent.nftables(),
                        sent.postfix(),
                        sent.showsIdentities(),
                        sent.lastRequestAt(),
                        sent.lastDownloadAt(),
                        sent.lastActivationAt());
        if (last.isEmpty() || isNews(last.get(), report)) {
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("state", report.state());
            details.put("serial", report.activeSerial());
            details.put("revision", report.activeRevision());
            details.put("digest", report.activeDigest());
            details.put("error", report.error());
            audit.record("agent:" + agent.name(), "server.reported", "server", server, details);
        }
        reports.save(report, agent.id());
    }

    /** What the agent says it holds; empty = nothing that was published here. */
    private Optional<DesiredState> active(String server, long serial) {
        return publications.find(server, serial).map(Publication::state);
    }

    /** Of as much of the read-back as the publication that the agent holds is about. */
    private static String digest(AgentReport sent, Optional<DesiredState> active) {
        try {
            ObservedServer read =
                    new ObservedServer(
                            sent.connectors().stream().map(ConnectorData::toConnector).toList(),
                            sent.firewall(),
                            sent.pickup(),
                            sent.outlookGuard(),
                            sent.nftables(),
                            sent.postfix(),
                            sent.showsIdentities());
            ServerLayers wanted = active.map(DesiredState::layers).orElse(ServerLayers.NONE);
            boolean isExchange = active.map(FleetService::isExchange).orElse(true);
            return DesiredState.digestOf(
                    isExchange ? read.managed() : List.of(), read.held(wanted));
        } catch (IllegalArgumentException e) {
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    e.getMessage(),
                    List.of(new DomainException.Fault("/connectors", e.getMessage())));
        }
    }

    private static boolean isNews(ServerReport last, ServerReport now) {
        return last.activeSerial() != now.activeSerial()
                || last.undoneSerial() != now.undoneSerial()
                || last.failedSerial() != now.failedSerial()
                || !last.activeDigest().equals(now.activeDigest())
                || !last.state().equals(now.state());
    }

    /** Takes in from where and as whom an agent can probe. */
    @Transactional
    public void offer(Agent agent, VantageOffer offer) {
        if (!agent.addresses().equals(offer.addresses())
                || !agent.contexts().equals(offer.contexts())) {
            audit.record(
                    agent.vantage(),
                    "agent.vantage",
                    "agent",
                    agent.name(),
                    Map.of(
                            "addresses",
                            offer.addresses(),
                            "contexts",
                            offer.contexts().stream().map(String::valueOf).toList()));
            agents.offer(agent.id(), offer);
        }
    }

    /** Whether somebody who was heard then still counts. */
    public boolean isHeard(Instant last) {
        return last.isAfter(clock.instant().minus(VANTAGE_SILENCE));
    }

    @Override
    @Transactional
    public List<Vantage> vantages(String server) {
        List<Vantage> vantages = new ArrayList<>();
        for (Agent agent : agents.all()) {
            boolean isItsOwn =
                    agent.servers().stream()
                            .anyMatch(one -> Post.parse(one).server().equalsIgnoreCase(server));
            if (agent.enabled() && !isItsOwn && isHeard(agent.lastSeen())) {
                vantages.add(vantage(agent.vantage(), agent.addresses(), agent.contexts()));
            }
        }
        for (ExternalVantage one : external.all()) {
            if (isHeard(one.lastSeen())) {
                vantages.add(
                        vantage(one.vantage(), one.offer().addresses(), one.offer().contexts()));
            }
        }
        if (!believesItsAgent(server)) {
            service.standing().ifPresent(vantages::add);
        }
        vantages.sort(Comparator.comparing(Vantage::name));
        return List.copyOf(vantages);
    }

    private static Vantage vantage(
            String name, List<String> addresses, List<Vantage.Context> contexts) {
        return new Vantage(
                name,
                AddressSet.of(addresses.stream().map(AddressRange::parse).toList()),
                contexts);
    }

    /** Notes that an agent was heard, not more often than every few seconds. */
    @Transactional
    public void heard(Agent agent) {
        Instant now = clock.instant();
        if (agent.lastSeen().plus(SEEN_GRANULARITY).isBefore(now)) {
            agents.seen(agent.id(), now);
        }
    }

    /** An agent learns nothing of servers that are not its own, not even that they exist. */
    public static void requireServes(Agent agent, String server) {
        if (!agent.servers().contains(server)) {
            throw new DomainException(
                    ErrorCode.NOT_FOUND, "this agent serves no server '" + server + "'");
        }
    }

    @Transactional
    public Optional<Agent> agent(String name) {
        return agents.find(name).filter(Agent::enabled);
    }

    @Transactional
    public List<Agent> allAgents() {
        return agents.all();
    }

    @Transactional
    public Optional<ServerReport> report(String server) {
        return reports.find(server);
    }

    /**
     * Whether a server takes what its own agent says of a probe's source, as a simulated one does;
     * a real one is asked from where its clients are.
     */
    @Transactional
    public boolean believesItsAgent(String server) {
        return reports.find(server).map(ServerReport::showsIdentities).orElse(true);
    }

    /**
     * Whether a probe is an agent's to answer as a vantage: it is addressed to it, or to nobody and
     * comes from where it stands. One that keeps the probe's server or a gateway before it is none:
     * its packets would pass no layer.
     */
    public static boolean isVantage(Agent agent, Probe probe) {
        boolean isAsked =
                probe.vantage() == null
                        ? agent.addresses().contains(probe.source())
                        : probe.vantage().equals(agent.vantage());
        return isAsked
                && agent.servers().stream()
                        .noneMatch(
                                one -> Post.parse(one).server().equalsIgnoreCase(probe.server()));
    }

    /**
     * An agent answers for its own simulated servers, and for others what is asked of it or from
     * where it stands; never what is addressed to somebody else.
     *
     * @param asked the probes that it has results of; empty = nobody asked for that one
     * @throws DomainException NOT_FOUND
     */
    @Transactional
    public void requireMayAnswer(Agent agent, String server, List<Optional<Probe>> asked) {
        asked.stream()
                .flatMap(Optional::stream)
                .filter(probe -> probe.vantage() != null)
                .filter(probe -> !probe.vantage().equals(agent.vantage()))
                .findFirst()
                .ifPresent(
                        probe -> {
                            throw new DomainException(
                                    ErrorCode.NOT_FOUND,
                                    "this agent was not asked for probe " + probe.id());
                        });
        boolean isAsVantage =
                asked.stream()
                        .allMatch(
                                probe ->
                                        probe.isPresent()
                                                && probe.get().server().equals(server)
                                                && isVantage(agent, probe.get()));
        if (isAsVantage) {
            return;
        }
        requireServes(agent, server);
        if (!believesItsAgent(server)) {
            throw new DomainException(
                    ErrorCode.NOT_FOUND,
                    "'" + server + "' is probed from where its clients are, not by its own agent");
        }
    }

    /** Whether something before the SMTP server may drop or reset: on it, or on a gateway. */
    @Transactional
    public boolean isBehindNetworkLayer(String server) {
        return reports.find(server)
                        .filter(one -> one.firewall() != null || one.nftables() != null)
                        .isPresent()
                || agents.posts(server).stream().anyMatch(one -> Post.parse(one).isGateway());
    }

    @Transactional
    public Optional<Publication> newest(String server) {
        return publications.newest(server);
    }
}

package io.postern.fleet;

import io.postern.enforcement.server.Post;
import io.postern.fleet.Validations.AskedBatch;
import io.postern.policy.Address;
import io.postern.policy.Policy;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.policy.Tier;
import io.postern.probe.ExpectationSample;
import io.postern.probe.PlannedProbe;
import io.postern.probe.Probe;
import io.postern.probe.ProbeService;
import io.postern.probe.ProbeState;
import io.postern.probe.Probes;
import io.postern.probe.Vantage;
import io.postern.probe.VantageReach;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.rollout.Rollouts;
import io.postern.security.Actor;
import io.postern.security.Role;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Keeps probing what was proven: of each enforced server a few expectations at a time, within a
 * budget. What is asked of whom is stored before it is asked; one replica at a time is at it.
 */
@ApplicationScoped
public class ValidationService {
    private static final Logger LOG = Logger.getLogger(ValidationService.class);

    private static final String BATCH = "validation:";

    private final Validations validations;
    private final ValidationFindings findings;
    private final FleetService fleet;
    private final Publications publications;
    private final Rollouts rollouts;
    private final Revisions revisions;
    private final ProbeService probes;
    private final Probes stored;
    private final ValidationConfig config;
    private final Clock clock;

    ValidationService(
            Validations validations,
            ValidationFindings findings,
            FleetService fleet,
            Publications publications,
            Rollouts rollouts,
            Revisions revisions,
            ProbeService probes,
            Probes stored,
            ValidationConfig config,
            Clock clock) {
        this.validations = validations;
        this.findings = findings;
        this.fleet = fleet;
        this.publications = publications;
        this.rollouts = rollouts;
        this.revisions = revisions;
        this.probes = probes;
        this.stored = stored;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Does at most one thing that is due: takes the answers of one batch in, or asks one server.
     *
     * @return whether there was one, so that there may be another
     */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public boolean step() {
        Instant now = clock.instant();
        if (!validations.lock()) {
            return false;
        }
        Optional<AskedBatch> ready =
                validations.batches().stream().filter(batch -> isReady(batch, now)).findFirst();
        if (ready.isPresent()) {
            take(ready.get(), now);
            return true;
        }
        // Read once, since a large rollout keeps many servers due.
        Set<String> touched = touched();
        for (ServerValidation due : due(now)) {
            if (touched.contains(due.server().toLowerCase(Locale.ROOT))) {
                forgetBatches(due.server());
            } else if (turn(due, now)) {
                return true;
            }
        }
        return false;
    }

    /** The servers that a rollout is about just now, in lower case. */
    private Set<String> touched() {
        return rollouts.unfinished().stream()
                .flatMap(rollout -> rollout.servers().stream())
                .map(post -> Post.parse(post).server().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    /** One server that cannot be asked does not keep the others from it. */
    private boolean turn(ServerValidation due, Instant now) {
        try {
            return begin(due, now);
        } catch (IllegalArgumentException | IllegalStateException e) {
            LOG.errorf(e, "What to expect of a server cannot be told, server=%s", due.server());
            validations.save(
                    due.resting(
                            "What to expect of it cannot be told: " + e.getMessage(),
                            now.plus(config.every())));
            return true;
        }
    }

    /** Throws away old probes that nobody needs. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public void tidy() {
        validations.removeProbesBefore(clock.instant().minus(config.keepProbes()));
    }

    private boolean isReady(AskedBatch batch, Instant now) {
        return batch.askedAt().plus(config.patience()).isBefore(now)
                || probes.summary(batch.batch()).open() == 0;
    }

    /** The servers whose turn it is, the longest due first. New ones have their time to come. */
    private List<ServerValidation> due(Instant now) {
        Map<String, Server> enforced =
                revisions.policy(revisions.head().number()).servers().stream()
                        .filter(server -> server.mode() == ServerMode.ENFORCE)
                        .filter(server -> !server.enforcement().isEmpty())
                        .collect(
                                Collectors.toMap(
                                        Server::name,
                                        server -> server,
                                        (a, b) -> a,
                                        LinkedHashMap::new));
        Map<String, ServerValidation> known =
                validations.servers().stream()
                        .collect(Collectors.toMap(ServerValidation::server, one -> one));
        if (!enforced.keySet().containsAll(known.keySet())) {
            known.keySet().stream()
                    .filter(server -> !enforced.containsKey(server))
                    .forEach(server -> leave(server, now));
            validations.keepOnly(enforced.keySet());
        }
        enforced.keySet().stream()
                .filter(server -> !known.containsKey(server))
                .forEach(server -> validations.save(fresh(server, now)));
        return known.values().stream()
                .filter(one -> enforced.containsKey(one.server()))
                .filter(one -> !one.nextAt().isAfter(now))
                .sorted(Comparator.comparing(ServerValidation::nextAt))
                .toList();
    }

    private ServerValidation fresh(String server, Instant now) {
        return new ServerValidation(server, 0, 0, 0, 0, now.plus(config.every()), null, null);
    }

    /** What was expected of a server that is not enforced any more is not expected any more. */
    private void leave(String server, Instant now) {
        forgetBatches(server);
        for (WatchedExpectation watched : validations.watchedOf(server)) {
            close(watched, "the server is not enforced any more", now);
        }
    }

    private void close(WatchedExpectation watched, String reason, Instant now) {
        validations.forget(watched.expectation());
        Optional.ofNullable(watched.findingId())
                .flatMap(validations::findForUpdate)
                .ifPresent(finding -> findings.close(finding, reason, now));
    }

    private void forgetBatches(String server) {
        validations.batches().stream()
                .filter(batch -> batch.server().equals(server))
                .forEach(this::forget);
    }

    private void forget(AskedBatch batch) {
        probes.drop(batch.batch());
        validations.removeBatch(batch.batch());
    }

    /**
     * Asks a server now, whether it is due or not.
     *
     * @return how many probes were asked
     */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public int ask(String server) {
        Instant now = clock.instant();
        validations.lock();
        begin(validations.server(server).orElseGet(() -> fresh(server, now)), now);
        return validations.batches().stream()
                .filter(batch -> batch.server().equals(server))
                .mapToInt(batch -> probes.summary(batch.batch()).open())
                .sum();
    }

    /** Takes the answers of one server's batches in, as if their time was over. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public void take(String server) {
        validations.lock();
        validations.batches().stream()
                .filter(batch -> batch.server().equals(server))
                .forEach(batch -> take(batch, clock.instant()));
    }

    /**
     * One turn of one server.
     *
     * @return whether its state moved; false = it waits as it is
     */
    private boolean begin(ServerValidation state, Instant now) {
        if (isTouched(state.server())) {
            // Its own probes speak then. It stays due, so that it is looked at as soon as that
            // ends.
            forgetBatches(state.server());
            return false;
        }
        Instant next = now.plus(config.every());
        Optional<Long> revision = active(state.server());
        Optional<Server> server =
                revision.map(revisions::policy).flatMap(policy -> policy.server(state.server()));
        if (server.isEmpty()) {
            validations.save(
                    state.resting("Nothing proven is in force: there is nothing to expect.", next));
            return true;
        }
        if (validations.batches().stream().anyMatch(one -> one.server().equals(state.server()))) {
            return false;
        }
        VantageReach reach = fleet.reach(server.get());
        Instant second = now.truncatedTo(ChronoUnit.SECONDS);
        ExpectationSample sample =
                ExpectationSample.of(revisions.policy(revision.get()), server.get(), reach, second);
        reconsider(state.server(), revision.get(), sample, second);
        return asked(state, revision.get(), sample, reach, now);
    }

    private boolean asked(
            ServerValidation state,
            long revision,
            ExpectationSample sample,
            VantageReach reach,
            Instant now) {
        Instant next = now.plus(config.every());
        Instant second = now.truncatedTo(ChronoUnit.SECONDS);
        int perTurn = Math.max(1, Math.min(config.probesPerRound(), config.probesPerMinute() / 2));
        int turns = sample.turns(perTurn);
        Map<Expectation, PlannedProbe> wanted = new LinkedHashMap<>();
        sample.turn(state.turn(), perTurn)
                .forEach(probe -> wanted.putIfAbsent(Expectation.of(probe), probe));
        validations.watchedOf(state.server()).stream()
                .map(watched -> again(watched.expectation(), sample, reach, 0))
                .flatMap(Optional::stream)
                .limit(perTurn)
                .forEach(probe -> wanted.putIfAbsent(Expectation.of(probe), probe));
        if (wanted.isEmpty()) {
            validations.save(
                    state.resting("No vantage reaches it: what happens is not known.", next));
            return true;
        }
        if (!validations.takeAll(wanted.size(), config.probesPerMinute(), now)) {
            return false;
        }
        ask(state.server(), List.copyOf(wanted.values()), revision, now);
        validations.save(
                new ServerValidation(
                        state.server(),
                        state.turn() + 1,
                        turns,
                        sample.size(),
                        revision,
                        next,
                        now,
                        null));
        return true;
    }

    private void ask(String server, List<PlannedProbe> planned, long revision, Instant now) {
        String batch = BATCH + UUID.randomUUID();
        validations.add(new AskedBatch(batch, server, now));
        List<PlannedProbe> ordered = new ArrayList<>(planned);
        ordered.sort(Comparator.comparing(PlannedProbe::expected));
        probes.ask(batch, null, "", ordered, revision);
    }

    /**
     * An expectation that is not met once more, by another vantage each time if there are several.
     */
    private static Optional<PlannedProbe> again(
            Expectation about, ExpectationSample sample, VantageReach reach, int attempt) {
        Address source = Address.parse(about.source());
        if (!sample.canShow(about.port(), source, about.account(), about.computer())) {
            return Optional.empty();
        }
        PlannedProbe probe =
                sample.ask(
                        about.port(),
                        source,
                        about.account(),
                        about.computer(),
                        attempt > 0 ? "once more: it failed" : "was not met last time");
        List<Vantage> there =
                reach.vantages().stream().filter(one -> one.sources().contains(source)).toList();
        return Optional.of(
                there.size() < 2 || attempt == 0
                        ? probe
                        : at(probe, there.get(attempt % there.size()).name()));
    }

    private static PlannedProbe at(PlannedProbe probe, String vantage) {
        return new PlannedProbe(
                probe.server(),
                probe.target(),
                probe.port(),
                probe.source(),
                probe.account(),
                probe.computer(),
                probe.expected(),
                probe.reason(),
                probe.sentinel(),
                probe.region(),
                vantage);
    }

    /**
     * What the server's policy does not expect any more is no finding. One that no vantage can show
     * just now stays: nothing says that it is met.
     */
    private void reconsider(
            String server, long revision, ExpectationSample sample, Instant second) {
        for (WatchedExpectation watched : validations.watchedOf(server)) {
            Expectation about = watched.expectation();
            if (!sample.canBeAsked(about.port(), about.account(), about.computer())) {
                close(
                        watched,
                        "revision " + revision + " knows no such port, account or computer",
                        second);
                continue;
            }
            Tier expected =
                    sample.ask(
                                    about.port(),
                                    Address.parse(about.source()),
                                    about.account(),
                                    about.computer(),
                                    "")
                            .expected();
            if (expected != watched.expected()) {
                close(
                        watched,
                        "revision "
                                + revision
                                + " expects "
                                + expected.word()
                                + " there, no longer "
                                + watched.expected().word(),
                        second);
            }
        }
    }

    /** Takes the answers of a batch in. */
    private void take(AskedBatch batch, Instant now) {
        List<Probe> asked = stored.ofBatch(batch.batch());
        forget(batch);
        Optional<Long> revision = active(batch.server());
        boolean isStale =
                asked.isEmpty()
                        || revision.filter(one -> one == asked.get(0).revision()).isEmpty()
                        || isTouched(batch.server());
        if (isStale) {
            return;
        }
        List<Probe> again = new ArrayList<>();
        for (Probe probe : asked) {
            if (probe.state() != ProbeState.DROPPED && findings.take(probe, asked, now)) {
                again.add(probe);
            }
        }
        if (!again.isEmpty()) {
            confirm(batch.server(), revision.get(), again, now);
        }
    }

    /** What does not fit into the budget is asked in the next turn. */
    private void confirm(String server, long revision, List<Probe> failed, Instant now) {
        Policy policy = revisions.policy(revision);
        Server known = policy.server(server).orElseThrow();
        VantageReach reach = fleet.reach(known);
        ExpectationSample sample =
                ExpectationSample.of(policy, known, reach, now.truncatedTo(ChronoUnit.SECONDS));
        int granted = validations.take(failed.size(), config.probesPerMinute(), now);
        List<PlannedProbe> planned =
                failed.stream()
                        .map(Expectation::of)
                        .map(about -> again(about, sample, reach, attempts(about)))
                        .flatMap(Optional::stream)
                        .limit(granted)
                        .toList();
        if (!planned.isEmpty()) {
            ask(server, planned, revision, now);
        }
    }

    private int attempts(Expectation about) {
        return validations
                .watched(about)
                .map(watched -> watched.history().confirmations())
                .orElse(1);
    }

    /** The one revision that every post of a server holds confirmed; empty = there is none. */
    private Optional<Long> active(String server) {
        Set<Long> held = fleet.posts(server).stream().map(this::heldBy).collect(Collectors.toSet());
        return held.size() == 1
                ? held.stream().findFirst().filter(one -> one > 0)
                : Optional.empty();
    }

    private long heldBy(String post) {
        return fleet.report(post)
                .flatMap(report -> publications.find(post, report.activeSerial()))
                .filter(Publication::isConfirmed)
                .map(publication -> publication.state().revision())
                .orElse(0L);
    }

    private boolean isTouched(String server) {
        return rollouts.touching(server).isPresent();
    }

    /**
     * Findings, newest first.
     *
     * @param before ids below this one; {@link Long#MAX_VALUE} = from the newest
     * @param states empty = all
     * @param server null = of all
     */
    @Transactional
    public List<ValidationFinding> before(
            long before, int limit, Set<ValidationFinding.State> states, String server) {
        return validations.before(before, limit, states, server);
    }

    /**
     * One finding.
     *
     * @throws DomainException NOT_FOUND
     */
    @Transactional
    public ValidationFinding finding(long id) {
        return validations.find(id).orElseThrow(() -> notFound(id));
    }

    /** How many are not closed. */
    @Transactional
    public long countOpen() {
        return validations.countOpen();
    }

    /** How the validation of each enforced server stands, by name. */
    @Transactional
    public List<ServerValidation> servers() {
        return validations.servers();
    }

    /**
     * Notes that somebody knows of a finding; it stays what it is.
     *
     * @throws DomainException NOT_FOUND; NOT_PERMITTED without the role operator; WRONG_STATE if it
     *     is closed
     */
    @Transactional
    public ValidationFinding acknowledge(Actor actor, long id) {
        if (!actor.has(Role.OPERATOR)) {
            throw new DomainException(
                    ErrorCode.NOT_PERMITTED, "Acknowledging a finding needs the role operator.");
        }
        ValidationFinding finding = validations.findForUpdate(id).orElseThrow(() -> notFound(id));
        if (finding.state() == ValidationFinding.State.CLOSED) {
            throw new DomainException(ErrorCode.WRONG_STATE, "finding " + id + " is closed");
        }
        findings.record(actor.name(), "validation-finding.acknowledged", finding, null);
        return validations.save(finding.acknowledged(actor.name(), clock.instant()));
    }

    private static DomainException notFound(long id) {
        return new DomainException(ErrorCode.NOT_FOUND, "there is no validation finding " + id);
    }
}

package io.postern.fleet;

import io.postern.audit.AuditTrail;
import io.postern.policy.Policy;
import io.postern.policy.Revisions;
import io.postern.probe.Probe;
import io.postern.probe.ProbeResult;
import io.postern.probe.ProbeService;
import io.postern.probe.ProbeState;
import io.postern.probe.Vantage;
import io.postern.problem.DomainException;
import io.postern.problem.DomainException.Fault;
import io.postern.problem.ErrorCode;
import io.postern.security.Accounts;
import io.postern.security.Actor;
import io.postern.smtp.ProbeOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Who can probe, and what automation outside saw. */
@ApplicationScoped
public class VantageService {
    /** Most results that are taken at once. */
    public static final int MAX_RESULTS = 200;

    /**
     * One that can probe, or could.
     *
     * @param name as in {@link Vantage}
     * @param account whose results are taken for an external one; null = it is none
     * @param addresses canonical texts
     * @param lastHeard null = the service itself
     * @param counts whether it is asked now: enabled and heard
     * @param claimedTwice those of its addresses that another claims too
     */
    public record Standing(
            String name,
            String account,
            List<String> addresses,
            List<Vantage.Context> contexts,
            Instant lastHeard,
            boolean counts,
            List<String> claimedTwice) {
        public Standing {
            addresses = List.copyOf(addresses);
            contexts = List.copyOf(contexts);
            claimedTwice = List.copyOf(claimedTwice);
        }
    }

    /**
     * What an external vantage saw of one probe.
     *
     * @param transcript lines {@code millis direction text}
     */
    public record Posted(long probeId, ProbeOutcome outcome, List<String> transcript) {
        public Posted {
            transcript = List.copyOf(transcript);
        }
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int MAX_EXTERNAL = 100;

    private final FleetService fleet;
    private final ServiceVantage service;
    private final ExternalVantages external;
    private final ProbeService probes;
    private final Revisions revisions;
    private final Accounts accounts;
    private final AuditTrail audit;
    private final Clock clock;

    VantageService(
            FleetService fleet,
            ServiceVantage service,
            ExternalVantages external,
            ProbeService probes,
            Revisions revisions,
            Accounts accounts,
            AuditTrail audit,
            Clock clock) {
        this.fleet = fleet;
        this.service = service;
        this.external = external;
        this.probes = probes;
        this.revisions = revisions;
        this.accounts = accounts;
        this.audit = audit;
        this.clock = clock;
    }

    /** Everybody who offers an address or a context, by name. */
    @Transactional
    public List<Standing> all() {
        List<Standing> all = new ArrayList<>();
        service.standing()
                .ifPresent(
                        one ->
                                all.add(
                                        new Standing(
                                                one.name(),
                                                null,
                                                one.sources().texts(),
                                                one.contexts(),
                                                null,
                                                true,
                                                List.of())));
        for (Agent agent : fleet.allAgents()) {
            if (!agent.addresses().isEmpty() || !agent.contexts().isEmpty()) {
                all.add(
                        new Standing(
                                agent.vantage(),
                                null,
                                agent.addresses(),
                                agent.contexts(),
                                agent.lastSeen(),
                                agent.enabled() && fleet.isHeard(agent.lastSeen()),
                                List.of()));
            }
        }
        for (ExternalVantage one : external.all()) {
            all.add(
                    new Standing(
                            one.vantage(),
                            one.account(),
                            one.offer().addresses(),
                            one.offer().contexts(),
                            one.lastSeen(),
                            fleet.isHeard(one.lastSeen()),
                            List.of()));
        }
        all.sort(Comparator.comparing(Standing::name));
        return withClaims(all);
    }

    /** Nobody is believed alone, and which of two is right nobody here can tell. */
    private static List<Standing> withClaims(List<Standing> all) {
        Map<String, Integer> claims = new HashMap<>();
        all.forEach(one -> one.addresses().forEach(text -> claims.merge(text, 1, Integer::sum)));
        return all.stream()
                .map(
                        one ->
                                new Standing(
                                        one.name(),
                                        one.account(),
                                        one.addresses(),
                                        one.contexts(),
                                        one.lastHeard(),
                                        one.counts(),
                                        one.addresses().stream()
                                                .filter(text -> claims.get(text) > 1)
                                                .toList()))
                .toList();
    }

    /** An offer that holds against the newest policy. */
    @Transactional
    public VantageOffer offer(List<String> addresses, List<Vantage.Context> contexts) {
        Policy policy = revisions.policy(revisions.head().number());
        return VantageOffer.of(addresses, contexts, policy);
    }

    /**
     * Registers automation that probes by itself.
     *
     * @param account whose results are taken; null = the actor's own
     * @throws DomainException INVALID_FIELD or ALREADY_EXISTS
     */
    @Transactional
    public Standing register(Actor actor, String name, String account, VantageOffer offer) {
        String poster = account == null ? actor.name() : account;
        if (!NAME.matcher(name).matches()) {
            throw invalid(
                    "/name",
                    "a name has 1 to 64 letters, digits, '.', '_', '-' and starts with a letter or"
                            + " digit");
        }
        if (account != null && accounts.find(account).isEmpty()) {
            throw invalid("/account", "there is no account '" + account + "'");
        }
        if (offer.addresses().isEmpty()) {
            throw invalid("/addresses", "it needs an address to be asked from");
        }
        if (external.find(name).isPresent()) {
            throw new DomainException(
                    ErrorCode.ALREADY_EXISTS, "there is a vantage '" + name + "' already");
        }
        if (external.all().size() >= MAX_EXTERNAL) {
            throw invalid("/name", "there are " + MAX_EXTERNAL + " external vantages already");
        }
        Instant now = clock.instant();
        ExternalVantage vantage = new ExternalVantage(name, poster, offer, actor.name(), now, now);
        external.add(vantage);
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("account", poster);
        details.put("addresses", offer.addresses());
        details.put("contexts", offer.contexts().stream().map(String::valueOf).toList());
        audit.record(actor.name(), "vantage.registered", "vantage", vantage.vantage(), details);
        return all().stream()
                .filter(one -> one.name().equals(vantage.vantage()))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    /**
     * Takes nothing of it any more. What it was asked and has not answered stays without an answer.
     *
     * @param name with or without {@code external:}
     * @throws DomainException NOT_FOUND
     */
    @Transactional
    public void remove(Actor actor, String name) {
        ExternalVantage found = found(name).orElseThrow(() -> unknown(name));
        external.remove(found.name());
        audit.record(
                actor.name(),
                "vantage.removed",
                "vantage",
                found.vantage(),
                Map.of("account", found.account()));
    }

    private Optional<ExternalVantage> found(String name) {
        return external.find(
                name.startsWith(ExternalVantage.PREFIX)
                        ? name.substring(ExternalVantage.PREFIX.length())
                        : name);
    }

    private static DomainException unknown(String name) {
        return new DomainException(
                ErrorCode.NOT_FOUND, "there is no external vantage '" + name + "' of yours");
    }

    private static DomainException invalid(String pointer, String message) {
        return new DomainException(
                ErrorCode.INVALID_FIELD, message, List.of(new Fault(pointer, message)));
    }

    /**
     * The open probes that are addressed to an external vantage.
     *
     * @throws DomainException NOT_FOUND if the actor is not whose results are taken for it
     */
    @Transactional
    public List<Probe> open(Actor actor, String name, int limit) {
        ExternalVantage vantage =
                found(name)
                        .filter(one -> one.account().equalsIgnoreCase(actor.name()))
                        .orElseThrow(() -> unknown(name));
        external.seen(vantage.name(), clock.instant());
        return probes.openAt(vantage.vantage(), List.of(), limit);
    }

    /**
     * Takes results of an external vantage in, all or none of them.
     *
     * @return how many there are: those that are there already just so are taken again
     * @throws DomainException with a pointer for each that cannot be taken: NOT_FOUND if one is
     *     unknown or not the actor's, WRONG_STATE if one has another answer, or none is waited for
     */
    @Transactional
    public int answer(Actor actor, List<Posted> results) {
        List<ExternalVantage> own =
                external.all().stream()
                        .filter(one -> one.account().equalsIgnoreCase(actor.name()))
                        .toList();
        List<Fault> foreign = new ArrayList<>();
        List<Fault> closed = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        // By vantage and server, so that the trail has a line for each.
        Map<String, Map<String, Map<Long, ProbeResult>>> taken = new TreeMap<>();
        for (int i = 0; i < results.size(); i++) {
            Posted posted = results.get(i);
            String pointer = "/results/" + i + "/probeId";
            Optional<Probe> probe =
                    probes.find(posted.probeId())
                            .filter(
                                    one ->
                                            own.stream()
                                                    .anyMatch(
                                                            vantage ->
                                                                    vantage.vantage()
                                                                            .equals(
                                                                                    one
                                                                                            .vantage())));
            if (probe.isEmpty()) {
                foreign.add(
                        new Fault(
                                pointer,
                                "no probe "
                                        + posted.probeId()
                                        + " was asked of a vantage of yours"));
            } else if (!seen.add(posted.probeId())) {
                closed.add(new Fault(pointer, "probe " + posted.probeId() + " is there twice"));
            } else {
                ProbeResult result = read(posted, probe.get());
                if (probe.get().state() == ProbeState.OPEN) {
                    taken.computeIfAbsent(probe.get().vantage(), any -> new TreeMap<>())
                            .computeIfAbsent(probe.get().server(), any -> new TreeMap<>())
                            .put(posted.probeId(), result);
                } else if (!ProbeService.isRepeated(probe.get(), result)) {
                    closed.add(new Fault(pointer, closed(probe.get())));
                }
            }
        }
        refuse(foreign, closed);
        taken.forEach(
                (vantage, servers) ->
                        servers.forEach((server, of) -> answer(actor, vantage, server, of)));
        own.forEach(one -> external.seen(one.name(), clock.instant()));
        return results.size();
    }

    /** All or none, also where somebody else was quicker. */
    private void answer(
            Actor actor, String vantage, String server, Map<Long, ProbeResult> results) {
        if (probes.answer(actor.name(), vantage, server, results) != results.size()) {
            throw new DomainException(
                    ErrorCode.WRONG_STATE,
                    "probes of " + server + " were answered or dropped meanwhile: post again");
        }
    }

    private ProbeResult read(Posted posted, Probe probe) {
        return ProbeResult.of(
                posted.outcome(),
                fleet.isBehindNetworkLayer(probe.server()),
                false,
                posted.transcript());
    }

    private static String closed(Probe probe) {
        return probe.state() == ProbeState.ANSWERED
                ? "probe " + probe.id() + " has another answer already"
                : "probe " + probe.id() + " is no longer waited for";
    }

    private static void refuse(List<Fault> foreign, List<Fault> closed) {
        if (foreign.isEmpty() && closed.isEmpty()) {
            return;
        }
        List<Fault> faults = new ArrayList<>(foreign);
        faults.addAll(closed);
        throw new DomainException(
                foreign.isEmpty() ? ErrorCode.WRONG_STATE : ErrorCode.NOT_FOUND,
                "none of the results was taken: " + faults.get(0).message(),
                faults);
    }
}

package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Region;
import io.postern.probe.PlanPoint.Question;
import io.postern.probe.PlanReach.Stand;
import io.postern.probe.PlanRegions.Present;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What is asked in and around the regions that can be reached. */
final class ImpactQuestions {
    /** Beyond these a plan is full anyway. */
    private static final int MAX_RANGES = 1000;

    private static final int MAX_FOREIGN = 200;
    private static final int MAX_OF_KIND = 4;
    private static final int RANGES_FOR_OTHERS = 8;
    private static final int MAX_OTHERS = 200;

    private final PlanDesk desk;
    private final List<Present> reached;

    ImpactQuestions(PlanDesk desk) {
        this.desk = desk;
        this.reached = desk.regions().reached();
    }

    /** One of each kind of region first, so that those without a probe have one like them. */
    void witnesses() {
        Set<String> kinds = new HashSet<>();
        List<Present> ordered = new ArrayList<>();
        List<Present> rest = new ArrayList<>();
        for (Present one : reached) {
            (kinds.add(kind(one)) ? ordered : rest).add(one);
        }
        ordered.addAll(rest);
        ordered.forEach(one -> witness(one, one.ports().get(0)));
        for (Present one : ordered) {
            one.ports().stream().skip(1).forEach(port -> witness(one, port));
        }
    }

    private String kind(Present one) {
        Region region = one.region();
        Stand stand = one.stands().get(0);
        return EquivalentRegions.decision(one)
                + stand.source().family()
                + '\n'
                + desk.paths().at(stand.source(), one.ports().get(0))
                + region.before();
    }

    private void witness(Present one, int port) {
        String reason = "witness of what " + one.word() + on(one, port);
        Stand first = one.stands().get(0);
        PlanPoint point = desk.point(port, first.source(), first.as());
        if (desk.choice()
                .ask(PlanStage.WITNESS, reason, List.of(point.askedOf(first.vantage())))
                .isEmpty()) {
            return;
        }
        List<Question> there = desk.reach().questions(point);
        there.forEach(
                question ->
                        desk.choice()
                                .ask(
                                        PlanStage.WITNESS,
                                        reason + ", asked of a second vantage",
                                        List.of(question)));
        if (one.stands().size() > 1) {
            Stand second = one.stands().get(1);
            List<Question> anyOf = new ArrayList<>();
            there.stream().filter(q -> q.vantage().equals(second.vantage())).forEach(anyOf::add);
            anyOf.add(desk.point(port, second.source(), second.as()).askedOf(second.vantage()));
            desk.choice().ask(PlanStage.WITNESS, reason + ", asked of a second vantage", anyOf);
        }
    }

    private String on(Present one, int port) {
        return port == one.ports().get(0) ? "" : ", on port " + port;
    }

    /**
     * Each kind of region, what must be refused and what must pass, wherever the server answers.
     */
    void targets() {
        Map<String, List<Present>> kinds = new TreeMap<>();
        for (Present one : reached) {
            Region region = one.region();
            String kind =
                    region.direction().ordinal()
                            + " "
                            + region.before()
                            + " "
                            + region.after()
                            + " "
                            + one.stands().get(0).source().family()
                            + (one.stands().get(0).as().equals(ProvenIdentity.NONE) ? "" : " as");
            List<Present> some = kinds.computeIfAbsent(kind, any -> new ArrayList<>());
            if (some.size() < MAX_OF_KIND) {
                some.add(one);
            }
        }
        for (int port : desk.server().ports()) {
            kinds.values().forEach(kind -> elsewhere(kind, port));
        }
    }

    private void elsewhere(List<Present> kind, int port) {
        AddressFamily family = kind.get(0).stands().get(0).source().family();
        for (String target : desk.targets().others(family)) {
            List<PlanPoint> points =
                    kind.stream()
                            .filter(one -> one.ports().contains(port))
                            .map(one -> one.stands().get(0))
                            .map(one -> new PlanPoint(target, port, one.source(), one.as()))
                            .toList();
            desk.pose(PlanStage.TARGET, "what " + kind.get(0).word() + ", at " + target, points);
        }
    }

    /** Where an identity matters: nobody, somebody else, and others of those it is about. */
    void identities() {
        for (Present one : reached) {
            Region region = one.region();
            int port = one.ports().get(0);
            if (!one.stands().get(0).as().equals(ProvenIdentity.NONE)) {
                pose(one, port, ProvenIdentity.NONE, "without the identity that ");
                desk.reach().identities(region).stream()
                        .skip(1)
                        .forEach(other -> pose(one, port, other, "another of those that "));
            }
            if (!region.accounts().contains("*") || !region.computers().contains("*")) {
                for (AddressFamily family : AddressFamily.values()) {
                    somebodyElse(one, port, family)
                            .ifPresent(
                                    point ->
                                            desk.pose(
                                                    PlanStage.IDENTITY,
                                                    "somebody else than what " + one.word(),
                                                    List.of(point)));
                }
            }
        }
    }

    private void pose(Present one, int port, ProvenIdentity as, String reason) {
        desk.pose(
                PlanStage.IDENTITY,
                reason + one.word(),
                List.of(desk.point(port, one.stands().get(0).source(), as)));
    }

    /** Where and whom the policy gives another tier than those the region is about. */
    private Optional<PlanPoint> somebodyElse(Present one, int port, AddressFamily family) {
        if (!desk.reach().showsIdentities() || desk.choice().isFull(PlanStage.IDENTITY)) {
            return Optional.empty();
        }
        List<ProvenIdentity> others = others(one);
        return one.region().addresses().ranges(family).stream()
                .limit(RANGES_FOR_OTHERS)
                .flatMap(range -> desk.reach().within(range).stream())
                .flatMap(source -> others.stream().map(as -> desk.point(port, source, as)))
                .filter(point -> desk.expectations().tier(point) != one.region().after())
                .findFirst();
    }

    private List<ProvenIdentity> others(Present one) {
        ProvenIdentity as = one.stands().get(0).as();
        List<ProvenIdentity> others = new ArrayList<>();
        if (!one.region().accounts().contains("*")) {
            desk.expectations()
                    .identities(false)
                    .forEach(name -> others.add(new ProvenIdentity(name, as.computer())));
        }
        if (!one.region().computers().contains("*")) {
            desk.expectations()
                    .identities(true)
                    .forEach(name -> others.add(new ProvenIdentity(as.account(), name)));
        }
        return others.stream()
                .filter(other -> !PlanReach.holds(one.region(), other))
                .limit(MAX_OTHERS)
                .toList();
    }

    /** Each object that takes a part of a region, and each range of others that lies in one. */
    void paths() {
        List<AddressRange> foreign = desk.paths().foreign();
        Set<String> asked = new HashSet<>();
        for (Present one : reached) {
            if (desk.choice().isFull(PlanStage.PATH)) {
                return;
            }
            int port = one.ports().get(0);
            ProvenIdentity as = one.stands().get(0).as();
            foreign.stream()
                    .limit(MAX_FOREIGN)
                    .filter(one.region().addresses()::overlaps)
                    .forEach(
                            range ->
                                    within(one, range)
                                            .ifPresent(
                                                    source ->
                                                            posePath(
                                                                    one,
                                                                    port,
                                                                    source,
                                                                    as,
                                                                    "inside a connector of others,"
                                                                            + " what ")));
            new LinkedHashMap<>(desk.paths().pieces(one.region().addresses(), port))
                    .forEach(
                            (path, source) -> {
                                if (asked.add(EquivalentRegions.decision(one) + path)) {
                                    posePath(one, port, source, as, "each path of what ");
                                }
                            });
        }
    }

    private Optional<Address> within(Present one, AddressRange range) {
        AddressSet part = one.region().addresses().intersect(AddressSet.of(range));
        return part.ranges().stream()
                .flatMap(piece -> desk.reach().within(piece).stream())
                .findFirst();
    }

    private void posePath(Present one, int port, Address source, ProvenIdentity as, String reason) {
        desk.pose(PlanStage.PATH, reason + one.word(), List.of(desk.point(port, source, as)));
    }

    /** Both sides of each end, the first range of each region before the second of any. */
    void boundaries() {
        for (int range = 0; range < MAX_RANGES; range++) {
            boolean isOver = true;
            for (Present one : reached) {
                if (range < one.region().addresses().ranges().size()
                        && !desk.choice().isFull(PlanStage.BOUNDARY)) {
                    isOver = false;
                    ends(one, one.region().addresses().ranges().get(range));
                }
            }
            if (isOver) {
                return;
            }
        }
    }

    private void ends(Present one, AddressRange range) {
        for (int port : one.ports()) {
            String what = " what " + one.word() + on(one, port);
            end(one, port, Optional.of(range.low()), "first address of" + what);
            end(one, port, range.low().previous(), "just below" + what);
            end(one, port, Optional.of(range.high()), "last address of" + what);
            end(one, port, range.high().next(), "just above" + what);
        }
    }

    private void end(Present one, int port, Optional<Address> source, String reason) {
        source.ifPresent(
                address ->
                        desk.pose(
                                PlanStage.BOUNDARY,
                                reason,
                                List.of(desk.point(port, address, one.stands().get(0).as()))));
    }
}

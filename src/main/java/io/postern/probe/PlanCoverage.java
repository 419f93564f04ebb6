package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.Region;
import io.postern.probe.PlanRegions.Present;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the chosen questions show of the change, and what not. */
final class PlanCoverage {
    private static final int MAX_SENTENCES = 20;

    private final PlanDesk desk;
    private final List<PlanPoint> points;
    private final Set<PlanPoint> asked;
    private Coverage coverage;
    private final List<String> leftOut = new ArrayList<>();

    private PlanCoverage(PlanDesk desk) {
        this.desk = desk;
        this.points =
                desk.choice().chosen().stream()
                        .map(chosen -> chosen.question().point())
                        .distinct()
                        .toList();
        this.asked = new HashSet<>(points);
    }

    static PlanCoverage of(PlanDesk desk) {
        PlanCoverage covered = new PlanCoverage(desk);
        covered.count();
        covered.boundaries();
        covered.rest();
        return covered;
    }

    private void count() {
        EquivalentRegions equivalent = new EquivalentRegions(desk.paths());
        List<Present> open = new ArrayList<>();
        Tally covered = new Tally();
        Tally alike = new Tally();
        Tally all = new Tally();
        for (Present one : desk.regions().present()) {
            all.add(one);
            List<PlanPoint> inside = points.stream().filter(one::holds).toList();
            if (inside.isEmpty()) {
                open.add(one);
            } else {
                covered.add(one);
                inside.forEach(point -> equivalent.shown(one, point));
            }
        }
        Sentences uncovered = new Sentences();
        for (Present one : open) {
            if (equivalent.covers(one)) {
                alike.add(one);
            } else {
                uncovered.add(
                        one.place(), one.isReached() ? "finds no place in the plan" : one.why());
            }
        }
        coverage =
                new Coverage(
                        all.regions,
                        covered.regions,
                        alike.regions,
                        all.addresses,
                        covered.addresses,
                        alike.addresses,
                        uncovered.list("regions"));
    }

    private static final class Tally {
        private int regions;
        private BigInteger addresses = BigInteger.ZERO;

        void add(Present one) {
            regions++;
            addresses = addresses.add(one.region().addressCount());
        }
    }

    /** The first few of each reason, then how many more. */
    private static final class Sentences {
        private final Map<String, List<String>> places = new LinkedHashMap<>();

        void add(String place, String reason) {
            places.computeIfAbsent(reason, any -> new ArrayList<>()).add(place);
        }

        List<String> list(String word) {
            List<String> sentences = new ArrayList<>();
            places.forEach(
                    (reason, all) -> {
                        all.stream()
                                .limit(MAX_SENTENCES)
                                .forEach(place -> sentences.add(place + ": " + reason));
                        if (all.size() > MAX_SENTENCES) {
                            sentences.add(
                                    all.size() - MAX_SENTENCES + " more " + word + ": " + reason);
                        }
                    });
            return sentences;
        }
    }

    /** Ends of ranges of which not both sides are asked. */
    private void boundaries() {
        Sentences sentences = new Sentences();
        for (Present one : desk.regions().reached()) {
            int ends = 0;
            int shown = 0;
            for (int port : one.ports()) {
                for (AddressRange range : one.region().addresses().ranges()) {
                    ends += 2;
                    shown += isAsked(one, port, Optional.of(range.low()), range.low().previous());
                    shown += isAsked(one, port, Optional.of(range.high()), range.high().next());
                }
            }
            if (shown < ends) {
                sentences.add(
                        one.place(),
                        ends - shown + " of " + ends + " boundaries are not asked on both sides");
            }
        }
        leftOut.addAll(sentences.list("regions"));
    }

    private int isAsked(
            Present one, int port, Optional<Address> inside, Optional<Address> outside) {
        ProvenIdentity as = one.stands().get(0).as();
        return asked.contains(desk.point(port, inside.orElseThrow(), as))
                        && (outside.isEmpty()
                                || asked.contains(desk.point(port, outside.get(), as)))
                ? 1
                : 0;
    }

    private void rest() {
        leftOut(PlanStage.SENTINEL, "sentinels");
        leftOut(PlanStage.TARGET, "questions to other addresses, names and ports of the server");
        leftOut(PlanStage.IDENTITY, "questions with and without identities");
        leftOut(PlanStage.PATH, "questions to further objects of the enforcement points");
        if (desk.choice().isFull(PlanStage.NEIGHBOUR)) {
            leftOut.add("the plan is full: not every grant outside the change is asked");
        }
        leftOut.addAll(desk.targets().leftOut());
    }

    private void leftOut(PlanStage stage, String what) {
        int count = desk.choice().leftOut(stage);
        if (count > 0) {
            leftOut.add(count + " " + what + " find no place in the plan");
        }
    }

    Coverage coverage() {
        return coverage;
    }

    List<String> leftOut() {
        return leftOut;
    }

    List<String> later() {
        Sentences sentences = new Sentences();
        for (Region region : desk.regions().later()) {
            boolean isOver = region.until() != null && !desk.at().isBefore(region.until());
            sentences.add(
                    region.direction() + " at " + region.witness().address(),
                    isOver ? "no longer holds" : "does not hold yet");
        }
        return sentences.list("regions");
    }
}

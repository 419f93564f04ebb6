package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Holds vantages against each other, so that a verdict cannot be faked by one that lies or is
 * broken. Two probes belong together if they ask the same question (server, target, port, source,
 * account and computer), or stand for the same region at the same target.
 *
 * <ul>
 *   <li>Two vantages that saw different things of one question contest it.
 *   <li>A failure counts if another vantage saw a failure too, or if no other was asked. It is
 *       contested if another saw a pass.
 *   <li>A pass counts if another vantage saw a pass too, or if no other was asked. It is contested
 *       if another saw a failure.
 *   <li>Until another that was asked has answered, nothing is settled; if it could not ask, or
 *       cannot tell, nothing is shown.
 * </ul>
 */
final class Agreement {
    /** What becomes of one probe in its batch. */
    enum Standing {
        OPEN,
        PASSED,
        FAILED,
        INCONCLUSIVE,
        CONTESTED
    }

    private record Question(
            String server,
            String target,
            int port,
            String source,
            String account,
            String computer) {}

    /** Without a target, it is another address in each family. */
    private record Region(
            String server, String target, int port, AddressFamily family, String name) {}

    private final List<Probe> batch;
    private final Map<Question, List<Probe>> questions = new HashMap<>();
    private final Map<Region, List<Probe>> regions = new HashMap<>();

    Agreement(List<Probe> batch) {
        this.batch = batch.stream().filter(one -> one.state() != ProbeState.DROPPED).toList();
        for (Probe probe : this.batch) {
            questions.computeIfAbsent(question(probe), any -> new ArrayList<>()).add(probe);
            if (!probe.region().isEmpty()) {
                regions.computeIfAbsent(region(probe), any -> new ArrayList<>()).add(probe);
            }
        }
    }

    private static Question question(Probe probe) {
        return new Question(
                probe.server(),
                probe.target(),
                probe.port(),
                probe.source(),
                probe.account(),
                probe.computer());
    }

    private static Region region(Probe probe) {
        return new Region(
                probe.server(),
                probe.target(),
                probe.port(),
                Address.parse(probe.source()).family(),
                probe.region());
    }

    BatchSummary summary() {
        Map<Standing, Integer> counts = new EnumMap<>(Standing.class);
        Map<Standing, Probe> first = new EnumMap<>(Standing.class);
        for (Probe probe : batch) {
            Standing standing = standing(probe);
            counts.merge(standing, 1, Integer::sum);
            first.putIfAbsent(standing, probe);
        }
        int contested = counts.getOrDefault(Standing.CONTESTED, 0);
        return new BatchSummary(
                counts.getOrDefault(Standing.OPEN, 0),
                counts.getOrDefault(Standing.PASSED, 0),
                counts.getOrDefault(Standing.FAILED, 0),
                counts.getOrDefault(Standing.INCONCLUSIVE, 0) + contested,
                contested,
                Optional.ofNullable(first.get(Standing.FAILED))
                        .or(() -> Optional.ofNullable(first.get(Standing.CONTESTED)))
                        .or(() -> Optional.ofNullable(first.get(Standing.INCONCLUSIVE)))
                        .map(this::words)
                        .orElse(null));
    }

    /** What becomes of a probe of this batch. */
    Standing standing(Probe probe) {
        if (probe.verdict() == null) {
            return Standing.OPEN;
        }
        if (probe.verdict() == Verdict.INCONCLUSIVE) {
            return Standing.INCONCLUSIVE;
        }
        if (isContradicted(probe)) {
            return Standing.CONTESTED;
        }
        boolean isFailure = probe.verdict() == Verdict.FAIL;
        List<Probe> others = others(probe);
        Standing alone = isFailure ? Standing.FAILED : Standing.PASSED;
        if (others.isEmpty()) {
            return alone;
        }
        boolean isBorneOut = any(others, one -> one.verdict() == probe.verdict());
        boolean isContrary =
                any(others, one -> one.verdict() == (isFailure ? Verdict.PASS : Verdict.FAIL));
        // That two saw a failure stands, whatever a third says; that two saw a pass does not.
        if (isBorneOut && (isFailure || !isContrary)) {
            return alone;
        }
        if (isContrary) {
            return Standing.CONTESTED;
        }
        return any(others, one -> one.verdict() == null) ? Standing.OPEN : Standing.INCONCLUSIVE;
    }

    /** Whether the very same question had another answer. */
    private boolean isContradicted(Probe probe) {
        return any(
                questions.get(question(probe)),
                one -> tells(one) && !Objects.equals(one.observed(), probe.observed()));
    }

    private static boolean tells(Probe probe) {
        return probe.verdict() != null && probe.verdict() != Verdict.INCONCLUSIVE;
    }

    /** The probes of other vantages that must end as this one does. */
    private List<Probe> others(Probe probe) {
        List<Probe> together = new ArrayList<>(questions.get(question(probe)));
        if (!probe.region().isEmpty()) {
            together.addAll(regions.get(region(probe)));
        }
        together.removeIf(one -> Objects.equals(one.vantage(), probe.vantage()));
        return together;
    }

    private static boolean any(List<Probe> probes, Predicate<Probe> is) {
        return probes.stream().anyMatch(is);
    }

    private String words(Probe probe) {
        String where =
                probe.server()
                        + (probe.target() == null ? "" : " at " + probe.target())
                        + " from "
                        + probe.source();
        return switch (standing(probe)) {
            case CONTESTED ->
                    where + ": the vantages contradict each other: " + contradiction(probe);
            case INCONCLUSIVE -> where + ": " + (tells(probe) ? unsupported(probe) : says(probe));
            case OPEN, PASSED, FAILED -> where + ": " + says(probe);
        };
    }

    private static String says(Probe probe) {
        return (probe.vantage() == null ? "" : probe.vantage() + ": ") + probe.explanation();
    }

    private String unsupported(Probe probe) {
        return says(probe)
                + "; not shown by any other vantage that was asked: "
                + eachOther(probe, one -> one.verdict() == Verdict.INCONCLUSIVE);
    }

    private String contradiction(Probe probe) {
        List<Probe> same =
                questions.get(question(probe)).stream()
                        .filter(Agreement::tells)
                        .filter(one -> !Objects.equals(one.observed(), probe.observed()))
                        .toList();
        return says(probe)
                + "; but "
                + (same.isEmpty()
                        ? eachOther(probe, one -> tells(one) && one.verdict() != probe.verdict())
                        : saidBy(same));
    }

    private String eachOther(Probe probe, Predicate<Probe> is) {
        return saidBy(others(probe).stream().filter(is).toList());
    }

    /** What each vantage said first. */
    private static String saidBy(List<Probe> probes) {
        Map<String, String> first = new LinkedHashMap<>();
        probes.forEach(
                one ->
                        first.putIfAbsent(
                                String.valueOf(one.vantage()),
                                says(one) + " (from " + one.source() + ")"));
        return String.join("; ", first.values());
    }
}

package io.postern.rollout;

import io.postern.problem.DomainException.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How carefully a rollout goes. Plain; {@link #faults} says what a plan cannot meet.
 *
 * @param maxInFlight servers of a ring that are pushed and not yet active at the same time, 1 to
 *     1,000; 0 = all of the ring
 * @param bakeSeconds how long a proven ring is left alone before its probes are asked once more, 0
 *     to 86,400
 * @param successPercent the share of a ring's probes that must pass, 1 to 100; the others may be
 *     inconclusive, never fail
 * @param maxErrors how many servers of a ring may be in error before it brakes, from 0; until then
 *     it pauses
 * @param pauseAfter names of the rings after which it pauses
 * @param minimumCoveragePercent where a ring's probes show less of the change it waits for a
 *     promotion by name, 0 to 100
 */
public record RolloutOptions(
        int maxInFlight,
        int bakeSeconds,
        int successPercent,
        int maxErrors,
        List<String> pauseAfter,
        Promotion promotion,
        int minimumCoveragePercent) {
    /** As rollouts were before there were options. */
    public static final RolloutOptions PLAIN =
            new RolloutOptions(0, 0, 100, 0, List.of(), Promotion.AUTOMATIC, 0);

    static final int MOST_IN_FLIGHT = 1000;
    static final int LONGEST_BAKE_SECONDS = 86_400;

    public RolloutOptions {
        pauseAfter = List.copyOf(pauseAfter);
        Objects.requireNonNull(promotion);
    }

    /**
     * What is wished for, the rest as configured. Rings that only the configuration names and the
     * plan does not have are left out.
     */
    static RolloutOptions of(RolloutWish wish, RolloutConfig config, List<Ring> rings) {
        return new RolloutOptions(
                or(wish.maxInFlight(), config.maxInFlight().orElse(0)),
                or(wish.bakeSeconds(), (int) config.bake().toSeconds()),
                or(wish.successPercent(), config.successPercent()),
                or(wish.maxErrors(), config.maxErrors()),
                wish.pauseAfter() != null
                        ? wish.pauseAfter()
                        : config.pauseAfter().orElse(List.of()).stream()
                                .filter(name -> followed(rings).contains(name))
                                .toList(),
                wish.promotion() != null ? wish.promotion() : config.promotion(),
                or(wish.minimumCoveragePercent(), config.minimumCoveragePercent()));
    }

    private static int or(Integer wished, int otherwise) {
        return wished == null ? otherwise : wished;
    }

    /** The rings that another one follows. */
    private static List<String> followed(List<Ring> rings) {
        return rings.stream().limit(Math.max(0, rings.size() - 1)).map(Ring::name).toList();
    }

    /**
     * What is out of range, or cannot be met by the plan.
     *
     * @param wish what was asked for: 0 in flight is a default, never a wish
     * @param rings of the plan, in order
     * @return one for each, pointing into the request; empty = all can be met
     */
    List<Fault> faults(RolloutWish wish, List<Ring> rings) {
        List<Fault> faults = new ArrayList<>();
        boolean isWhole = wish.maxInFlight() == null && maxInFlight == 0;
        range(faults, "maxInFlight", maxInFlight, isWhole ? 0 : 1, MOST_IN_FLIGHT);
        range(faults, "bakeSeconds", bakeSeconds, 0, LONGEST_BAKE_SECONDS);
        range(faults, "successPercent", successPercent, 1, 100);
        range(faults, "minimumCoveragePercent", minimumCoveragePercent, 0, 100);
        errors(faults, rings);
        for (int i = 0; i < pauseAfter.size(); i++) {
            pause(faults, "/rollout/pauseAfter/" + i, pauseAfter.get(i), rings);
        }
        return faults;
    }

    private static void range(List<Fault> faults, String field, int value, int low, int high) {
        if (value < low || value > high) {
            faults.add(
                    new Fault(
                            "/rollout/" + field,
                            field + " must be from " + low + " to " + high + ", not " + value));
        }
    }

    private void errors(List<Fault> faults, List<Ring> rings) {
        if (maxErrors < 0) {
            faults.add(new Fault("/rollout/maxErrors", "maxErrors must be 0 or more"));
            return;
        }
        rings.stream()
                .filter(ring -> maxErrors > 0 && maxErrors >= ring.targets().size())
                .findFirst()
                .ifPresent(
                        ring ->
                                faults.add(
                                        new Fault(
                                                "/rollout/maxErrors",
                                                "maxErrors "
                                                        + maxErrors
                                                        + " would let ring '"
                                                        + ring.name()
                                                        + "' be in error altogether: it has "
                                                        + ring.targets().size()
                                                        + " server(s)")));
    }

    private static void pause(List<Fault> faults, String pointer, String name, List<Ring> rings) {
        List<String> names = rings.stream().map(Ring::name).toList();
        if (!names.contains(name)) {
            faults.add(
                    new Fault(
                            pointer,
                            "pauseAfter names ring '"
                                    + name
                                    + "', which this rollout does not have; it has "
                                    + (names.isEmpty() ? "none" : String.join(", ", names))));
        } else if (!followed(rings).contains(name)) {
            faults.add(
                    new Fault(pointer, "pauseAfter names ring '" + name + "', which is the last"));
        }
    }

    /** The most servers of a ring to have in flight. */
    int inFlight(Ring ring) {
        return maxInFlight == 0 ? Math.max(1, ring.targets().size()) : maxInFlight;
    }

    /**
     * The confirm window of servers that are published to while others of their ring still wait for
     * their turn: nobody can confirm them before those are active too.
     *
     * @param waiting how many of the ring come after them
     */
    Duration confirmWindow(Ring ring, int waiting, Duration window, Duration activationPatience) {
        int turns = Math.max(0, waiting + inFlight(ring) - 1) / inFlight(ring);
        return window.plus(activationPatience.multipliedBy(turns));
    }

    /** Rings whose first servers would wait too long for their confirmation; empty = none. */
    List<Fault> tooLong(List<Ring> rings, RolloutConfig config) {
        return rings.stream()
                .filter(
                        ring ->
                                confirmWindow(
                                                        ring,
                                                        ring.targets().size() - inFlight(ring),
                                                        config.confirmWindow(),
                                                        config.activationPatience())
                                                .compareTo(config.longestConfirmWindow())
                                        > 0)
                .limit(1)
                .map(
                        ring ->
                                new Fault(
                                        "/rollout/maxInFlight",
                                        "maxInFlight "
                                                + maxInFlight
                                                + " is too few for the "
                                                + ring.targets().size()
                                                + " servers of ring '"
                                                + ring.name()
                                                + "': the first of them could wait longer than "
                                                + config.longestConfirmWindow()
                                                + " to be confirmed"))
                .toList();
    }

    /** Whether it pauses after that ring. */
    boolean pausesAfter(Ring ring) {
        return promotion == Promotion.MANUAL || pauseAfter.contains(ring.name());
    }
}

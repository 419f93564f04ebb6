package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A level that changes with time: levels.get(0) until times.get(0), then levels.get(1), and so on.
 * Neighbouring levels differ.
 *
 * @param times in order, all after the start of the comparison
 * @param levels one more than times
 */
record ImpactSteps(List<Instant> times, List<Integer> levels) {
    static ImpactSteps constant(int level) {
        return new ImpactSteps(List.of(), List.of(level));
    }

    /**
     * The highest level of a constant one and some dated rules.
     *
     * @param start null = the beginning of time
     */
    static ImpactSteps highest(int constant, Collection<ImpactRule> dated, Instant start) {
        if (dated.isEmpty()) {
            return constant(constant);
        }
        TreeSet<Instant> bounds = new TreeSet<>();
        dated.forEach(rule -> addBounds(rule, start, bounds));
        List<Instant> times = new ArrayList<>();
        List<Integer> levels = new ArrayList<>();
        levels.add(levelAt(constant, dated, start));
        for (Instant bound : bounds) {
            int level = levelAt(constant, dated, bound);
            if (level != levels.get(levels.size() - 1)) {
                times.add(bound);
                levels.add(level);
            }
        }
        return new ImpactSteps(times, levels);
    }

    /** Adds the instants after the start at which the rule begins or ends. */
    static void addBounds(ImpactRule rule, Instant start, Collection<Instant> bounds) {
        addBound(rule.notBefore, start, bounds);
        addBound(rule.expires, start, bounds);
    }

    private static void addBound(Instant bound, Instant start, Collection<Instant> bounds) {
        if (bound != null && (start == null || bound.isAfter(start))) {
            bounds.add(bound);
        }
    }

    private static int levelAt(int constant, Collection<ImpactRule> dated, Instant at) {
        int level = constant;
        for (ImpactRule rule : dated) {
            if (rule.level > level && rule.holdsAt(at)) {
                level = rule.level;
            }
        }
        return level;
    }

    /**
     * The level at an instant.
     *
     * @param at null = the start
     */
    int at(Instant at) {
        int step = 0;
        while (at != null && step < times.size() && !at.isBefore(times.get(step))) {
            step++;
        }
        return levels.get(step);
    }
}

package io.postern.policy;

/**
 * How many seeds a property tries. Mutation testing runs each test thousands of times and asks for
 * a part of them with {@code -Dpostern.seeds.percent}; every other run tries all.
 */
public final class Seeds {
    private static final int PERCENT = Integer.getInteger("postern.seeds.percent", 100);

    private Seeds() {}

    /** That part of a count, at least 1. */
    public static int of(int all) {
        return Math.max(1, all * PERCENT / 100);
    }

    /** What that many seeds must bring at least, where all of them bring a count: a few vary. */
    public static int fewest(int all) {
        return PERCENT == 100 ? all : all * PERCENT / 400;
    }
}

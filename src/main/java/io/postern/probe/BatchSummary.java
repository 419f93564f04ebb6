package io.postern.probe;

/**
 * How a batch of probes stands.
 *
 * @param contested how many of the inconclusive ones are so because vantages contradict each other
 * @param firstFailure what the first failed, or else inconclusive, probe says; null = all well so
 *     far
 */
public record BatchSummary(
        int open, int passed, int failed, int inconclusive, int contested, String firstFailure) {
    public int total() {
        return open + passed + failed + inconclusive;
    }
}

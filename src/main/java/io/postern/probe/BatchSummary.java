package io.postern.probe;

/**
 * How a batch of probes stands.
 *
 * @param firstFailure what the first failed, or else inconclusive, probe says; null = all well so
 *     far
 */
public record BatchSummary(
        int open, int passed, int failed, int inconclusive, String firstFailure) {
    public int total() {
        return open + passed + failed + inconclusive;
    }
}

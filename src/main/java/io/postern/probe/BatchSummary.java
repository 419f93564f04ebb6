package io.postern.probe;

import java.util.List;

/**
 * How a batch of probes stands.
 *
 * @param open how many are not settled: not answered, or answered by one vantage while another that
 *     was asked the same still owes its answer
 * @param inconclusive how many tell nothing, contested ones included
 * @param contested how many of the inconclusive ones are so because vantages contradict each other
 * @param firstFailure what the first failed, or else contested, or else inconclusive, probe says;
 *     null = all well so far
 */
public record BatchSummary(
        int open, int passed, int failed, int inconclusive, int contested, String firstFailure) {
    /**
     * Judges probes together. Where several vantages were asked the same question, or probes of one
     * region, no verdict rests on one of them alone: see {@link Agreement}.
     *
     * @param batch all probes of one batch, in the order in which they were asked; dropped ones
     *     count nowhere
     */
    public static BatchSummary of(List<Probe> batch) {
        return new Agreement(batch).summary();
    }

    public int total() {
        return open + passed + failed + inconclusive;
    }
}

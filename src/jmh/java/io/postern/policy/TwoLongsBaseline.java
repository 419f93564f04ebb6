package io.postern.policy;

/**
 * What one would write for IPv6: a binary search over the upper and lower halves of the interval
 * starts in two arrays, then the candidates as for IPv4.
 */
final class TwoLongsBaseline {
    final BaselineRules rules;
    private final long[] highs;
    private final long[] lows;
    private final int[] lists;

    TwoLongsBaseline(BenchmarkPolicy benchmark) {
        rules = new BaselineRules(benchmark);
        BaselineIntervals intervals = BaselineIntervals.of(rules, AddressFamily.IPV6);
        rules.seal();
        int count = intervals.starts().size();
        highs = new long[count];
        lows = new long[count];
        lists = new int[count];
        for (int i = 0; i < count; i++) {
            highs[i] = intervals.starts().get(i).high();
            lows[i] = intervals.starts().get(i).low();
            lists[i] = intervals.lists().get(i);
        }
    }

    long decide(long high, long low, int account, int computer, int server) {
        long wantedHigh = high ^ Long.MIN_VALUE;
        long wantedLow = low ^ Long.MIN_VALUE;
        int from = 0;
        int to = highs.length - 1;
        while (from < to) {
            int middle = from + to + 1 >>> 1;
            long middleHigh = highs[middle] ^ Long.MIN_VALUE;
            boolean isAtOrBefore =
                    middleHigh == wantedHigh
                            ? (lows[middle] ^ Long.MIN_VALUE) <= wantedLow
                            : middleHigh < wantedHigh;
            if (isAtOrBefore) {
                from = middle;
            } else {
                to = middle - 1;
            }
        }
        return rules.decide(lists[from], account, computer, server);
    }
}

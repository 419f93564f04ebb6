package io.postern.policy;

/**
 * The limit for IPv4: a root of 2^16 entries, a binary search in the slice it names, the candidates
 * of the interval found.
 */
final class Dir16Baseline {
    final BaselineRules rules;
    private final int[] root = new int[(1 << 16) + 1];
    private final int[] starts;
    private final int[] lists;

    Dir16Baseline(BenchmarkPolicy benchmark) {
        rules = new BaselineRules(benchmark);
        BaselineIntervals intervals = BaselineIntervals.of(rules, AddressFamily.IPV4);
        rules.seal();
        int count = intervals.starts().size();
        starts = new int[count];
        lists = new int[count];
        for (int i = 0; i < count; i++) {
            starts[i] = (int) intervals.starts().get(i).low();
            lists[i] = intervals.lists().get(i);
        }
        int interval = 0;
        for (int bucket = 0; bucket < 1 << 16; bucket++) {
            while (interval + 1 < count
                    && Integer.compareUnsigned(starts[interval + 1], bucket << 16) <= 0) {
                interval++;
            }
            root[bucket] = interval;
        }
        root[1 << 16] = count - 1;
    }

    long decide(int address, int account, int computer, int server) {
        int low = root[address >>> 16];
        int high = root[(address >>> 16) + 1];
        int wanted = address ^ Integer.MIN_VALUE;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if ((starts[middle] ^ Integer.MIN_VALUE) <= wanted) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return rules.decide(lists[low], account, computer, server);
    }
}

package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** What the hash of 100,000 grants costs, whole and after one change, printed; run its main. */
public final class PolicyHashMeasurement {
    private static final int GRANTS = 100_000;
    private static final int RUNS = 21;

    private PolicyHashMeasurement() {}

    public static void main(String... arguments) {
        List<PolicyEntry> entries = new ArrayList<>();
        for (int i = 0; i < GRANTS; i++) {
            entries.add(grant(i, "internal"));
        }
        PolicyHashTree tree = PolicyHashTree.of(entries);
        String parent = PolicyHash.of(tree, null);
        Revision old = new Revision(1, parent, 1, parent, Instant.EPOCH, "", "", null);
        measure("version 1, whole", run -> PolicyHash.verifies(old, tree));
        measure("version 2, whole", run -> PolicyHash.of(entries, parent));
        measure("list of buckets alone", run -> PolicyHash.of(tree, parent));
        for (int changes : new int[] {1, 100, 10_000}) {
            measure(
                    changes + " changed, incremental",
                    run -> {
                        List<EntryChange> changed = new ArrayList<>();
                        for (int i = 0; i < changes; i++) {
                            int which = (run * 31 + i * 7) % GRANTS;
                            changed.add(EntryChange.put(grant(which, "relay")));
                        }
                        return PolicyHash.of(tree.with(changed), parent);
                    });
        }
    }

    private static PolicyEntry grant(int i, String tier) {
        return new PolicyEntry(
                EntryKind.GRANT,
                "grant-" + i,
                ("{\"expires\":\"2027-06-01\",\"from\":{\"addresses\":[\"10."
                        + (i >> 16)
                        + "."
                        + (i >> 8 & 255)
                        + "."
                        + (i & 255)
                        + "\"]},\"key\":\"grant-"
                        + i
                        + "\",\"owner\":\"team-1\",\"reason\":\"scanner\",\"tier\":\""
                        + tier
                        + "\"}"));
    }

    private static void measure(String what, IntFunction<Object> work) {
        double[] milliseconds = new double[RUNS];
        int seen = 0;
        for (int run = 0; run < RUNS; run++) {
            long start = System.nanoTime();
            seen += work.apply(run).hashCode();
            milliseconds[run] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(milliseconds);
        System.out.printf(
                Locale.ROOT,
                "%-28s median %8.2f ms, best %8.2f, worst %8.2f of %d (%08x)%n",
                what,
                milliseconds[RUNS / 2],
                milliseconds[0],
                milliseconds[RUNS - 1],
                RUNS,
                seen);
    }
}

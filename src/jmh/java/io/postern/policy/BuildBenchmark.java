package io.postern.policy;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From the policy in memory to the index. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class BuildBenchmark {
    /** How many grants. */
    @Param({"1000", "10000", "100000"})
    public int grants;

    /** The family of every address. */
    @Param({"IPV4", "IPV6"})
    public String family;

    private Policy policy;

    /** Makes the policy. */
    @Setup
    public void setUp() {
        policy = new BenchmarkPolicy(grants, AddressFamily.valueOf(family)).policy;
    }

    /** The whole index. */
    @Benchmark
    public PolicyIndex build() {
        return PolicyIndex.of(policy, BenchmarkPolicy.AT);
    }

    /** Bytes that an index keeps alive beside its policy, to the precision of a full collection. */
    static long retainedBytes(int grants, AddressFamily family) {
        Policy policy = new BenchmarkPolicy(grants, family).policy;
        PolicyIndex.of(policy, BenchmarkPolicy.AT);
        long before = usedBytes();
        PolicyIndex index = PolicyIndex.of(policy, BenchmarkPolicy.AT);
        long after = usedBytes();
        if (index.tier(0) != Tier.NONE || policy.grants().size() != grants) {
            throw new IllegalStateException("both must still be there");
        }
        return after - before;
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}

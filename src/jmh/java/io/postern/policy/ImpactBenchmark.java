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

/** From two policies in memory to every region handed on. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class ImpactBenchmark {
    /** How many entries each policy has. */
    @Param({"1000", "10000", "100000"})
    public int grants;

    /** How many of them differ; all if there are fewer. */
    @Param({"10", "100", "100000"})
    public int changed;

    /** Whether a tenth of the grants expire. */
    @Param({"false", "true"})
    public boolean dated;

    private ImpactPolicies policies;

    /** Makes the policies. */
    @Setup
    public void setUp() {
        policies = new ImpactPolicies(grants, changed, dated);
    }

    /** The whole impact; the number of its regions. */
    @Benchmark
    public long diff() {
        return regions(policies);
    }

    private static long regions(ImpactPolicies policies) {
        long[] count = new long[1];
        Impact.stream(policies.before, policies.after, null, region -> count[0]++);
        return count[0];
    }

    static long regions(int grants, int changed, boolean isDated) {
        return regions(new ImpactPolicies(grants, changed, isDated));
    }
}

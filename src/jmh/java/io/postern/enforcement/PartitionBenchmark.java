package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Which of very many connectors gets whom. The goal: 1,000 x 1,000 ranges within a second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PartitionBenchmark {
    private static final int RANGES = 1000;
    private static final int SLOT = 4096;

    /** How many connectors beside the defaults, each of 1,000 ranges. */
    @Param({"10", "1000"})
    public int connectors;

    /** Whether ranges are disjoint and in order, or anywhere and overlapping. */
    @Param({"false", "true"})
    public boolean scattered;

    private List<ReceiveConnector> all;

    /** Makes the connectors. */
    @Setup
    public void setUp() {
        Random random = new Random(1);
        all = new ArrayList<>(DefaultConnectors.ofFreshServer("EX01", ""));
        ReceiveConnector model = all.get(0);
        for (int c = 0; c < connectors; c++) {
            List<AddressRange> ranges = new ArrayList<>();
            for (int i = 0; i < RANGES; i++) {
                long slot = scattered ? random.nextInt(1 << 20) : (long) i * connectors + c;
                long low = slot * SLOT;
                long high = Math.min(low + random.nextInt(SLOT - 1), 0xFFFF_FFFFL);
                ranges.add(new AddressRange(Address.ipv4(low), Address.ipv4(high)));
            }
            all.add(model.withRemoteIpRanges(ranges));
        }
    }

    /** The whole IPv4 space of port 25. */
    @Benchmark
    public List<ConnectorPartition.Part> partition() {
        return ConnectorPartition.of(all, Address.parse("0.0.0.0"), 25);
    }
}

package io.postern.policy;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One decision, deciding entry included, by the index and by the baseline of each family. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecisionBenchmark {
    /** How many grants. */
    @Param({"100", "1000", "10000", "100000"})
    public int grants;

    /** The family of every address. */
    @Param({"IPV4", "IPV6"})
    public String family;

    private BenchmarkPolicy.Request[] requests;
    private PolicyIndex index;
    private Dir16Baseline dir16;
    private TwoLongsBaseline twoLongs;
    private final long[] highs = new long[BenchmarkPolicy.REQUESTS];
    private final long[] lows = new long[BenchmarkPolicy.REQUESTS];
    private final int[] accounts = new int[BenchmarkPolicy.REQUESTS];
    private final int[] computers = new int[BenchmarkPolicy.REQUESTS];
    private final int[] places = new int[BenchmarkPolicy.REQUESTS];
    private final int[] baselineAccounts = new int[BenchmarkPolicy.REQUESTS];
    private final int[] baselineComputers = new int[BenchmarkPolicy.REQUESTS];
    private final int[] baselineServers = new int[BenchmarkPolicy.REQUESTS];
    private final String[][] texts = new String[BenchmarkPolicy.REQUESTS][];
    private int next;

    /** Builds all engines and refuses to run unless they give the same answers. */
    @Setup
    public void setUp() {
        AddressFamily wanted = AddressFamily.valueOf(family);
        BenchmarkPolicy benchmark = new BenchmarkPolicy(grants, wanted);
        requests = benchmark.requests;
        index = PolicyIndex.of(benchmark.policy, BenchmarkPolicy.AT);
        if (wanted == AddressFamily.IPV4) {
            dir16 = new Dir16Baseline(benchmark);
        } else {
            twoLongs = new TwoLongsBaseline(benchmark);
        }
        BaselineRules rules = dir16 == null ? twoLongs.rules : dir16.rules;
        PolicyEvaluator evaluator = grants <= 1000 ? new PolicyEvaluator(benchmark.policy) : null;
        for (int i = 0; i < requests.length; i++) {
            BenchmarkPolicy.Request request = requests[i];
            highs[i] = request.parsed().high();
            lows[i] = request.parsed().low();
            accounts[i] = index.account(request.accountName());
            computers[i] = index.computer(request.computerName());
            places[i] = index.place(request.serverName(), 25);
            baselineAccounts[i] = request.account();
            baselineComputers[i] = request.computer();
            baselineServers[i] = request.server();
            texts[i] =
                    new String[] {
                        request.address(),
                        request.accountName(),
                        request.computerName(),
                        request.serverName()
                    };
            long ours = dir16 == null ? indexIpv6(i) : indexIpv4(i);
            long theirs = dir16 == null ? twoLongs(i) : dir16(i);
            compare(request, index.grant(ours), rules.grant(theirs));
            compare(request, index.block(ours), rules.block(theirs));
            compare(request, request.isAllowed(), index.tier(ours) != Tier.NONE);
            if (ours != fromText(i)) {
                throw new IllegalStateException("from text differs for " + request);
            }
            if (evaluator != null) {
                Decision decision = evaluator.decide(submission(request));
                compare(request, decision.grant(), index.grant(ours));
                compare(request, decision.block(), index.block(ours));
                compare(request, decision.tier(), index.tier(ours));
            }
        }
    }

    private static Submission submission(BenchmarkPolicy.Request request) {
        return new Submission(
                request.parsed(),
                request.accountName(),
                request.computerName(),
                request.serverName(),
                25,
                BenchmarkPolicy.AT);
    }

    private static void compare(BenchmarkPolicy.Request request, Object ours, Object theirs) {
        if (!Objects.equals(ours, theirs)) {
            throw new IllegalStateException(request + ": " + ours + " against " + theirs);
        }
    }

    private int next() {
        next = next + 1 & BenchmarkPolicy.REQUESTS - 1;
        return next;
    }

    private long dir16(int i) {
        return dir16.decide(
                (int) lows[i], baselineAccounts[i], baselineComputers[i], baselineServers[i]);
    }

    private long twoLongs(int i) {
        return twoLongs.decide(
                highs[i], lows[i], baselineAccounts[i], baselineComputers[i], baselineServers[i]);
    }

    private long indexIpv4(int i) {
        return index.decideIpv4((int) lows[i], accounts[i], computers[i], places[i]);
    }

    private long indexIpv6(int i) {
        return index.decideIpv6(highs[i], lows[i], accounts[i], computers[i], places[i]);
    }

    private long fromText(int i) {
        String[] text = texts[i];
        return index.decide(
                Address.parse(text[0]),
                index.account(text[1]),
                index.computer(text[2]),
                index.place(text[3], 25));
    }

    /** The hand-written limit: dir16 for IPv4, two longs for IPv6. */
    @Benchmark
    public long baseline() {
        return dir16 == null ? twoLongs(next()) : dir16(next());
    }

    /** The index, identities and address resolved. */
    @Benchmark
    public long index() {
        return dir16 == null ? indexIpv6(next()) : indexIpv4(next());
    }

    /** The index from four strings: address, SID of the account, computer, server. */
    @Benchmark
    public long indexFromText() {
        return fromText(next());
    }
}

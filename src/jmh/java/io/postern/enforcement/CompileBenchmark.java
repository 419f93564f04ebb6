package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Addresses;
import io.postern.policy.Block;
import io.postern.policy.From;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/**
 * A policy of address entries to the connectors of a fresh server, and the steps that lead there.
 * The goal: 100,000 grants compiled within a second.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class CompileBenchmark {
    private static final Tier[] TIERS = {Tier.INTERNAL, Tier.INTERNAL, Tier.RELAY};

    /** How many entries, a tenth of them blocks. */
    @Param({"10000", "100000"})
    public int entries;

    private Policy policy;
    private List<ReceiveConnector> observed;
    private CompiledConnectors compiled;

    /** Makes the policy: 60% IPv4 networks /24 to /32, 20% ranges, 20% IPv6 networks. */
    @Setup
    public void setUp() {
        Random random = new Random(1);
        List<Grant> grants = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            AddressSet set = AddressSet.of(range(random));
            From from =
                    new From(
                            new Addresses(set.texts(), set),
                            Addresses.NOT_ASKED,
                            List.of(),
                            List.of());
            if (random.nextInt(10) == 0) {
                blocks.add(new Block("block-" + i, from, To.EVERYWHERE, null, null));
            } else {
                Tier tier = TIERS[random.nextInt(TIERS.length)];
                grants.add(
                        new Grant(
                                "grant-" + i,
                                from,
                                To.EVERYWHERE,
                                tier,
                                "team",
                                "measured",
                                null,
                                null,
                                null));
            }
        }
        Server server =
                new Server(
                        "EX01",
                        AddressSet.parse("10.20.0.11"),
                        List.of(25),
                        null,
                        List.of("exchange"),
                        AddressSet.EMPTY,
                        List.of(),
                        ServerMode.ENFORCE);
        policy =
                new Policy(
                        List.of(),
                        List.of(server),
                        List.of(),
                        List.of(),
                        Map.of(),
                        grants,
                        blocks,
                        List.of(),
                        List.of());
        observed = DefaultConnectors.ofFreshServer("EX01", "contoso.example");
        compiled = compile();
    }

    private static AddressRange range(Random random) {
        int kind = random.nextInt(10);
        if (kind < 8) {
            long hosts = kind < 6 ? (1L << random.nextInt(9)) - 1 : 0;
            long low = (10L << 24 | random.nextInt((1 << 24) - 5_000)) & ~hosts;
            long high = kind < 6 ? low | hosts : low + 1 + random.nextInt(300);
            return new AddressRange(Address.ipv4(low), Address.ipv4(high));
        }
        long hosts = (1L << random.nextInt(63)) - 1;
        long high = 0x2001_0DB8_0000_0000L | random.nextInt(1 << 30);
        long low = random.nextLong() & ~hosts;
        return new AddressRange(Address.ipv6(high, low), Address.ipv6(high, low | hosts));
    }

    /** The connectors. */
    @Benchmark
    public CompiledConnectors compile() {
        return ExchangeCompiler.compile(policy, policy.servers().get(0), observed, Instant.EPOCH);
    }

    /** The steps from a fresh server. */
    @Benchmark
    public List<ConnectorStep> plan() {
        return ConnectorPlan.between(observed, compiled.connectors());
    }
}

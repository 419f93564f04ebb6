package io.postern.enforcement.firewall;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Addresses;
import io.postern.policy.From;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.Principal;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * A policy of many principals and address ranges to the firewall of a fresh server, and the steps
 * that lead there. The goal: 10,000 principals and 10,000 ranges compiled within a second.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class FirewallCompileBenchmark {
    private static final int SIZE = 10_000;

    /** Whether all principals and ranges stand in one grant, or in a hundred of a hundred each. */
    @Param({"1", "100"})
    public int grants;

    private Policy policy;
    private final ObservedFirewall observed = DefaultFirewall.ofFreshServer();
    private CompiledFirewall compiled;

    /** Makes the policy: half of the ranges for accounts, half for devices without identity. */
    @Setup
    public void setUp() {
        List<Principal> principals = new ArrayList<>();
        List<AddressRange> ranges = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            principals.add(
                    new Principal(
                            "CONTOSO\\account" + i,
                            "S-1-5-21-1004336348-1177238915-682003330-" + (10_000 + i),
                            "user",
                            null));
            long low = (10L << 24) + i * 512L + i % 200;
            ranges.add(new AddressRange(Address.ipv4(low), Address.ipv4(low + i % 40)));
        }
        List<Grant> entries = new ArrayList<>();
        int each = SIZE / grants;
        for (int g = 0; g < grants; g++) {
            List<AddressRange> own = ranges.subList(g * each, (g + 1) * each);
            List<String> accounts =
                    principals.subList(g * each, (g + 1) * each).stream()
                            .map(Principal::name)
                            .toList();
            entries.add(grant("proven-" + g, own.subList(0, each / 2), accounts));
            entries.add(grant("plain-" + g, own.subList(each / 2, each), List.of()));
        }
        Server server =
                new Server(
                        "EX01",
                        AddressSet.parse("10.255.0.11"),
                        List.of(25),
                        null,
                        List.of("windows-firewall"),
                        AddressSet.parse("10.0.0.0/8"),
                        List.of(),
                        ServerMode.ENFORCE);
        policy =
                new Policy(
                        List.of(),
                        List.of(server),
                        List.of(),
                        principals,
                        Map.of(),
                        entries,
                        List.of(),
                        List.of(),
                        List.of());
        compiled = compile();
    }

    private static Grant grant(String key, List<AddressRange> ranges, List<String> accounts) {
        AddressSet set = AddressSet.of(ranges);
        From from =
                new From(new Addresses(set.texts(), set), Addresses.NOT_ASKED, accounts, List.of());
        return new Grant(
                key, from, To.EVERYWHERE, Tier.INTERNAL, "team", "measured", null, null, null);
    }

    /** The state. */
    @Benchmark
    public CompiledFirewall compile() {
        return FirewallCompiler.compile(policy, policy.servers().get(0), Instant.EPOCH);
    }

    /** The steps from a fresh server. */
    @Benchmark
    public List<FirewallStep> plan() {
        return FirewallPlan.between(observed, compiled.state());
    }
}

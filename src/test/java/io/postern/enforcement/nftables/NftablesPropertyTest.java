package io.postern.enforcement.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Addresses;
import io.postern.policy.Block;
import io.postern.policy.From;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NftablesPropertyTest {
    private static final int CASES = 300;
    private static final Instant AT = Instant.parse("2026-07-01T00:00:00Z");

    private static From from(Random random) {
        AddressSet set = RandomNftables.set(random);
        AddressSet some = set.isEmpty() ? AddressSet.parse("10.0.0.1") : set;
        return new From(
                new Addresses(some.texts(), some), Addresses.NOT_ASKED, List.of(), List.of());
    }

    private static Policy policy(Random random) {
        Server server =
                new Server(
                        "EX01",
                        AddressSet.parse("10.20.0.11", "fd00:20::b"),
                        List.of(25, 26),
                        null,
                        List.of("nftables"),
                        AddressSet.EMPTY,
                        List.of(),
                        ServerMode.ENFORCE);
        List<Grant> grants = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            To to =
                    random.nextBoolean()
                            ? To.EVERYWHERE
                            : new To(List.of(), List.of(25 + random.nextInt(2)), false);
            grants.add(
                    new Grant(
                            "g" + i,
                            from(random),
                            to,
                            Tier.INTERNAL,
                            null,
                            null,
                            null,
                            null,
                            random.nextInt(4) == 0 ? AT : null));
            if (random.nextInt(3) == 0) {
                blocks.add(new Block("b" + i, from(random), to, null, null));
            }
        }
        return new Policy(
                List.of(),
                List.of(server),
                List.of(),
                List.of(),
                Map.of(),
                grants,
                blocks,
                List.of(),
                List.of());
    }

    /** The addresses beside and at each bound of a table, and a few more. */
    private static Set<Address> boundaries(NftablesState state, int port) {
        Set<Address> all = new HashSet<>();
        for (AddressRange range : state.allowed(port).ranges()) {
            for (Address one : List.of(range.low(), range.high())) {
                all.add(one);
                one.next().ifPresent(all::add);
                one.previous().ifPresent(all::add);
            }
        }
        all.add(Address.parse("203.0.113.9"));
        all.add(Address.parse("2001:db8::9"));
        return all;
    }

    @Test
    void thePacketsThatPassAreThoseThatThePolicyLetsIn() {
        int asked = 0;
        for (long seed = 0; seed < CASES; seed++) {
            Policy policy = policy(new Random(seed));
            PolicyEvaluator evaluator = new PolicyEvaluator(policy);
            for (NftablesHook hook : NftablesHook.values()) {
                CompiledNftables compiled =
                        NftablesCompiler.compile(
                                policy, policy.servers().get(0), hook, AddressSet.EMPTY, AT);
                assertEquals(List.of(), compiled.unsupported(), "seed " + seed);
                for (int port : List.of(25, 26)) {
                    for (Address address : boundaries(compiled.state(), port)) {
                        boolean isLetIn =
                                evaluator
                                                .decide(
                                                        new Submission(
                                                                address, null, null, "EX01", port,
                                                                AT))
                                                .tier()
                                        != Tier.NONE;
                        assertEquals(
                                isLetIn,
                                compiled.state().allowed(port).contains(address),
                                "seed " + seed + " " + hook + " " + port + " " + address);
                        asked++;
                    }
                }
            }
        }
        assertTrue(asked > CASES * 10, "too few asked: " + asked);
    }

    @Test
    void aPlanReachesItsStateAndGoesBack() {
        for (long seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            NftablesState first = RandomNftables.state(random, NftablesHook.FORWARD);
            NftablesState second = RandomNftables.state(random, NftablesHook.FORWARD);
            ObservedNftables fresh = ObservedNftables.ofFreshHost("EX01", NftablesHook.FORWARD);
            ObservedNftables there = fresh;
            for (NftablesState wanted : List.of(first, second, NftablesState.ABSENT)) {
                for (NftablesStep step : NftablesPlan.between(there, wanted)) {
                    ObservedNftables was = there;
                    there = NftablesPlan.apply(there, step);
                    assertEquals(
                            was.held(),
                            NftablesPlan.apply(there, step.inverse()).held(),
                            "seed " + seed);
                }
                assertEquals(wanted, there.held(), "seed " + seed);
                assertEquals(List.of(), NftablesPlan.between(there, wanted), "seed " + seed);
                assertEquals(List.of(), NftablesDrift.compare(wanted, there), "seed " + seed);
                if (!first.equals(second)) {
                    assertNotEquals(first.digest(), second.digest(), "seed " + seed);
                    assertTrue(!NftablesDrift.compare(first, fresh).isEmpty(), "seed " + seed);
                }
            }
        }
    }

    @Test
    void namesAreTakenByNftAndNoTwoServersShareOne() {
        Set<String> names = new HashSet<>();
        List<String> servers =
                List.of(
                        "EX01",
                        "ex-01",
                        "ex_01",
                        "ex.01",
                        "ex01.contoso.example",
                        "ex01-contoso-example",
                        "",
                        "a".repeat(40),
                        "a".repeat(41),
                        "a".repeat(42),
                        "größe",
                        "gr__e",
                        "x; drop",
                        NftablesNames.table("ex-01").substring(8));
        for (String server : servers) {
            String name = NftablesNames.table(server);
            assertEquals(name, NftablesNames.checked(name));
            assertTrue(names.add(name), name);
        }
        assertEquals("postern_ex01", NftablesNames.table("EX01"));
        assertEquals(NftablesNames.table("Ex-01"), NftablesNames.table("EX-01"));
    }
}

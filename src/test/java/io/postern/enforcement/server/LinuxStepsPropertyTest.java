package io.postern.enforcement.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.Fidelity;
import io.postern.enforcement.ServerFidelity;
import io.postern.enforcement.nftables.NftablesEffect;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixEffect;
import io.postern.policy.Address;
import io.postern.policy.Passage;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A gateway, the server's own table and its Postfix led from one random policy to another, in any
 * order of their steps: at each moment an address gets at most what it had or what it gets.
 */
class LinuxStepsPropertyTest {
    private static final int SEEDS = 150;
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");
    private static final List<String> RANGES =
            List.of(
                    "10.0.1.0/30",
                    "10.0.1.2-10.0.1.5",
                    "10.0.1.4",
                    "10.0.1.0/29",
                    "fd00::/126",
                    "fd00::2-fd00::5",
                    "fd00::4",
                    "0.0.0.0/0",
                    "::/0");
    private static final List<Address> SPACE = new ArrayList<>();

    static {
        for (int i = 0; i < 9; i++) {
            SPACE.add(Address.parse("10.0.1." + i));
            SPACE.add(Address.parse("fd00::" + i));
        }
        SPACE.add(Address.parse("10.0.9.25"));
        SPACE.add(Address.parse("127.0.0.1"));
    }

    /** What was read at the two posts. */
    private record Posts(ObservedServer gateway, ObservedServer host) {
        static Posts fresh() {
            return new Posts(
                    ObservedServer.ofLinux(
                            ObservedNftables.ofFreshHost("mx1", NftablesHook.FORWARD), null),
                    ObservedServer.ofLinux(
                            ObservedNftables.ofFreshHost("mx1", NftablesHook.INPUT),
                            ObservedPostfix.ofFreshHost()));
        }

        /** What an address gets over the gateway: the lowest of all layers. */
        Tier tier(Address address) {
            boolean isReached = passes(gateway, address) && passes(host, address);
            return isReached ? ofPostfix(address) : Tier.NONE;
        }

        private static boolean passes(ObservedServer post, Address address) {
            return NftablesEffect.of(post.nftables()).openings(25).stream()
                    .anyMatch(opening -> opening.addresses().contains(address));
        }

        private Tier ofPostfix(Address address) {
            return PostfixEffect.of(host.postfix()).passages(25).stream()
                    .filter(passage -> passage.addresses().contains(address))
                    .map(Passage::tier)
                    .reduce(Tier.NONE, Tier::highest);
        }
    }

    private static Policy policy(Random random) {
        StringBuilder text =
                new StringBuilder(
                        """
                        version: 1
                        acceptedDomains: [contoso.example]
                        servers:
                          - {name: mx1, addresses: [10.0.9.25, 'fd00:9::25'], enforcement: [nftables, postfix]}
                        grants:
                        """);
        int grants = 1 + random.nextInt(4);
        for (int i = 0; i < grants; i++) {
            text.append("  - {key: g").append(i).append(", from: {addresses: ['");
            text.append(RANGES.get(random.nextInt(RANGES.size()))).append("']");
            if (random.nextInt(3) == 0) {
                text.append(", except: ['").append(RANGES.get(random.nextInt(5))).append("']");
            }
            text.append("}, tier: ").append(random.nextBoolean() ? "internal" : "relay");
            text.append(", owner: o, reason: r}\n");
        }
        if (random.nextBoolean()) {
            text.append("blocks:\n  - {key: b, from: {addresses: ['");
            text.append(RANGES.get(random.nextInt(7))).append("']}, reason: r}\n");
        }
        return PolicyDocument.parse(text.toString()).policy();
    }

    @Test
    void inAnyOrderOfTheirStepsNobodyGetsFurtherThanBeforeOrAfterwards() {
        int changes = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            Posts now = Posts.fresh();
            for (int change = 1; change <= 3; change++) {
                String text = "seed " + seed + ", change " + change;
                Policy policy = policy(random);
                Posts reached = walked(now, policy, random, text);
                for (Address address : SPACE) {
                    assertEquals(
                            decided(policy, address),
                            reached.tier(address),
                            text + ": " + address + " afterwards");
                }
                assertExact(policy, reached, text);
                now = reached;
                changes++;
            }
        }
        assertEquals(3 * SEEDS, changes);
    }

    private static Tier decided(Policy policy, Address address) {
        return new PolicyEvaluator(policy)
                .decide(new Submission(address, null, null, "mx1", 25, NOW))
                .tier();
    }

    private static void assertExact(Policy policy, Posts reached, String text) {
        Fidelity fidelity =
                ServerFidelity.of(
                        policy,
                        policy.server("mx1").orElseThrow(),
                        reached.host()
                                .paths(
                                        false,
                                        policy.server("mx1").orElseThrow(),
                                        List.of(reached.gateway().nftables())),
                        List.of(),
                        Map.of(),
                        NOW);
        assertEquals(List.of(), fidelity.regions(), text);
        assertTrue(fidelity.isExact(), text + ": " + fidelity.unknowns());
    }

    /** One step of either post after the other, at random, and back again on the way. */
    private static Posts walked(Posts from, Policy policy, Random random, String text) {
        List<EnforcementStep> ofGateway = steps(policy, "mx1@gw1", from.gateway(), text);
        List<EnforcementStep> ofHost = steps(policy, "mx1", from.host(), text);
        List<Boolean> order = new ArrayList<>(Collections.nCopies(ofGateway.size(), true));
        order.addAll(Collections.nCopies(ofHost.size(), false));
        Collections.shuffle(order, random);
        Posts now = from;
        List<Posts> passed = new ArrayList<>(List.of(from));
        int gateway = 0;
        int host = 0;
        for (boolean isGateway : order) {
            now =
                    isGateway
                            ? new Posts(
                                    ServerSteps.apply(
                                            now.gateway(), List.of(ofGateway.get(gateway++))),
                                    now.host())
                            : new Posts(
                                    now.gateway(),
                                    ServerSteps.apply(now.host(), List.of(ofHost.get(host++))));
            passed.add(now);
        }
        for (Address address : SPACE) {
            Tier most = Tier.highest(from.tier(address), now.tier(address));
            for (int i = 0; i < passed.size(); i++) {
                Tier then = passed.get(i).tier(address);
                int step = i;
                assertTrue(
                        then.compareTo(most) <= 0,
                        () ->
                                text
                                        + ": "
                                        + address
                                        + " gets "
                                        + then
                                        + " after step "
                                        + step
                                        + ", and at most "
                                        + most
                                        + " before or afterwards");
            }
        }
        assertBack(from, ofHost, now, text);
        return now;
    }

    private static void assertBack(
            Posts from, List<EnforcementStep> ofHost, Posts now, String text) {
        List<EnforcementStep> back = new ArrayList<>();
        ofHost.forEach(step -> back.add(0, step.inverse()));
        ObservedServer undone = ServerSteps.apply(now.host(), back);
        assertEquals(from.host().nftables().held(), undone.nftables().held(), text + ", back");
        assertEquals(from.host().postfix().held(), undone.postfix().held(), text + ", back");
        assertEquals(from.host().postfix().set(), undone.postfix().set(), text + ", back");
    }

    private static List<EnforcementStep> steps(
            Policy policy, String post, ObservedServer observed, String text) {
        CompiledServer compiled =
                ServerCompiler.compile(
                        policy,
                        policy.server("mx1").orElseThrow(),
                        Post.parse(post),
                        1,
                        observed,
                        null,
                        NOW);
        assertNull(compiled.refusal(), text);
        assertEquals(List.of(), compiled.unsupported(), text);
        return compiled.steps();
    }
}

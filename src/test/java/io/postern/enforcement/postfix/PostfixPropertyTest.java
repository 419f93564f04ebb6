package io.postern.enforcement.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Passage;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Server;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is written for random policies, read by a tiny Postfix, is what the policy decides. */
class PostfixPropertyTest {
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");
    private static final int CASES = 200;
    private static final String TABLES = ObservedPostfix.USUAL_DIRECTORY;

    @Test
    void theTextsLetThroughExactlyThePolicy() {
        int refused = 0;
        int internal = 0;
        int relay = 0;
        for (long seed = 0; seed < CASES; seed++) {
            Policy policy = policy(new Random(seed));
            Server server = policy.servers().get(0);
            ObservedPostfix fresh = ObservedPostfix.ofFreshHost();
            PostfixState state =
                    PostfixCompiler.compile(policy, server, fresh, AddressSet.EMPTY, NOW).state();
            ObservedPostfix after = brought(fresh, state);
            PolicyEvaluator evaluator = new PolicyEvaluator(policy);
            List<Passage> passages = PostfixEffect.of(after).passages(25);
            for (Address address : samples(policy)) {
                String message = "seed " + seed + ", " + address;
                Tier expected = decided(evaluator, server, address);
                assertEquals(expected, tinyPostfix(after, state, address), message);
                assertEquals(expected, effect(passages, address), message);
                refused += expected == Tier.NONE ? 1 : 0;
                internal += expected == Tier.INTERNAL ? 1 : 0;
                relay += expected == Tier.RELAY ? 1 : 0;
            }
            assertEquals(List.of(), PostfixDrift.compare(state, after), "seed " + seed);
        }
        assertTrue(refused > CASES && internal > CASES && relay > CASES, "one-sided");
    }

    /** The lowest over the ports; Postfix knows nothing above relay. */
    private static Tier decided(PolicyEvaluator evaluator, Server server, Address address) {
        Tier lowest = Tier.RELAY;
        for (int port : server.ports()) {
            Submission one = new Submission(address, null, null, server.name(), port, NOW);
            lowest = Tier.lowest(lowest, evaluator.decide(one).tier());
        }
        return lowest;
    }

    private static Tier effect(ObservedPostfix observed, Address address) {
        return effect(PostfixEffect.of(observed).passages(25), address);
    }

    private static Tier effect(List<Passage> passages, Address address) {
        return passages.stream()
                .filter(passage -> passage.addresses().contains(address))
                .map(Passage::tier)
                .max(Tier::compareTo)
                .orElse(Tier.NONE);
    }

    /** Both parameters as they are set, each table line by line: knows nothing of the product. */
    private static Tier tinyPostfix(ObservedPostfix after, PostfixState state, Address client) {
        assertEquals(
                "check_client_access cidr:" + TABLES + "/clients.cidr",
                after.set().clientRestrictions());
        assertEquals(
                "check_client_access cidr:"
                        + TABLES
                        + "/relay.cidr, permit_sasl_authenticated, reject_unauth_destination",
                after.set().relayRestrictions());
        if (!"DUNNO".equals(lookup(PostfixText.clients(state), client))) {
            return Tier.NONE;
        }
        return "OK".equals(lookup(PostfixText.relay(state), client)) ? Tier.RELAY : Tier.INTERNAL;
    }

    private static String lookup(String table, Address client) {
        for (String line : table.lines().toList()) {
            if (!line.startsWith("#")) {
                String[] parts = line.split(" ", 2);
                if (AddressRange.parse(parts[0]).contains(client)) {
                    return parts[1];
                }
            }
        }
        return null;
    }

    private static ObservedPostfix brought(ObservedPostfix observed, PostfixState wanted) {
        ObservedPostfix after = observed;
        for (PostfixStep step : PostfixPlan.between(observed, wanted)) {
            after = PostfixPlan.apply(after, step);
        }
        return after;
    }

    @Test
    void aPlanReachesItsStateAndGoesBackFromWhereverItIsCut() {
        for (long seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            PostfixParameters found = new PostfixParameters(value(random), value(random));
            ObservedPostfix host = withSet(ObservedPostfix.ofFreshHost(), found);
            ObservedPostfix observed = host;
            for (int round = 0; round < 3; round++) {
                PostfixState wanted =
                        random.nextInt(4) == 0 ? PostfixState.asFound(found) : state(found, random);
                List<PostfixStep> steps = PostfixPlan.between(observed, wanted);
                int cut = random.nextInt(steps.size() + 1);
                for (int i = 0; i < steps.size(); i++) {
                    ObservedPostfix next = PostfixPlan.apply(observed, steps.get(i));
                    String message = "seed " + seed + ", " + steps.get(i).description();
                    ObservedPostfix back = PostfixPlan.apply(next, steps.get(i).inverse());
                    assertEquals(observed.held(), back.held(), message);
                    assertEquals(observed.set(), back.set(), message);
                    observed = next;
                    if (i == cut) {
                        assertEquals(
                                host.set(),
                                brought(observed, PostfixState.asFound(found)).set(),
                                message);
                    }
                }
                assertEquals(wanted, observed.held(), "seed " + seed);
                assertEquals(List.of(), PostfixPlan.between(observed, wanted), "seed " + seed);
                assertEquals(List.of(), observed.deviations(), "seed " + seed);
            }
        }
    }

    /** Nobody gets further on the way than before or after. */
    @Test
    void noStepOpensMoreThanItsTwoEnds() {
        for (long seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            ObservedPostfix before = brought(ObservedPostfix.ofFreshHost(), someState(random));
            ObservedPostfix after = brought(before, someState(random));
            ObservedPostfix now = before;
            for (PostfixStep step : PostfixPlan.between(before, after.held())) {
                now = PostfixPlan.apply(now, step);
                for (Address address : probes()) {
                    Tier most = Tier.highest(effect(before, address), effect(after, address));
                    assertTrue(
                            effect(now, address).compareTo(most) <= 0,
                            "seed " + seed + ", " + address + ", " + step.description());
                }
            }
        }
    }

    private static PostfixState someState(Random random) {
        return random.nextInt(3) == 0
                ? PostfixState.asFound(PostfixParameters.UNSET)
                : state(PostfixParameters.UNSET, random);
    }

    private static List<Address> probes() {
        return List.of(
                Address.parse("127.0.0.1"),
                Address.parse("10.0.0.1"),
                Address.parse("10.0.1.1"),
                Address.parse("10.0.2.1"),
                Address.parse("fd00::1"));
    }

    private static PostfixState state(PostfixParameters found, Random random) {
        List<AddressRange> clients = new ArrayList<>();
        List<AddressRange> relay = new ArrayList<>();
        for (Address one : probes()) {
            if (random.nextBoolean()) {
                clients.add(AddressRange.single(one));
                if (random.nextBoolean()) {
                    relay.add(AddressRange.single(one));
                }
            }
        }
        return PostfixState.of(found, AddressSet.of(clients), AddressSet.of(relay));
    }

    private static String value(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1 -> "";
            case 2 -> "permit_mynetworks, reject";
            case 3 -> "permit_sasl_authenticated,reject_unauth_destination";
            default -> "check_client_access hash:/etc/postfix/access $more";
        };
    }

    private static ObservedPostfix withSet(ObservedPostfix host, PostfixParameters set) {
        return new ObservedPostfix(
                host.tableDirectory(),
                PostfixState.asFound(set),
                List.of(),
                set,
                host.effective(),
                host.services(),
                true,
                List.of());
    }

    private static TreeSet<Address> samples(Policy policy) {
        TreeSet<Address> samples = new TreeSet<>(probes());
        List<AddressSet> sets = new ArrayList<>();
        policy.grants().forEach(grant -> sets.add(grant.from().effective()));
        policy.blocks().forEach(block -> sets.add(block.from().effective()));
        for (AddressSet set : sets) {
            for (AddressRange range : set.ranges()) {
                samples.add(range.low());
                samples.add(range.high());
                range.low().previous().ifPresent(samples::add);
                range.high().next().ifPresent(samples::add);
            }
        }
        return samples;
    }

    private static Policy policy(Random random) {
        StringBuilder text =
                new StringBuilder(
                        """
                        version: 1
                        servers: [{name: mx, addresses: [10.0.2.1, 'fd00::1'], ports: [25, 2526], enforcement: [postfix]}]
                        grants:
                        """);
        for (int i = 0; i < 2 + random.nextInt(5); i++) {
            text.append("  - {key: g").append(i).append(", from: {addresses: [");
            text.append(range(random)).append("]}, to: {ports: [");
            text.append(one(random, "25", "2526", "25, 2526", "25, 2526"));
            text.append("]}, owner: o, reason: r, tier: ");
            text.append(one(random, "internal", "relay", "trusted")).append("}\n");
        }
        text.append("blocks:\n");
        for (int i = 0; i < 1 + random.nextInt(2); i++) {
            text.append("  - {key: b").append(i).append(", from: {addresses: [");
            text.append(range(random)).append("]}, reason: r}\n");
        }
        return PolicyDocument.parse(text.toString()).policy();
    }

    private static String range(Random random) {
        int low = random.nextInt(250);
        int high = low + random.nextInt(256 - low);
        return switch (random.nextInt(4)) {
            case 0 -> "10.0." + random.nextInt(3) + "." + low;
            case 1 -> "10.0.0." + low + "-10.0." + random.nextInt(3) + "." + high;
            case 2 -> String.format("'fd00::%x-fd00::%d:%x'", low, random.nextInt(3), high);
            default -> one(random, "10.0.0.0/22", "'fd00::/112'", "0.0.0.0/0", "'::/0'");
        };
    }

    private static String one(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }
}

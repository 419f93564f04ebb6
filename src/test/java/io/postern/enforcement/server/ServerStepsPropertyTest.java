package io.postern.enforcement.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorSelection;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.NetworkLayer.Peer;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.firewall.FirewallDraft;
import io.postern.enforcement.firewall.FirewallFilter;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.RandomIdentityPolicies;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.ProtectedSources;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random servers led from one policy to another and back, each layer asked by itself for every
 * account, computer and address of a small space after every step.
 */
class ServerStepsPropertyTest {
    private static final int SEEDS = 60;
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");
    private static final ObservedServer FRESH =
            new ObservedServer(
                    DefaultConnectors.ofFreshServer("EX01", "contoso.example"),
                    DefaultFirewall.ofFreshServer());
    private static final List<Submission> SPACE = RandomIdentityPolicies.submissions(NOW);

    /** How often each order was taken, so that none goes untried. */
    private final Map<String, Integer> orders = new HashMap<>();

    private int exact;

    @Test
    void nobodyGetsFurtherOnTheWayThanBeforeOrAfterwardsNeitherThereNorBack() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            RandomIdentityPolicies random = new RandomIdentityPolicies(seed);
            ObservedServer now = FRESH;
            List<ConnectorData> withoutIdentity = null;
            int changes = 1 + new Random(seed).nextInt(3);
            for (int change = 1; change <= changes; change++) {
                String text = "seed " + seed + ", change " + change;
                Policy policy = random.policy();
                CompiledServer compiled =
                        ServerCompiler.compile(policy, policy.servers().get(0), 1, now, NOW);
                assertEquals(null, compiled.refusal(), text);
                ObservedServer reached = walked(now, compiled.steps(), text);
                assertReached(compiled.desired(), reached, text);
                if (compiled.unsupported().isEmpty()) {
                    assertAsThePolicySays(policy, reached, text);
                    exact++;
                }
                back(now, reached, withoutIdentity, compiled.desired(), text + ", back");
                now = reached;
                withoutIdentity = compiled.desired().layers().withoutIdentity();
            }
        }
        assertTrue(exact > SEEDS / 6, "too few policies that can be held whole: " + exact);
        for (String order : List.of("firewall", "connectors", "both")) {
            assertTrue(orders.getOrDefault(order, 0) > 0, order + " too seldom: " + orders);
        }
    }

    @Test
    void nobodyGetsFurtherOnTheWayFromWhateverAForeignHandLeftEither() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            String text = "seed " + seed;
            RandomIdentityPolicies policies = new RandomIdentityPolicies(seed);
            Random random = new Random(seed);
            ObservedServer now = FRESH;
            for (int change = 1; change <= 2; change++) {
                Policy policy = policies.policy();
                CompiledServer compiled =
                        ServerCompiler.compile(policy, policy.servers().get(0), 1, now, NOW);
                ObservedServer reached = walked(now, compiled.steps(), text);
                assertReached(compiled.desired(), reached, text);
                now = reached;
                for (int i = random.nextInt(4); i > 0; i--) {
                    now =
                            new ObservedServer(
                                    now.connectors(), tampered(now.firewall(), random, seed + i));
                }
            }
        }
    }

    /**
     * Somebody switches a rule, removes one, opens one of ours, asks for no proof, updates
     * Exchange.
     */
    private static ObservedFirewall tampered(ObservedFirewall now, Random random, long number) {
        List<FirewallRule> rules = new ArrayList<>(now.rules());
        if (random.nextInt(4) == 0) {
            return new ObservedFirewall(
                    now.profiles(),
                    rules,
                    List.of(),
                    random.nextBoolean() ? now.authenticationSets() : List.of(),
                    List.of());
        }
        FirewallRule one = rules.get(random.nextInt(rules.size()));
        switch (random.nextInt(5)) {
            case 0 -> rules.replaceAll(rule -> rule == one ? rule.enabled(!rule.enabled()) : rule);
            case 1 -> rules.removeIf(rule -> rule == one && rule.isOwn());
            case 2 ->
                    rules.replaceAll(
                            rule ->
                                    rule == one && rule.isOwn()
                                            ? FirewallDraft.remote(rule, "Any")
                                            : rule);
            case 3 ->
                    rules.replaceAll(
                            rule ->
                                    rule.isOwn()
                                            ? rule
                                            : rule.named(rule.name() + number).enabled(true));
            default ->
                    rules.replaceAll(
                            rule ->
                                    rule == one && rule.isOwn()
                                            ? FirewallDraft.ports(rule, "20-30")
                                            : rule);
        }
        return FirewallDraft.with(now, rules);
    }

    private void back(
            ObservedServer earlier,
            ObservedServer now,
            List<ConnectorData> withoutIdentity,
            DesiredState left,
            String text) {
        ServerLayers meant = earlier.meant(left.layers(), List.of());
        ServerLayers layers = new ServerLayers(withoutIdentity, meant.firewall());
        List<EnforcementStep> steps = ServerSteps.between(now, earlier.managed(), layers);
        ObservedServer back = walked(now, steps, text);
        assertEquals(data(earlier), data(back), text);
        assertEquals(meant.firewall(), FirewallPlan.held(back.firewall(), meant.firewall()), text);
        for (Submission who : SPACE) {
            assertEquals(through(earlier, who), through(back, who), text + ": " + who);
        }
    }

    private static void assertReached(DesiredState desired, ObservedServer reached, String text) {
        assertEquals(
                desired.digest(),
                DesiredState.digestOf(reached.managed(), reached.held(desired.layers())),
                text);
        assertEquals(
                List.of(),
                ServerSteps.between(reached, desired.connectors(), desired.layers()),
                text + ", again");
    }

    /**
     * Whom the policy lets through is, and nobody else; connectors know no identity, so that he
     * gets the highest tier that anybody has from his address.
     */
    private static void assertAsThePolicySays(Policy policy, ObservedServer reached, String text) {
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        AddressSet kept = ProtectedSources.all(policy);
        Map<Address, Tier> highest = new HashMap<>();
        for (Submission who : SPACE) {
            highest.merge(who.address(), evaluator.decide(who).tier(), Tier::highest);
        }
        for (Submission who : SPACE) {
            // A block of protected ones fails a guardrail, and no enforcement point cuts them off.
            if (!kept.contains(who.address())) {
                boolean isGranted = evaluator.decide(who).tier() != Tier.NONE;
                assertEquals(
                        isGranted ? highest.get(who.address()) : Tier.NONE,
                        through(reached, who),
                        text + ": " + who);
            }
        }
    }

    private ObservedServer walked(ObservedServer from, List<EnforcementStep> steps, String text) {
        ObservedServer to = ServerSteps.apply(from, steps);
        Map<Submission, Tier> most = new HashMap<>();
        for (Submission who : SPACE) {
            most.put(who, Tier.highest(through(from, who), through(to, who)));
        }
        ObservedServer now = from;
        for (EnforcementStep step : steps) {
            now = ServerSteps.apply(now, List.of(step));
            for (Submission who : SPACE) {
                Tier gets = through(now, who);
                assertTrue(
                        gets.compareTo(most.get(who)) <= 0,
                        text + ": " + step.description() + " gives " + gets + " to " + who);
            }
        }
        orders.merge(order(steps), 1, Integer::sum);
        return to;
    }

    private static String order(List<EnforcementStep> steps) {
        int changes = 0;
        for (int i = 1; i < steps.size(); i++) {
            boolean isFirewall = steps.get(i) instanceof FirewallStep;
            changes += isFirewall == steps.get(i - 1) instanceof FirewallStep ? 0 : 1;
        }
        if (changes == 0) {
            return "one";
        }
        return changes == 2
                ? "both"
                : steps.get(0) instanceof FirewallStep ? "firewall" : "connectors";
    }

    private static Set<ConnectorData> data(ObservedServer server) {
        return new HashSet<>(server.connectors().stream().map(ConnectorData::of).toList());
    }

    private static Tier through(ObservedServer server, Submission who) {
        Peer peer =
                new Peer(
                        who.address(),
                        RandomIdentityPolicies.sids(who.account()),
                        RandomIdentityPolicies.sids(who.computer()));
        if (!FirewallFilter.decide(server.firewall(), 25, peer).isAdmitted()) {
            return Tier.NONE;
        }
        Address local =
                Address.parse(
                        who.address().family() == AddressFamily.IPV4 ? "10.0.0.77" : "fd00::77");
        return new ConnectorSelection(server.connectors())
                .select(local, 25, who.address())
                .map(ConnectorSelection::tierOf)
                .orElse(Tier.NONE);
    }
}

package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random servers led through random policies, back, through updates, and restored. */
class FirewallPlanPropertyTest {
    private static final int SEEDS = 300;
    private static final List<List<Integer>> PORTS = List.of(List.of(25), List.of(25, 26));
    private static final List<Integer> WATCHED = List.of(25, 26, 587);
    private static final String[][] PORT_TEXTS = {
        {"25"}, {"25", "587"}, {"20-30"}, {"26"}, {"587"}, {"Any"}, {"25", "26"}, {"RPC", "25"}
    };
    private static final String[] ADDRESSES = {
        "10.20.30.0/24",
        "10.20.30.7",
        "10.20.40.0/24",
        "10.20.40.128/25",
        "192.168.0.0/16",
        "fd00::/64"
    };

    @Test
    void everyPlanReachesItsEndGoesBackAndNeverOpensWhatNeitherOpens() {
        int closed = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            ObservedFirewall found = observed(random);
            ObservedFirewall now = found;
            List<Integer> ports = PORTS.get(random.nextInt(2));
            boolean isUpdated = false;
            for (int i = 0; i < 4; i++) {
                String message = "seed " + seed + ", change " + i;
                FirewallState earlier = FirewallPlan.held(now, ports);
                ports = random.nextInt(4) == 0 ? PORTS.get(random.nextInt(2)) : ports;
                FirewallState wanted = FirewallDraft.compile(policy(random, ports)).state();
                ObservedFirewall reached = checked(now, wanted, message);
                assertEquals(wanted, FirewallPlan.held(reached, ports), message);
                assertEquals(List.of(), FirewallPlan.between(reached, wanted), message + ", again");
                ObservedFirewall back = checked(reached, earlier, message + ", back");
                assertEquals(earlier, FirewallPlan.held(back, earlier.ports()), message + ", back");
                now = reached;
                closed += reached.rules().stream().anyMatch(FirewallRule::isCopy) ? 1 : 0;
                if (random.nextInt(5) == 0) {
                    now = updated(now, random, seed * 10 + i);
                    isUpdated = true;
                }
            }
            FirewallState before =
                    FirewallState.asFound(ports, FirewallPlan.held(found, ports).originalsClosed());
            ObservedFirewall restored = checked(now, before, "seed " + seed + ", restored");
            assertEquals(before, FirewallPlan.held(restored, ports), "seed " + seed);
            if (!isUpdated) {
                assertEquals(found.rules(), restored.rules(), "seed " + seed + ", restored");
            }
        }
        assertTrue(closed > SEEDS, "too few originals were closed to prove anything: " + closed);
    }

    /** Takes every step and looks at what is open to addresses after each. */
    private static ObservedFirewall checked(
            ObservedFirewall before, FirewallState wanted, String message) {
        List<FirewallStep> steps = FirewallPlan.between(before, wanted);
        ObservedFirewall after = FirewallDraft.after(before, steps);
        ObservedFirewall now = before;
        for (FirewallStep step : steps) {
            now = FirewallPlan.apply(now, step);
            for (int port : WATCHED) {
                AddressSet allowed = open(before, port).union(open(after, port));
                AddressSet more = open(now, port).subtract(allowed);
                assertTrue(
                        more.isEmpty(),
                        message + ": " + step.description() + " opens " + port + " to " + more);
            }
            for (int port : wanted.ports()) {
                AddressSet kept = open(before, port).intersect(open(after, port));
                AddressSet less = kept.subtract(open(now, port));
                assertTrue(
                        less.isEmpty(),
                        message + ": " + step.description() + " closes " + port + " to " + less);
            }
        }
        return after;
    }

    /** What plain allow rules open, whatever their program. */
    private static AddressSet open(ObservedFirewall observed, int port) {
        List<AddressRange> open = new ArrayList<>();
        for (FirewallRule rule : observed.rules()) {
            if (rule.enabled()
                    && !rule.isSecure()
                    && rule.action().equals("Allow")
                    && rule.coversTcp(port)) {
                open.addAll(RemoteAddresses.of(rule.remoteAddresses()).set().ranges());
            }
        }
        return AddressSet.of(open);
    }

    private static ObservedFirewall observed(Random random) {
        List<FirewallRule> rules = new ArrayList<>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            rules.add(original("{" + i + "}", random));
        }
        return FirewallDraft.observed(rules.toArray(FirewallRule[]::new));
    }

    private static FirewallRule original(String name, Random random) {
        String[] programs = {"Any", "Any", FirewallDraft.EXCHANGE, "C:\\other.exe"};
        FirewallRule rule =
                FirewallDraft.rule(
                        name,
                        "Rule " + random.nextInt(3),
                        programs[random.nextInt(programs.length)],
                        PORT_TEXTS[random.nextInt(PORT_TEXTS.length)]);
        return FirewallDraft.of(
                        rule,
                        random.nextInt(8) == 0 ? "Any" : "TCP",
                        random.nextInt(8) == 0 ? "GroupPolicy" : "Local")
                .enabled(random.nextInt(4) != 0);
    }

    /** As a cumulative update does it: some originals are gone, and there again under new names. */
    private static ObservedFirewall updated(ObservedFirewall now, Random random, long number) {
        List<FirewallRule> rules = new ArrayList<>();
        for (FirewallRule rule : now.rules()) {
            boolean isAdded = !rule.isOwn() && rule.isLocal() && random.nextBoolean();
            rules.add(
                    isAdded
                            ? rule.named("{" + number + "-" + rule.name().substring(1))
                                    .enabled(true)
                            : rule);
        }
        return FirewallDraft.with(now, rules);
    }

    private static String policy(Random random, List<Integer> ports) {
        StringBuilder yaml =
                new StringBuilder(
                        """
                        version: 1
                        principals:
                          - {name: u1, sid: S-1-5-21-1-2-3-1, kind: user}
                          - {name: u2, sid: S-1-5-21-1-2-3-2, kind: user}
                          - {name: c3, sid: S-1-5-21-1-2-3-3, kind: computer}
                        """);
        yaml.append("servers: [{name: EX01, addresses: [10.20.0.11], ports: ").append(ports);
        yaml.append(", kerberosRanges: [10.20.0.0/16]}]\ngrants:\n");
        int grants = 1 + random.nextInt(4);
        for (int i = 0; i < grants; i++) {
            yaml.append("  - {key: g").append(random.nextInt(100)).append('x').append(i);
            yaml.append(", ").append(from(random)).append(", tier: internal}\n");
        }
        yaml.append("blocks:\n  - {key: b, ").append(from(random)).append("}\n");
        return yaml.toString();
    }

    private static String from(Random random) {
        StringBuilder from = new StringBuilder("from: {addresses: [");
        from.append('\'').append(ADDRESSES[random.nextInt(ADDRESSES.length)]).append("']");
        from.append(random.nextInt(3) == 0 ? ", accounts: [u" + (1 + random.nextInt(2)) + "]" : "");
        from.append(random.nextInt(4) == 0 ? ", computers: [c3]" : "");
        return from.append("}, to: {}").toString();
    }
}

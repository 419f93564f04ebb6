package io.postern.enforcement.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.PassageDifference;
import io.postern.policy.Policy;
import io.postern.policy.Region;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a compiled folder lets through, as passages, compared with the policy. */
class PickupFidelityTest {
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");
    private static final int CASES = 400;

    /** Only pickup grants, and blocks of any kind: without unsupported ones nothing differs. */
    @Test
    void whereNothingIsUnsupportedTheFolderLetsThroughExactlyThePolicy() {
        int exact = 0;
        int told = 0;
        for (long seed = 0; seed < CASES; seed++) {
            Policy policy = policy(new Random(seed));
            CompiledPickup compiled = PickupCompiler.compile(policy, policy.servers().get(0), NOW);
            List<Region> regions = regions(policy, compiled.state());
            if (compiled.unsupported().isEmpty()) {
                assertEquals(List.of(), regions, "seed " + seed);
                exact += compiled.state().writers().isEmpty() ? 0 : 1;
            } else {
                boolean isOver =
                        regions.stream().allMatch(one -> one.before().compareTo(one.after()) < 0);
                assertTrue(isOver, "never less than the policy says: seed " + seed);
                told += regions.isEmpty() ? 0 : 1;
            }
        }
        assertTrue(exact > CASES / 10, "too few exact: " + exact);
        assertTrue(told > CASES / 10, "too few told: " + told);
    }

    @Test
    void anEntryOfOthersIsAPassage() {
        Policy policy = policy(new Random(1));
        ObservedPickup fresh = ObservedPickup.ofFreshServer();
        List<FolderEntry> entries = new ArrayList<>(fresh.entries());
        entries.add(new FolderEntry("S-1-1-0", "Everyone", true, 0x1301BF, true, true, true));
        List<Region> regions =
                PassageDifference.regions(
                        policy,
                        "EX01",
                        PickupPassages.of(fresh.withEntries(entries), List.of(25)),
                        NOW);
        assertTrue(
                regions.stream().anyMatch(one -> "pickup: Everyone".equals(one.because().after())),
                regions.toString());
    }

    private static List<Region> regions(Policy policy, PickupState state) {
        ObservedPickup folder = ObservedPickup.ofFreshServer();
        for (PickupStep step : PickupPlan.between(folder, state)) {
            folder = PickupPlan.apply(folder, step);
        }
        return PassageDifference.regions(
                        policy, "EX01", PickupPassages.of(folder, List.of(25)), NOW)
                .stream()
                // The machine itself is let through by SMTP, which is not looked at here.
                .filter(one -> !"protected:loopback".equals(one.because().before()))
                .toList();
    }

    private static Policy policy(Random random) {
        StringBuilder text =
                new StringBuilder(
                        """
                        version: 1
                        servers: [{name: EX01, addresses: [], enforcement: [pickup]}]
                        principals:
                          - {name: a, kind: user, sid: S-1-5-21-1-2-3-1}
                          - {name: b, kind: gmsa, sid: S-1-5-21-1-2-3-2}
                          - {name: c, kind: computer, sid: S-1-5-21-1-2-3-3}
                          - {name: all, kind: group, members: [a, c]}
                        grants:
                        """);
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            text.append("  - {key: g").append(i).append(", from: {accounts: [");
            text.append(one(random, "a", "b", "c", "all")).append("]}, to: {pickup: true}, ");
            text.append("tier: relay}\n");
        }
        if (random.nextInt(3) > 0) {
            text.append("blocks:\n  - {key: k, reason: x, from: {");
            text.append(
                    one(
                            random,
                            "accounts: [a]",
                            "accounts: [all]",
                            "accounts: [b], addresses: [10.0.0.0/8]",
                            "addresses: [10.1.2.3]",
                            "computers: [c]",
                            "addresses: [0.0.0.0/0, '::/0']"));
            text.append("}}\n");
        }
        return PolicyDocument.parse(text.toString()).policy();
    }

    private static String one(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }
}

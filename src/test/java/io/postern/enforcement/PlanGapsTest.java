package io.postern.enforcement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanGapsTest {
    private static final List<ReceiveConnector> FRESH =
            DefaultConnectors.ofFreshServer("EX01", "contoso.example");

    @Test
    void aSingleAddressThatMovesBetweenTiersIsClosedInBetween() {
        List<ReceiveConnector> observed =
                new PolicyDraft()
                        .grant("crm", Tier.TRUSTED, "10.20.40.8")
                        .grant("app", Tier.RELAY, "10.20.40.5")
                        .compile(FRESH)
                        .connectors();
        List<ReceiveConnector> desired =
                new PolicyDraft()
                        .grant("app", Tier.RELAY, "10.20.40.5", "10.20.40.8")
                        .compile(FRESH)
                        .connectors();
        List<ConnectorStep> steps = ConnectorPlan.between(observed, desired);
        List<PlanGaps.Gap> gaps =
                PlanGaps.of(observed, steps).stream().flatMap(List::stream).toList();
        assertEquals(List.of(new PlanGaps.Gap(Tier.NONE, AddressSet.parse("10.20.40.8"))), gaps);
    }

    @Test
    void aRangeThatMovesHasNoGap() {
        List<ReceiveConnector> observed =
                new PolicyDraft()
                        .grant("a", Tier.INTERNAL, "10.20.40.0/24")
                        .compile(FRESH)
                        .connectors();
        List<ReceiveConnector> desired =
                new PolicyDraft()
                        .grant("a", Tier.RELAY, "10.20.40.0/24")
                        .compile(FRESH)
                        .connectors();
        List<ConnectorStep> steps = ConnectorPlan.between(observed, desired);
        assertTrue(PlanGaps.of(observed, steps).stream().allMatch(List::isEmpty));
    }

    /** Whoever gets, after a step, what he neither had nor will have, is in a gap already told. */
    @Test
    void everyGapOfRandomPlansIsTold() {
        int met = 0;
        for (long seed = 1; seed <= 150; seed++) {
            RandomConnectors random = new RandomConnectors(seed);
            List<ReceiveConnector> unmanaged = random.unmanaged(List.of());
            List<ReceiveConnector> observed = random.policy().compile(unmanaged).connectors();
            List<ReceiveConnector> desired = random.policy().compile(unmanaged).connectors();
            List<ConnectorStep> steps = ConnectorPlan.between(observed, desired);
            List<List<PlanGaps.Gap>> gaps = PlanGaps.of(observed, steps);
            List<ReceiveConnector> state = observed;
            List<PlanGaps.Gap> told = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                state = ConnectorPlan.apply(state, steps.get(i));
                told.addAll(gaps.get(i));
                met += compare(observed, state, desired, told, "seed " + seed + " step " + i);
            }
        }
        assertTrue(met > 0, "no plan had a gap: the test is blunt");
    }

    private static int compare(
            List<ReceiveConnector> first,
            List<ReceiveConnector> now,
            List<ReceiveConnector> last,
            List<PlanGaps.Gap> told,
            String label) {
        int met = 0;
        List<AddressRange> ranges = new ArrayList<>();
        first.forEach(one -> ranges.addAll(one.remoteIpRanges()));
        last.forEach(one -> ranges.addAll(one.remoteIpRanges()));
        for (Address local : RandomConnectors.LOCALS) {
            for (Address client : RandomConnectors.probes(now, ranges)) {
                if (client.family() != local.family()) {
                    continue;
                }
                Tier tier = tier(now, local, client);
                if (tier != tier(first, local, client) && tier != tier(last, local, client)) {
                    met++;
                    assertTrue(
                            told.stream()
                                    .anyMatch(
                                            gap ->
                                                    gap.tier() == tier
                                                            && gap.addresses().contains(client)),
                            label + ": " + client + " at " + local + " gets " + tier);
                }
            }
        }
        return met;
    }

    private static Tier tier(List<ReceiveConnector> connectors, Address local, Address client) {
        return new ConnectorSelection(connectors)
                .select(local, 25, client)
                .map(ConnectorSelection::tierOf)
                .orElse(Tier.NONE);
    }
}

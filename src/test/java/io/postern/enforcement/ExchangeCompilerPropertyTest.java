package io.postern.enforcement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.AddressTiers;
import io.postern.policy.Policy;
import io.postern.policy.ProtectedSources;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExchangeCompilerPropertyTest {
    private static final int POLICIES = 1200;

    @Test
    void replayingTheChoiceGivesEveryAddressThePolicysTier() {
        int held = 0;
        for (long seed = 1; seed <= POLICIES; seed++) {
            RandomConnectors random = new RandomConnectors(seed);
            PolicyDraft draft = random.policy();
            List<ReceiveConnector> unmanaged = random.unmanaged(List.of());
            CompiledConnectors compiled = draft.compile(unmanaged);
            String seedText = "seed " + seed;
            assertEquals(List.of(), ConnectorConflicts.of(compiled.connectors()), seedText);
            assertEquals(compiled, draft.compile(unmanaged), seedText);
            assertEquals(unmanaged, compiled.connectors().subList(0, unmanaged.size()), seedText);
            held += replay(draft.policy(), unmanaged, compiled, seedText);
        }
        assertTrue(held > 0, "no policy met a single address held elsewhere: the test is blunt");
    }

    /** How many addresses were left to a foreign single range. */
    private static int replay(
            Policy policy,
            List<ReceiveConnector> unmanaged,
            CompiledConnectors compiled,
            String seed) {
        AddressTiers tiers = AddressTiers.of(policy, policy.servers().get(0), 25, PolicyDraft.NOW);
        AddressSet guarded = ProtectedSources.all(policy);
        List<AddressRange> ranges = new ArrayList<>(guarded.ranges());
        for (Tier tier : Tier.values()) {
            ranges.addAll(tiers.of(tier).ranges());
        }
        ConnectorSelection before = new ConnectorSelection(unmanaged);
        ConnectorSelection after = new ConnectorSelection(compiled.connectors());
        int held = 0;
        for (Address local : RandomConnectors.LOCALS) {
            for (Address client : RandomConnectors.probes(compiled.connectors(), ranges)) {
                if (client.family() != local.family()) {
                    continue;
                }
                String where = seed + ", " + client + " to " + local;
                ConnectorSelection.Selected selected =
                        after.select(local, 25, client).orElseThrow();
                if (guarded.contains(client)) {
                    assertEquals(before.select(local, 25, client).orElseThrow(), selected, where);
                } else if (reported(compiled, client)) {
                    assertTrue(heldElsewhere(unmanaged, client), where);
                    held++;
                } else {
                    assertTrue(selected.connector().managed(), where);
                    Tier tier = ConnectorSelection.tierOf(selected);
                    assertTrue(tiers.of(tier).contains(client), where + " got " + tier);
                }
            }
        }
        return held;
    }

    private static boolean heldElsewhere(List<ReceiveConnector> unmanaged, Address client) {
        return unmanaged.stream()
                .anyMatch(one -> one.remoteIpRanges().contains(AddressRange.single(client)));
    }

    private static boolean reported(CompiledConnectors compiled, Address client) {
        return compiled.unsupported().stream()
                .anyMatch(one -> one.reason().startsWith(client + " is held as"));
    }
}

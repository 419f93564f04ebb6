package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.NetworkLayer.Opening;
import io.postern.enforcement.NetworkLayer.Peer;
import io.postern.policy.Address;
import io.postern.policy.IdentityCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The effect of a firewall, worked out for everybody at once, against one peer after the other. */
class FirewallEffectPropertyTest {
    private static final int SEEDS = 3000;

    @Test
    void theEffectIsExactlyWhatTheFilterDoesWithEveryPeer() {
        int admitted = 0;
        int dropped = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            RandomFirewalls random = new RandomFirewalls(seed);
            ObservedFirewall firewall = random.firewall();
            FirewallEffect effect = FirewallEffect.of(firewall);
            assertEquals(List.of(), effect.unknowns(25), "seed " + seed);
            List<Opening> openings = effect.openings(25);
            for (Peer peer : peers()) {
                FirewallFilter.Outcome outcome = FirewallFilter.decide(firewall, 25, peer);
                List<Opening> holding =
                        openings.stream().filter(opening -> admits(opening, peer)).toList();
                String where = "seed " + seed + ": " + peer + " " + outcome + " in " + firewall;
                assertEquals(outcome.isAdmitted(), !holding.isEmpty(), where);
                if (outcome.isAdmitted()) {
                    assertTrue(
                            holding.stream().anyMatch(o -> o.rule().equals(outcome.because())),
                            where + " named " + holding);
                    admitted++;
                } else {
                    dropped++;
                }
            }
        }
        assertTrue(admitted > SEEDS && dropped > SEEDS, admitted + " and " + dropped);
    }

    static List<Peer> peers() {
        List<Peer> peers = new ArrayList<>();
        for (String address : RandomFirewalls.ADDRESSES) {
            for (Set<String> account : RandomFirewalls.IDENTITIES) {
                for (Set<String> computer : RandomFirewalls.IDENTITIES) {
                    peers.add(new Peer(Address.parse(address), account, computer));
                }
            }
        }
        return peers;
    }

    static boolean admits(Opening opening, Peer peer) {
        return opening.addresses().contains(peer.address())
                && admits(opening.accounts(), peer.accountSids())
                && admits(opening.computers(), peer.computerSids());
    }

    private static boolean admits(IdentityCondition condition, Set<String> sids) {
        if (!condition.mustBeProven()) {
            return true;
        }
        return !sids.isEmpty()
                && (condition.isEveryProven()
                        || condition.names().stream().anyMatch(sids::contains))
                && condition.except().stream().noneMatch(sids::contains);
    }
}

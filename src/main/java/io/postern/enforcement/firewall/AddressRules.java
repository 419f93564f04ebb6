package io.postern.enforcement.firewall;

import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;

/** The plain rules of a port: for peers that prove nothing. */
final class AddressRules {
    private AddressRules() {}

    /** The rules that open the port to the addresses; none = to nobody. */
    static List<FirewallRule> of(int port, AddressSet open) {
        List<List<String>> chunks = AddressChunks.of(open);
        List<FirewallRule> rules = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            rules.add(OwnRule.of(port, "addresses", chunks.get(i), "", "", i + 1, chunks.size()));
        }
        return rules;
    }
}

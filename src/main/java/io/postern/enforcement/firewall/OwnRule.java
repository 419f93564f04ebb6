package io.postern.enforcement.firewall;

import java.util.List;
import java.util.Map;

/** An allow rule of ours: one port, every profile, program and interface. */
final class OwnRule {
    private OwnRule() {}

    /**
     * The rule, its name over all of its content.
     *
     * @param key of the entry it comes from, whole; {@code addresses} for those of all addresses
     * @param remoteUser SDDL; empty = not asked
     * @param remoteMachine likewise; if both are empty nothing must be proven
     * @param of how many rules the entry has
     */
    static FirewallRule of(
            int port,
            String key,
            List<String> remoteAddresses,
            String remoteUser,
            String remoteMachine,
            int number,
            int of) {
        boolean isSecure = !remoteUser.isEmpty() || !remoteMachine.isEmpty();
        String display = OwnNames.display(port, key, number, of);
        String name =
                OwnNames.of(
                        port,
                        isSecure ? OwnNames.slug(key) : "addresses",
                        List.of(
                                display,
                                key,
                                String.join(",", remoteAddresses),
                                remoteUser,
                                remoteMachine));
        return new FirewallRule(
                name,
                display,
                FirewallRule.OWN_GROUP,
                true,
                "Allow",
                FirewallRule.ANY,
                "TCP",
                List.of(Integer.toString(port)),
                List.of(FirewallRule.ANY),
                remoteAddresses,
                remoteUser,
                remoteMachine,
                isSecure ? "Required" : "NotRequired",
                "NotRequired",
                FirewallRule.ANY,
                FirewallRule.ANY,
                List.of(FirewallRule.ANY),
                FirewallRule.LOCAL,
                Map.of());
    }
}

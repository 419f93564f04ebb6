package io.postern.enforcement.firewall;

import java.util.List;
import java.util.Objects;

/**
 * The settings of one profile in the ActiveStore, which is what holds (Get-NetFirewallProfile
 * -PolicyStore ActiveStore). NotConfigured is read as the default that then applies: on, inbound
 * Block, local rules allowed.
 *
 * @param name {@code Domain}, {@code Private} or {@code Public}
 * @param enabled null = not known
 * @param inboundAllowed whether the default inbound action is Allow; null = not known
 * @param blocksAll whether every allow rule is ignored ("block all inbound", AllowInboundRules
 *     False); null = not known
 * @param localRules AllowLocalFirewallRules: false = rules of the local store are void; null = not
 *     known
 * @param localSecurityRules AllowLocalIPsecRules, likewise for connection security rules
 * @param active whether an interface uses it now; null = not known
 */
public record FirewallProfile(
        String name,
        Boolean enabled,
        Boolean inboundAllowed,
        Boolean blocksAll,
        Boolean localRules,
        Boolean localSecurityRules,
        Boolean active) {
    public FirewallProfile {
        Objects.requireNonNull(name);
    }

    /**
     * Whether it is one of those that a rule names, in the form of {@link FirewallRule#profile}.
     */
    boolean isIn(String profiles) {
        return profiles.equals(FirewallRule.ANY) || List.of(profiles.split(",\\s*")).contains(name);
    }

    /** As on a fresh server: on, inbound blocked, local rules valid. */
    public static FirewallProfile usual(String name, boolean active) {
        return new FirewallProfile(name, true, false, false, true, true, active);
    }
}

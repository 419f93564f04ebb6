package io.postern.enforcement.firewall;

import java.util.List;
import java.util.Objects;

/**
 * A phase 1 or phase 2 authentication set (New-NetIPsecPhase1AuthSet, New-NetIPsecPhase2AuthSet).
 *
 * @param name unique in its store
 * @param group ownership marker; empty = none
 * @param phase 1 = the computer, 2 = the account
 * @param proposals in order: {@code MachineKerberos}, {@code UserKerberos}, {@code Anonymous}, ...
 */
public record AuthenticationSet(
        String name, String displayName, String group, int phase, List<String> proposals) {
    public AuthenticationSet {
        Objects.requireNonNull(name);
        Objects.requireNonNull(displayName);
        Objects.requireNonNull(group);
        if (phase != 1 && phase != 2) {
            throw new IllegalArgumentException("phase " + phase + " is neither 1 nor 2");
        }
        proposals = List.copyOf(proposals);
    }

    /** Whether Postern made it. */
    public boolean isOwn() {
        return group.equals(FirewallRule.OWN_GROUP);
    }

    /** Whether a peer can prove an account with it. */
    boolean provesAccount() {
        return proposals.stream().anyMatch(one -> one.startsWith("User"));
    }

    /** Whether a peer can pass it without proving anything. */
    public boolean isOptional() {
        return proposals.contains("Anonymous");
    }
}

package io.postern.enforcement.firewall;

import java.util.List;
import java.util.Objects;

/**
 * A connection security rule (New-NetIPsecRule) as plain data: who is asked to prove an identity.
 *
 * @param name unique in its store
 * @param group ownership marker; empty = none
 * @param inboundSecurity {@code None}, {@code Request} or {@code Require}
 * @param outboundSecurity likewise
 * @param protocol {@code TCP}, {@code Any}, ...
 * @param localPorts {@code Any} alone or numbers, ascending
 * @param remotePorts likewise
 * @param localAddresses as {@link FirewallRule#remoteAddresses}
 * @param remoteAddresses likewise
 * @param phase1Set name of the authentication set of the computer; empty = the default one
 * @param phase2Set name of that of the account; empty = none
 * @param source as in {@link FirewallRule}
 */
public record ConnectionSecurityRule(
        String name,
        String displayName,
        String group,
        boolean enabled,
        String profile,
        String inboundSecurity,
        String outboundSecurity,
        String protocol,
        List<String> localPorts,
        List<String> remotePorts,
        List<String> localAddresses,
        List<String> remoteAddresses,
        String phase1Set,
        String phase2Set,
        String source) {
    public ConnectionSecurityRule {
        Objects.requireNonNull(name);
        Objects.requireNonNull(displayName);
        Objects.requireNonNull(group);
        Objects.requireNonNull(profile);
        Objects.requireNonNull(inboundSecurity);
        Objects.requireNonNull(outboundSecurity);
        Objects.requireNonNull(protocol);
        localPorts = List.copyOf(localPorts);
        remotePorts = List.copyOf(remotePorts);
        localAddresses = List.copyOf(localAddresses);
        remoteAddresses = List.copyOf(remoteAddresses);
        Objects.requireNonNull(phase1Set);
        Objects.requireNonNull(phase2Set);
        Objects.requireNonNull(source);
    }

    /** Whether Postern made it. */
    public boolean isOwn() {
        return group.equals(FirewallRule.OWN_GROUP);
    }

    /** Whether it is in the local store, where an agent can write it. */
    public boolean isLocal() {
        return source.equals(FirewallRule.LOCAL);
    }

    /** Whether it covers a local TCP port: protocol TCP or any, and the port listed or any. */
    boolean coversTcp(int port) {
        return (protocol.equals("TCP") || protocol.equals(FirewallRule.ANY))
                && LocalPorts.of(localPorts).contains(port);
    }

    /** Whether it exempts its peers from proving anything. */
    public boolean isExemption() {
        return inboundSecurity.equals("None") && outboundSecurity.equals("None");
    }
}

package io.postern.agent;

import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.policy.Policy;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;

/** Publications for a server with connectors and a firewall, compiled as the service does it. */
final class LayeredPublications {
    /** Alice relays from one network, Bob submits from another. */
    static final String FIRST =
            "grants: [{key: a, from: {accounts: [alice], addresses: [10.0.1.0/24]}, to: {}, tier:"
                    + " relay}, {key: b, from: {accounts: [bob], addresses: [10.0.2.0/24]}, to: {},"
                    + " tier: internal}]\n";

    /** The same the other way round. */
    static final String SECOND =
            "grants: [{key: a, from: {accounts: [alice], addresses: [10.0.2.0/24]}, to: {}, tier:"
                    + " relay}, {key: b, from: {accounts: [bob], addresses: [10.0.1.0/24]}, to: {},"
                    + " tier: internal}, {key: p, from: {addresses: [10.0.9.9]}, to: {}, tier:"
                    + " internal}]\n";

    /** Only the firewall differs from the first: somebody else relays from there. */
    static final String OTHER_ACCOUNT = FIRST.replace("[alice]", "[carol]");

    /** For addresses alone: no connector relies on what the firewall proves. */
    static final String ADDRESSES =
            "grants: [{key: p, from: {addresses: [10.0.9.9]}, to: {}, tier: internal}]\n";

    static final String OTHER_ADDRESSES = ADDRESSES.replace("10.0.9.9", "10.0.9.8");

    static final String BOTH = "windows-firewall, exchange";
    static final String FIREWALL = "windows-firewall";
    static final String CONNECTORS = "exchange";
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");

    private LayeredPublications() {}

    /** What a server should hold. */
    static DesiredState state(String grants, String kinds, String ports, ObservedServer observed) {
        Policy policy =
                PolicyDocument.parse(
                                """
                                version: 1
                                servers:
                                  - {name: EX01, addresses: [10.0.0.77], kerberosRanges: [10.0.0.0/16],
                                     ports: [PORTS], enforcement: [KINDS]}
                                principals:
                                  - {name: alice, sid: S-1-5-21-1-2-3-1, kind: user}
                                  - {name: bob, sid: S-1-5-21-1-2-3-2, kind: user}
                                  - {name: carol, sid: S-1-5-21-1-2-3-3, kind: user}
                                """
                                                .replace("PORTS", ports)
                                                .replace("KINDS", kinds)
                                        + grants)
                        .policy();
        CompiledServer compiled =
                ServerCompiler.compile(policy, policy.servers().get(0), 7, observed, NOW);
        if (compiled.refusal() != null) {
            throw new IllegalStateException(compiled.refusal());
        }
        return compiled.desired();
    }

    static DesiredPublication of(
            long serial, Integer window, boolean confirmed, DesiredState state) {
        return new DesiredPublication(
                "agent-a",
                "ex01",
                serial,
                serial + 100,
                state.kind(),
                state.digest(),
                state.connectors(),
                state.layers(),
                window,
                confirmed,
                0,
                Long.MAX_VALUE);
    }
}

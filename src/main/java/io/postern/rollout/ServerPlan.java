package io.postern.rollout;

import io.postern.enforcement.CompiledConnectors;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ExchangeCompiler;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.Unsupported;
import io.postern.enforcement.server.DesiredState;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a revision means for one server's receive connectors.
 *
 * @param desired what the agent must hold
 * @param steps how it gets there from what was observed
 * @param unsupported what receive connectors cannot express
 */
public record ServerPlan(
        DesiredState desired, List<ConnectorStep> steps, List<Unsupported> unsupported) {
    /**
     * Why this must not be pushed; empty = it may. A compilation that yields nothing at all is a
     * refusal of the compiler, never the wish to remove everything.
     */
    public Optional<String> refusal() {
        return desired.connectors().isEmpty()
                ? Optional.of(
                        unsupported.stream()
                                .map(u -> u.entry() + ": " + u.reason() + " (" + u.remedy() + ")")
                                .findFirst()
                                .orElse("nothing to manage"))
                : Optional.empty();
    }

    /** Compiles and plans. Same input, same plan. */
    public static ServerPlan of(
            Policy policy,
            Server server,
            long revision,
            List<ReceiveConnector> observed,
            Instant at) {
        CompiledConnectors compiled = ExchangeCompiler.compile(policy, server, observed, at);
        return new ServerPlan(
                DesiredState.of(server.name(), revision, compiled),
                ConnectorPlan.between(observed, compiled.connectors()),
                compiled.unsupported());
    }
}

package io.postern.rollout;

import io.postern.enforcement.CompiledConnectors;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.DesiredState;
import io.postern.enforcement.ExchangeCompiler;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.Unsupported;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What a revision means for one server's receive connectors.
 *
 * @param desired what the agent must hold
 * @param steps how it gets there from what was observed
 * @param unsupported what receive connectors cannot express
 */
public record ServerPlan(
        DesiredState desired, List<ConnectorStep> steps, List<Unsupported> unsupported) {
    /** Compiles and plans. Same input, same plan. */
    public static ServerPlan of(
            Policy policy,
            Server server,
            long revision,
            List<ReceiveConnector> observed,
            Instant at) {
        CompiledConnectors compiled = ExchangeCompiler.compile(policy, server, observed, at);
        List<ConnectorData> managed =
                compiled.connectors().stream()
                        .filter(ReceiveConnector::managed)
                        .sorted(Comparator.comparing(ReceiveConnector::name))
                        .map(ConnectorData::of)
                        .toList();
        return new ServerPlan(
                new DesiredState(RingPlan.EXCHANGE, server.name(), revision, managed),
                ConnectorPlan.between(observed, compiled.connectors()),
                compiled.unsupported());
    }
}

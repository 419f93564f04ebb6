package io.postern.change;

import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.Policy;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.rollout.Fleet;
import io.postern.security.Actor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;

/** Turns what a server lets through into a draft; {@link ChangeService} checks who may. */
@ApplicationScoped
public class AdoptionService {
    private final ChangeService changes;
    private final Revisions revisions;
    private final Fleet fleet;
    private final Clock clock;

    AdoptionService(ChangeService changes, Revisions revisions, Fleet fleet, Clock clock) {
        this.changes = changes;
        this.revisions = revisions;
        this.fleet = fleet;
        this.clock = clock;
    }

    /**
     * Creates a draft by which the newest policy would say what a server lets through by address as
     * its agent read it back last; what cannot be said so stands in its description.
     *
     * @throws DomainException if the policy has no such server, nobody read it back, or nothing
     *     differs
     */
    @Transactional
    public ChangeRequest createFromDrift(Actor actor, String serverName) {
        Policy policy = revisions.policy(revisions.head().number());
        Server server =
                policy.server(serverName)
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.NOT_FOUND,
                                                "the newest policy has no server '"
                                                        + serverName
                                                        + "'"));
        List<ReceiveConnector> observed =
                fleet.observed(server.name())
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.WRONG_STATE,
                                                "no agent has read '"
                                                        + server.name()
                                                        + "' back yet"));
        Adoption adoption = Adoption.of(policy, server, observed, actor.name(), clock.instant());
        if (adoption.operations().isEmpty()) {
            throw new DomainException(
                    ErrorCode.WRONG_STATE,
                    adoption.left().isEmpty()
                            ? "the receive connectors of '"
                                    + server.name()
                                    + "' give just what the policy says"
                            : String.join(" ", adoption.left()));
        }
        return changes.create(
                actor,
                "Adopt what " + server.name() + " lets through",
                String.join("\n", adoption.left()),
                null,
                adoption.operations());
    }
}

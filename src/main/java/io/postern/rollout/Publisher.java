package io.postern.rollout;

import io.postern.audit.AuditTrail;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.Post;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.policy.Policy;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.security.Actor;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compiles a rollout's revision for servers and publishes it, and what they held before. */
@ApplicationScoped
class Publisher {
    private final Fleet fleet;
    private final Revisions revisions;
    private final AuditTrail audit;
    private final RolloutConfig config;

    Publisher(Fleet fleet, Revisions revisions, AuditTrail audit, RolloutConfig config) {
        this.fleet = fleet;
        this.revisions = revisions;
        this.audit = audit;
        this.config = config;
    }

    /** It cannot be compiled, so that nothing was published; the message names the server. */
    static final class NotCompiledException extends Exception {
        private static final long serialVersionUID = 1L;

        NotCompiledException(String message) {
            super(message);
        }
    }

    /**
     * Publishes the revision to servers of a ring.
     *
     * @param servers names of its posts; those that hold it already get it anew
     * @return the ring with their new serials
     */
    Ring publish(Rollout rollout, Ring ring, List<String> servers, Instant now)
            throws NotCompiledException {
        Map<String, DesiredState> states = new LinkedHashMap<>();
        Policy policy = revisions.policy(rollout.revision());
        // All are compiled before the first is published, so that a refusal leaves none behind.
        for (String server : servers) {
            states.put(server, compiled(policy, server, rollout.revision(), now));
        }
        long waiting =
                ring.judged().stream()
                        .filter(target -> !target.isTouched())
                        .filter(target -> !states.containsKey(target.server()))
                        .count();
        Duration window =
                rollout.options()
                        .confirmWindow(
                                ring,
                                (int) waiting,
                                config.confirmWindow(),
                                config.activationPatience());
        List<ServerTarget> targets = new ArrayList<>();
        for (ServerTarget target : ring.targets()) {
            DesiredState state = states.get(target.server());
            targets.add(
                    state == null
                            ? target
                            : target.published(
                                    fleet.publish(state, rollout.id(), window),
                                    state.digest(),
                                    now));
        }
        audit.record(
                Actor.SERVICE.name(),
                "rollout.ring-published",
                "rollout",
                String.valueOf(rollout.id()),
                Map.of("ring", ring.name(), "servers", servers));
        return ring.with(targets);
    }

    private DesiredState compiled(Policy policy, String name, long revision, Instant now)
            throws NotCompiledException {
        Optional<ObservedServer> observed = fleet.observed(name);
        if (observed.isEmpty()) {
            throw new NotCompiledException(name + ": it was never read back");
        }
        Post post = Post.parse(name);
        Server server = policy.server(post.server()).orElseThrow();
        CompiledServer compiled =
                ServerCompiler.compile(
                        policy,
                        server,
                        post,
                        revision,
                        observed.get(),
                        fleet.observed(server.name()).orElse(null),
                        now);
        if (compiled.refused().isPresent()) {
            throw new NotCompiledException(name + ": " + compiled.refusal());
        }
        return compiled.desired();
    }

    /**
     * Publishes what a server held before the rollout; nothing waits for a confirmation, since it
     * was proven then.
     *
     * @param revision the one that the authority has that content under
     */
    ServerTarget putBack(Rollout rollout, ServerTarget target, long revision) {
        DesiredState before = fleet.before(target.server(), target.serial());
        DesiredState state =
                new DesiredState(
                        before.kind(),
                        before.server(),
                        revision,
                        before.connectors(),
                        before.layers());
        long serial = fleet.publish(state, rollout.id(), null);
        return target.rolledBack(serial, state.digest());
    }
}

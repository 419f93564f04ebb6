package io.postern.fleet;

import io.postern.enforcement.server.Post;
import io.postern.policy.Policy;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Reads what the pages and the API show of servers: those of the newest policy and those that an
 * agent serves.
 */
@ApplicationScoped
public class ServerOverviews {
    private final Revisions revisions;
    private final FleetService fleet;

    ServerOverviews(Revisions revisions, FleetService fleet) {
        this.revisions = revisions;
        this.fleet = fleet;
    }

    /** All of them by name. */
    @Transactional
    public List<ServerOverview> all() {
        Policy policy = revisions.policy(revisions.head().number());
        return names(policy).stream()
                .map(name -> overview(name, policy.server(Post.parse(name).server())))
                .toList();
    }

    private TreeSet<String> names(Policy policy) {
        TreeSet<String> names = new TreeSet<>();
        policy.servers().forEach(server -> names.add(server.name()));
        fleet.allAgents().forEach(agent -> names.addAll(agent.servers()));
        return names;
    }

    /**
     * One of them.
     *
     * @param name in any case
     * @throws DomainException if there is none
     */
    @Transactional
    public ServerOverview named(String name) {
        Policy policy = revisions.policy(revisions.head().number());
        return names(policy).stream()
                .filter(known -> known.equalsIgnoreCase(name))
                .findFirst()
                .map(known -> overview(known, policy.server(Post.parse(known).server())))
                .orElseThrow(
                        () ->
                                new DomainException(
                                        ErrorCode.NOT_FOUND, "there is no server '" + name + "'"));
    }

    private ServerOverview overview(String name, Optional<Server> server) {
        return new ServerOverview(
                name,
                server.map(Server::ring).orElse(null),
                server.map(s -> s.mode().word()).orElse(null),
                fleet.view(name).agent(),
                fleet.newest(name).orElse(null),
                fleet.report(name).orElse(null));
    }
}

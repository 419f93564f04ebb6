package io.postern.rollout;

import io.postern.enforcement.server.Post;
import java.util.List;
import java.util.Optional;

/** The stored rollouts. */
public interface Rollouts {
    /** Stores a new one, in the caller's transaction, and gives it its id. */
    Rollout add(Rollout rollout);

    Optional<Rollout> find(long id);

    /** Reads one and keeps every other writer away until the transaction ends. */
    Optional<Rollout> findForUpdate(long id);

    /** Stores the next state. */
    void save(Rollout rollout);

    /** Those that are not at their end, oldest first. */
    List<Rollout> unfinished();

    /**
     * The one under way that has a server, or a post of it, among its targets.
     *
     * @param server name of a server or of a post, in any case
     */
    default Optional<Rollout> touching(String server) {
        String wanted = Post.parse(server).server();
        return unfinished().stream()
                .filter(
                        rollout ->
                                rollout.servers().stream()
                                        .map(post -> Post.parse(post).server())
                                        .anyMatch(wanted::equalsIgnoreCase))
                .findFirst();
    }

    /** Those at their end that still wait for servers, oldest first. */
    List<Rollout> watched();

    /** At most {@code limit} with an id below {@code before}, newest first. */
    List<Rollout> before(long before, int limit);
}

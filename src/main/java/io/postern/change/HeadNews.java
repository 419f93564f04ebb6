package io.postern.change;

import io.postern.audit.AuditNews;
import io.postern.policy.HeadMoved;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.ObservesAsync;
import java.util.Set;

/**
 * Turns news that may mean a new revision into the policy room's own event, as that room knows no
 * trail: a change was applied or a rollout undone, perhaps on another replica.
 */
@ApplicationScoped
public class HeadNews {
    private static final Set<String> SUBJECTS = Set.of("change-request", "rollout", "");

    private final Event<HeadMoved> moved;

    HeadNews(Event<HeadMoved> moved) {
        this.moved = moved;
    }

    void heard(@ObservesAsync AuditNews news) {
        if (SUBJECTS.contains(news.subjectKind())) {
            moved.fireAsync(HeadMoved.PERHAPS);
        }
    }
}

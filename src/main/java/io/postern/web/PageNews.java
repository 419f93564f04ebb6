package io.postern.web;

import io.postern.audit.AuditNews;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.smallrye.mutiny.operators.multi.processors.SerializedProcessor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.util.List;

/**
 * Tells open pages that there is something to fetch; never what, so that nobody hears more than the
 * pages would show.
 */
@ApplicationScoped
public class PageNews {
    /** Everything may have changed: pages fetch again. */
    static final String ANYTHING = "resync";

    private final BroadcastProcessor<String> stream = BroadcastProcessor.create();

    /** Observers are called on several threads at once. */
    private final SerializedProcessor<String, String> entrance = stream.serialized();

    void heard(@ObservesAsync AuditNews news) {
        names(news).forEach(entrance::onNext);
    }

    /** The names of the events that pages wait for. */
    static List<String> names(AuditNews news) {
        if (news.equals(AuditNews.UNKNOWN)) {
            return List.of(ANYTHING);
        }
        return switch (news.subjectKind()) {
            case "change-request" -> List.of("change-" + news.subjectId(), "change");
            case "rollout" -> List.of("rollout-" + news.subjectId(), "rollout");
            case "validation-finding" -> List.of("validation-" + news.subjectId(), "validation");
            case "server", "agent" -> List.of("server");
            default -> List.of();
        };
    }

    /** The names from now on. */
    Multi<String> names() {
        return stream.onOverflow().buffer(1024);
    }
}

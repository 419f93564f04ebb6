package io.postern.web;

import io.postern.security.Role;
import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * The stream that keeps open pages fresh. In a page the element that listens is never the one that
 * is swapped: htmx drops what waits for its turn on an element that is no longer there.
 */
@Path("/ui/events")
public class EventPages {
    /** Below the idle limits of usual proxies, and often enough to notice a closed page. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final PageNews news;

    EventPages(PageNews news) {
        this.news = news;
    }

    /** Pages fetch on {@code hello} too: what happened before they listened is not lost. */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public Multi<OutboundSseEvent> events(@Context Sse sse) {
        Multi<OutboundSseEvent> hello = Multi.createFrom().item(event(sse, "hello"));
        Multi<OutboundSseEvent> heard = news.names().map(name -> event(sse, name));
        Multi<OutboundSseEvent> alive =
                Multi.createFrom()
                        .ticks()
                        .startingAfter(HEARTBEAT)
                        .every(HEARTBEAT)
                        .onOverflow()
                        .drop()
                        .map(tick -> event(sse, "alive"));
        return Multi.createBy().merging().streams(heard, hello, alive);
    }

    private static OutboundSseEvent event(Sse sse, String name) {
        return sse.newEventBuilder().name(name).data(String.class, "1").build();
    }
}

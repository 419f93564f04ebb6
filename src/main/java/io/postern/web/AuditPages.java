package io.postern.web;

import io.postern.audit.AuditChain;
import io.postern.audit.AuditEvent;
import io.postern.audit.AuditTrail;
import io.postern.security.Role;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The trail, newest first. */
@Path("/ui/audit")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class AuditPages {
    private static final int PAGE_SIZE = 100;
    private static final int CHECK_STEP = 1000;

    /** Most records that a page checks; longer trails are verified offline. */
    private static final int CHECK_LIMIT = 200_000;

    /**
     * One page.
     *
     * @param olderThan where the next page begins; null = this is the last
     */
    public record Listing(List<AuditEvent> events, Long olderThan, boolean first) {}

    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance audit(Listing listing, Notice notice);
    }

    private final AuditTrail trail;

    AuditPages(AuditTrail trail) {
        this.trail = trail;
    }

    @GET
    @RolesAllowed({Role.READER, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance audit(
            @QueryParam("before") @DefaultValue("0") long before,
            @QueryParam("check") @DefaultValue("false") boolean check) {
        List<AuditEvent> events = trail.before(before <= 0 ? Long.MAX_VALUE : before, PAGE_SIZE);
        boolean more = events.size() == PAGE_SIZE && events.get(PAGE_SIZE - 1).seq() > 1;
        return Templates.audit(
                new Listing(events, more ? events.get(PAGE_SIZE - 1).seq() : null, before <= 0),
                check ? checked() : null);
    }

    private Notice checked() {
        if (trail.newest() > CHECK_LIMIT) {
            return new Notice(
                    "warn",
                    "Too long to check here",
                    "The trail has more than "
                            + CHECK_LIMIT
                            + " records; export it by the API and verify it there.",
                    List.of());
        }
        List<AuditEvent> all = new ArrayList<>();
        List<AuditEvent> step;
        do {
            step = trail.after(all.isEmpty() ? 0 : all.get(all.size() - 1).seq(), CHECK_STEP);
            all.addAll(step);
        } while (step.size() == CHECK_STEP);
        Optional<String> fault = AuditChain.firstFault(all);
        return fault.map(words -> new Notice("bad", "The chain is broken", words, List.of()))
                .orElseGet(
                        () ->
                                new Notice(
                                        "good",
                                        "The chain is whole",
                                        all.size()
                                                + " records checked; the newest hash is "
                                                + (all.isEmpty()
                                                        ? AuditChain.START
                                                        : all.get(all.size() - 1).hash()),
                                        List.of()));
    }
}

package io.postern.web;

import io.postern.change.ChangeRequest;
import io.postern.change.ChangeService;
import io.postern.change.ChangeState;
import io.postern.fleet.ValidationService;
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
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The list of change requests. */
@Path("/ui")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class InboxPages {
    private static final int PAGE_SIZE = 50;

    /** How far one page looks for requests that its filter lets through. */
    private static final int LOOKED_AT = 500;

    /** What is listed. */
    enum Filter {
        REVIEW("Needs my review"),
        MINE("Mine, open"),
        OPEN("Open"),
        CLOSED("Closed");

        private final String label;

        Filter(String label) {
            this.label = label;
        }

        public String getLabel() {
            return label;
        }

        /** Its word in the address. */
        public String getWord() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        private List<ChangeState> states() {
            return switch (this) {
                case REVIEW -> List.of(ChangeState.IN_REVIEW);
                case MINE, OPEN ->
                        Arrays.stream(ChangeState.values()).filter(s -> !s.isFinal()).toList();
                case CLOSED ->
                        Arrays.stream(ChangeState.values()).filter(ChangeState::isFinal).toList();
            };
        }

        private boolean lets(ChangeRequest change, String viewer) {
            boolean mine = change.author().equalsIgnoreCase(viewer);
            return switch (this) {
                case REVIEW -> !mine;
                case MINE -> mine;
                case OPEN, CLOSED -> true;
            };
        }
    }

    /**
     * One page of the list.
     *
     * @param olderThan where the next page begins; null = this is the last
     */
    record Listing(Filter filter, List<ChangeRequest> changes, Long olderThan, boolean first) {}

    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance inbox(
                Listing listing, List<Filter> filters, long head, long findings);
    }

    private final ChangeService service;
    private final io.postern.policy.Revisions revisions;
    private final ValidationService validation;
    private final Viewer viewer;

    InboxPages(
            ChangeService service,
            io.postern.policy.Revisions revisions,
            ValidationService validation,
            Viewer viewer) {
        this.service = service;
        this.revisions = revisions;
        this.validation = validation;
        this.viewer = viewer;
    }

    @GET
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance inbox(
            @QueryParam("show") String show, @QueryParam("before") @DefaultValue("0") long before) {
        Filter filter =
                Arrays.stream(Filter.values())
                        .filter(f -> f.getWord().equals(show))
                        .findFirst()
                        .orElse(usual());
        return Templates.inbox(
                list(filter, before),
                List.of(Filter.values()),
                revisions.head().number(),
                validation.countOpen());
    }

    private Filter usual() {
        if (viewer.has(Role.APPROVER)) {
            return Filter.REVIEW;
        }
        return viewer.has(Role.AUTHOR) ? Filter.MINE : Filter.OPEN;
    }

    private Listing list(Filter filter, long before) {
        long from = before <= 0 ? Long.MAX_VALUE : before;
        List<ChangeRequest> found = new ArrayList<>();
        List<ChangeRequest> candidates = List.of();
        int looked = 0;
        long last = from;
        do {
            candidates = service.before(last, PAGE_SIZE, filter.states());
            for (ChangeRequest change : candidates) {
                if (found.size() == PAGE_SIZE) {
                    break;
                }
                last = change.id();
                if (filter.lets(change, viewer.getName())) {
                    found.add(change);
                }
            }
            looked += candidates.size();
        } while (candidates.size() == PAGE_SIZE && found.size() < PAGE_SIZE && looked < LOOKED_AT);
        boolean more = candidates.size() == PAGE_SIZE;
        return new Listing(filter, found, more ? last : null, before <= 0);
    }
}

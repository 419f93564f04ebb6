package io.postern.web;

import io.postern.audit.AuditTrail;
import io.postern.change.Analysis;
import io.postern.change.ChangeRequest;
import io.postern.change.ChangeService;
import io.postern.policy.Revisions;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.rollout.RolloutService;
import io.postern.security.Role;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** One change request: what it would do, who said what, and what can be done with it. */
@Path("/ui/changes")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class ChangePages {
    private static final int MAX_COMMENT = 1000;

    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance change(ChangeView view, Notice notice);

        static native TemplateInstance news(ChangeRequest change, int seen);
    }

    private final ChangeService service;
    private final RolloutService rollouts;
    private final Revisions revisions;
    private final AuditTrail audit;
    private final Viewer viewer;

    ChangePages(
            ChangeService service,
            RolloutService rollouts,
            Revisions revisions,
            AuditTrail audit,
            Viewer viewer) {
        this.service = service;
        this.rollouts = rollouts;
        this.revisions = revisions;
        this.audit = audit;
        this.viewer = viewer;
    }

    @GET
    @Path("{id}")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance change(@PathParam("id") long id, @QueryParam("done") String done) {
        return page(id, Notice.done(done));
    }

    /** Whether it changed since the page was opened. */
    @GET
    @Path("{id}/news")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance news(@PathParam("id") long id, @QueryParam("version") int seen) {
        return Templates.news(load(id), seen);
    }

    @POST
    @Path("{id}/submit")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.AUTHOR)
    @Operation(hidden = true)
    public Response submit(@PathParam("id") long id, @FormParam("version") int version) {
        return act(id, "submitted", () -> service.submit(viewer.actor(), id, version));
    }

    @POST
    @Path("{id}/analyse")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed({Role.AUTHOR, Role.APPROVER, Role.OPERATOR})
    @Operation(hidden = true)
    public Response analyse(@PathParam("id") long id, @FormParam("version") int version) {
        return act(id, "analysed", () -> service.analyse(viewer.actor(), id, version));
    }

    @POST
    @Path("{id}/cancel")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed({Role.AUTHOR, Role.OPERATOR})
    @Operation(hidden = true)
    public Response cancel(@PathParam("id") long id, @FormParam("version") int version) {
        return act(id, "cancelled", () -> service.cancel(viewer.actor(), id, version));
    }

    @POST
    @Path("{id}/approve")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.APPROVER)
    @Operation(hidden = true)
    public Response approve(
            @PathParam("id") long id,
            @FormParam("version") int version,
            @FormParam("hash") String hash,
            @FormParam("comment") String comment) {
        return act(
                id,
                "approved",
                () ->
                        service.approve(
                                viewer.actor(),
                                id,
                                version,
                                hash == null ? "" : hash,
                                comment(comment)));
    }

    @POST
    @Path("{id}/reject")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.APPROVER)
    @Operation(hidden = true)
    public Response reject(
            @PathParam("id") long id,
            @FormParam("version") int version,
            @FormParam("comment") String comment) {
        return act(
                id,
                "rejected",
                () -> service.reject(viewer.actor(), id, version, comment(comment)));
    }

    @POST
    @Path("{id}/apply")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.OPERATOR)
    @Operation(hidden = true)
    public Response apply(
            @PathParam("id") long id,
            @FormParam("version") int version,
            @FormParam("maxInFlight") String maxInFlight,
            @FormParam("bakeSeconds") String bakeSeconds,
            @FormParam("successPercent") String successPercent,
            @FormParam("maxErrors") String maxErrors,
            @FormParam("pauseAfter") String pauseAfter,
            @FormParam("promotion") String promotion,
            @FormParam("minimumCoveragePercent") String minimumCoveragePercent) {
        return PageActions.act(
                () ->
                        "/ui/rollouts/"
                                + service.apply(
                                                viewer.actor(),
                                                id,
                                                version,
                                                RolloutForm.wish(
                                                        maxInFlight,
                                                        bakeSeconds,
                                                        successPercent,
                                                        maxErrors,
                                                        pauseAfter,
                                                        promotion,
                                                        minimumCoveragePercent))
                                        .rolloutId()
                                + "?done=started",
                notice -> page(id, notice));
    }

    private Response act(long id, String done, Supplier<ChangeRequest> action) {
        return PageActions.act(
                () -> "/ui/changes/" + action.get().id() + "?done=" + done,
                notice -> page(id, notice));
    }

    private static String comment(String text) {
        String comment = text == null ? "" : text.strip();
        if (comment.length() > MAX_COMMENT) {
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    "a comment has at most " + MAX_COMMENT + " characters");
        }
        return comment;
    }

    private ChangeRequest load(long id) {
        return service.find(id)
                .orElseThrow(
                        () ->
                                new DomainException(
                                        ErrorCode.NOT_FOUND, "There is no change request " + id));
    }

    private TemplateInstance page(long id, Notice notice) {
        ChangeRequest change = load(id);
        Analysis analysis = change.analysis();
        long head = revisions.head().number();
        return Templates.change(
                new ChangeView(
                        change,
                        analysis == null ? List.of() : ChangeView.rows(analysis.regions()),
                        analysis == null ? List.of() : AddressPicture.of(analysis),
                        EntryDiff.of(revisions.entries(change.baseRevision()), change.operations()),
                        Timeline.of(audit.about("change-request", String.valueOf(id))),
                        ChangeOffers.of(change, viewer, head, rollouts.unfinished()),
                        head),
                notice);
    }
}

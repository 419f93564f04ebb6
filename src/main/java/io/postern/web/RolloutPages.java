package io.postern.web;

import io.postern.audit.AuditTrail;
import io.postern.change.ChangeRequest;
import io.postern.change.ChangeService;
import io.postern.fleet.FleetService;
import io.postern.probe.ProbeService;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.rollout.Rollout;
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

/** Rollouts, followed live. */
@Path("/ui/rollouts")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class RolloutPages {
    private static final int LIST_LIMIT = 100;

    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance rollouts(List<Rollout> rollouts);

        static native TemplateInstance rollout(RolloutView view, Notice notice);

        static native TemplateInstance live(RolloutView view);
    }

    private final RolloutService service;
    private final ProbeService probes;
    private final ChangeService changes;
    private final FleetService fleet;
    private final AuditTrail audit;
    private final Viewer viewer;

    RolloutPages(
            RolloutService service,
            ProbeService probes,
            ChangeService changes,
            FleetService fleet,
            AuditTrail audit,
            Viewer viewer) {
        this.service = service;
        this.probes = probes;
        this.changes = changes;
        this.fleet = fleet;
        this.audit = audit;
        this.viewer = viewer;
    }

    @GET
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance rollouts() {
        return Templates.rollouts(service.before(Long.MAX_VALUE, LIST_LIMIT));
    }

    @GET
    @Path("{id}")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance rollout(@PathParam("id") long id, @QueryParam("done") String done) {
        return Templates.rollout(view(id), Notice.done(done));
    }

    /** The part of the page that changes. */
    @GET
    @Path("{id}/live")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance live(@PathParam("id") long id) {
        return Templates.live(view(id));
    }

    @POST
    @Path("{id}/pause")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.OPERATOR)
    @Operation(hidden = true)
    public Response pause(@PathParam("id") long id) {
        return act(id, "paused", () -> service.pause(viewer.actor(), id));
    }

    @POST
    @Path("{id}/resume")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.OPERATOR)
    @Operation(hidden = true)
    public Response resume(@PathParam("id") long id) {
        return act(id, "resumed", () -> service.resume(viewer.actor(), id));
    }

    @POST
    @Path("{id}/abort")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.OPERATOR)
    @Operation(hidden = true)
    public Response abort(@PathParam("id") long id) {
        return act(id, "aborted", () -> service.abort(viewer.actor(), id));
    }

    @POST
    @Path("{id}/promote")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.OPERATOR)
    @Operation(hidden = true)
    public Response promote(@PathParam("id") long id, @FormParam("ring") String ring) {
        return act(
                id,
                "promoted",
                () -> service.promote(viewer.actor(), id, ring == null ? "" : ring));
    }

    @POST
    @Path("{id}/skip")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.OPERATOR)
    @Operation(hidden = true)
    public Response skip(
            @PathParam("id") long id,
            @FormParam("server") String server,
            @FormParam("reason") String reason) {
        return act(
                id,
                "skipped",
                () ->
                        service.skip(
                                viewer.actor(),
                                id,
                                server == null ? "" : server,
                                reason == null ? "" : reason));
    }

    @POST
    @Path("{id}/retry")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.OPERATOR)
    @Operation(hidden = true)
    public Response retry(@PathParam("id") long id) {
        return act(id, "retried", () -> service.retry(viewer.actor(), id));
    }

    private Response act(long id, String done, Supplier<Rollout> action) {
        return PageActions.act(
                () -> "/ui/rollouts/" + action.get().id() + "?done=" + done,
                notice -> Templates.rollout(view(id), notice));
    }

    private RolloutView view(long id) {
        Rollout rollout =
                service.find(id)
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.NOT_FOUND, "There is no rollout " + id));
        return RolloutView.of(
                rollout,
                changes.find(rollout.changeId()).map(ChangeRequest::title).orElse(""),
                probes.ofRollout(id),
                server -> fleet.report(server).orElse(null),
                Timeline.of(audit.about("rollout", String.valueOf(id))),
                RolloutOffers.of(rollout, viewer));
    }
}

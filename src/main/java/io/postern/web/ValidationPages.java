package io.postern.web;

import io.postern.fleet.ServerValidation;
import io.postern.fleet.ValidationFinding;
import io.postern.fleet.ValidationFinding.State;
import io.postern.fleet.ValidationService;
import io.postern.probe.Probe;
import io.postern.probe.ProbeService;
import io.postern.security.Role;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Expectations that are not met any more, and how far each server is looked at. */
@Path("/ui/validation")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class ValidationPages {
    private static final int PAGE_SIZE = 100;

    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance validation(
                List<Row> rows,
                boolean closed,
                Long olderThan,
                List<ServerValidation> servers,
                boolean asked);

        static native TemplateInstance finding(Row row, Probe probe, Notice notice);
    }

    /** A finding with its standing for the eye. */
    public record Row(ValidationFinding finding, Badge state, Badge severity, String cause) {
        static Row of(ValidationFinding finding) {
            return new Row(
                    finding,
                    switch (finding.state()) {
                        case OPEN -> Badge.bad("Open");
                        case FLAPPING -> Badge.warn("Flapping");
                        case CLOSED -> Badge.quiet("Closed");
                    },
                    switch (finding.severity()) {
                        case OVER_PERMITTED -> Badge.bad("Over-permitted");
                        case UNDER_PERMITTED -> Badge.warn("Under-permitted");
                        case NOT_KNOWN -> Badge.UNKNOWN;
                    },
                    Words.sentence(finding.cause().name()));
        }
    }

    private final ValidationService service;
    private final ProbeService probes;
    private final Viewer viewer;

    ValidationPages(ValidationService service, ProbeService probes, Viewer viewer) {
        this.service = service;
        this.probes = probes;
        this.viewer = viewer;
    }

    @GET
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance validation(
            @QueryParam("closed") boolean closed,
            @QueryParam("before") @DefaultValue("0") long before) {
        List<ValidationFinding> found =
                service.before(
                        before <= 0 ? Long.MAX_VALUE : before,
                        PAGE_SIZE,
                        closed ? Set.of(State.CLOSED) : Set.of(State.OPEN, State.FLAPPING),
                        null);
        Long older = found.size() < PAGE_SIZE ? null : found.get(found.size() - 1).id();
        List<Row> rows =
                found.stream()
                        .sorted(Comparator.comparing(ValidationFinding::severity))
                        .map(Row::of)
                        .toList();
        List<ServerValidation> servers = service.servers();
        boolean asked = servers.stream().anyMatch(server -> server.lastAt() != null);
        return Templates.validation(rows, closed, older, servers, asked);
    }

    @GET
    @Path("{id}")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance finding(@PathParam("id") long id) {
        return page(id, null);
    }

    private TemplateInstance page(long id, Notice notice) {
        ValidationFinding finding = service.finding(id);
        Probe probe =
                finding.probeId() == null ? null : probes.find(finding.probeId()).orElse(null);
        return Templates.finding(Row.of(finding), probe, notice);
    }

    @POST
    @Path("{id}/acknowledge")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.OPERATOR)
    @Operation(hidden = true)
    public Response acknowledge(@PathParam("id") long id) {
        return PageActions.act(
                () -> "/ui/validation/" + service.acknowledge(viewer.actor(), id).id(),
                notice -> page(id, notice));
    }
}

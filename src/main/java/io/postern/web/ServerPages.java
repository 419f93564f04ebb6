package io.postern.web;

import io.postern.change.AdoptionService;
import io.postern.enforcement.ConnectorDrift;
import io.postern.enforcement.server.DriftFinding;
import io.postern.fleet.DriftService;
import io.postern.fleet.EnrolmentService;
import io.postern.fleet.FidelityService;
import io.postern.fleet.ServerDrift;
import io.postern.fleet.ServerOverview;
import io.postern.fleet.ServerOverviews;
import io.postern.fleet.VantageService;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The servers and how they stand. */
@Path("/ui/servers")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class ServerPages {
    private static final Duration TOKEN_VALID = Duration.ofHours(1);
    private static final int MAX_SERVERS = 100;
    private static final int MAX_NAME = 256;

    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance servers(
                List<Row> rows,
                List<VantageService.Standing> vantages,
                EnrolmentService.NewToken token,
                Notice notice,
                String address);

        static native TemplateInstance server(
                Row row,
                ServerDrift drift,
                List<DriftRow> findings,
                FidelityView fidelity,
                FirewallView firewall,
                OtherLayersView others,
                LinuxView linux,
                EnrolmentService.NewToken token,
                Notice notice,
                String address);
    }

    /** A server with its standing in a word. */
    public record Row(ServerOverview overview, Badge sync, Badge state) {
        static Row of(ServerOverview overview) {
            return new Row(overview, sync(overview), state(overview));
        }

        private static Badge sync(ServerOverview overview) {
            if (overview.inSync()) {
                return Badge.good("In sync");
            }
            if (overview.desired() == null) {
                return Badge.quiet("Nothing published");
            }
            return overview.report() == null ? Badge.UNKNOWN : Badge.warn("Differs");
        }

        private static Badge state(ServerOverview overview) {
            if (overview.agent() == null) {
                return Badge.warn("No agent");
            }
            if (overview.report() == null) {
                return Badge.quiet("Not reported yet");
            }
            String word = Words.sentence(overview.report().state().toUpperCase(Locale.ROOT));
            return overview.report().error() != null ? Badge.bad(word) : Badge.quiet(word);
        }
    }

    /** A finding of drift with its kind as a badge. */
    public record DriftRow(Badge kind, String subject, String detail, String remedy) {
        static DriftRow of(DriftFinding drift) {
            Badge kind =
                    switch (drift.kind()) {
                        case ConnectorDrift.EFFECTIVE -> Badge.bad("Opened by another");
                        case ConnectorDrift.MISSING -> Badge.bad("Missing");
                        case ConnectorDrift.CHANGED -> Badge.warn("Changed");
                        default -> Badge.warn("Foreign");
                    };
            String subject =
                    switch (drift.about()) {
                        case ACCEPTED_DOMAIN -> "Accepted domain " + drift.subject();
                        case FIREWALL_RULE -> "Firewall: " + drift.subject();
                        case CONNECTOR, OTHER -> drift.subject();
                    };
            return new DriftRow(kind, subject, drift.detail(), drift.remedy());
        }
    }

    private final ServerOverviews overviews;
    private final DriftService drifts;
    private final FidelityService fidelities;
    private final AdoptionService adoption;
    private final EnrolmentService enrolment;
    private final VantageService vantages;
    private final Viewer viewer;

    ServerPages(
            ServerOverviews overviews,
            DriftService drifts,
            FidelityService fidelities,
            AdoptionService adoption,
            EnrolmentService enrolment,
            VantageService vantages,
            Viewer viewer) {
        this.overviews = overviews;
        this.drifts = drifts;
        this.fidelities = fidelities;
        this.adoption = adoption;
        this.enrolment = enrolment;
        this.vantages = vantages;
        this.viewer = viewer;
    }

    @GET
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance servers(@Context UriInfo address) {
        return page(null, null, address);
    }

    private TemplateInstance page(EnrolmentService.NewToken token, Notice notice, UriInfo address) {
        return Templates.servers(
                overviews.all().stream().map(Row::of).toList(),
                vantages.all(),
                token,
                notice,
                base(address));
    }

    /** For servers that no policy names yet: the first change needs their agents already. */
    @POST
    @Path("token")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.OPERATOR)
    @Operation(hidden = true)
    public Response tokenFor(@FormParam("servers") String typed, @Context UriInfo address) {
        List<String> names =
                typed == null
                        ? List.of()
                        : Arrays.stream(typed.split("[,\\s]+")).filter(n -> !n.isEmpty()).toList();
        boolean tooLong = names.stream().anyMatch(name -> name.length() > MAX_NAME);
        if (names.isEmpty() || names.size() > MAX_SERVERS || tooLong) {
            Notice notice =
                    new Notice(
                            "bad",
                            "Not made",
                            "Name 1 to "
                                    + MAX_SERVERS
                                    + " servers of at most "
                                    + MAX_NAME
                                    + " characters each.",
                            List.of());
            return Response.status(400).entity(page(null, notice, address)).build();
        }
        return Response.ok(
                        page(
                                enrolment.makeToken(viewer.actor(), names, TOKEN_VALID),
                                null,
                                address))
                .build();
    }

    @GET
    @Path("{name}")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance server(@PathParam("name") String name, @Context UriInfo address) {
        return page(row(name), null, null, address);
    }

    private TemplateInstance page(
            Row row, EnrolmentService.NewToken token, Notice notice, UriInfo address) {
        ServerDrift drift = drifts.of(row.overview().name());
        return Templates.server(
                row,
                drift,
                drift.findings().stream().map(DriftRow::of).toList(),
                FidelityView.of(fidelities.of(row.overview().name())),
                row.overview().report() == null
                        ? null
                        : FirewallView.of(row.overview().report().firewall()),
                OtherLayersView.of(row.overview().report()),
                LinuxView.of(row.overview().report()),
                token,
                notice,
                base(address));
    }

    /** Writes our own objects again. */
    @POST
    @Path("{name}/revert")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.OPERATOR)
    @Operation(hidden = true)
    public Response revert(@PathParam("name") String name, @Context UriInfo address) {
        Row row = row(name);
        return PageActions.act(
                () -> {
                    drifts.revert(viewer.actor(), row.overview().name());
                    return "/ui/servers/" + row.overview().name();
                },
                notice -> page(row, null, notice, address));
    }

    /** Opens a draft that would make the policy say what the server lets through. */
    @POST
    @Path("{name}/adopt")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.AUTHOR)
    @Operation(hidden = true)
    public Response adopt(@PathParam("name") String name, @Context UriInfo address) {
        Row row = row(name);
        return PageActions.act(
                () ->
                        "/ui/changes/"
                                + adoption.createFromDrift(viewer.actor(), row.overview().name())
                                        .id()
                                + "?done=created",
                notice -> page(row, null, notice, address));
    }

    /** Shown in the answer itself: a token must not stand in an address or be fetched twice. */
    @POST
    @Path("{name}/token")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.OPERATOR)
    @Operation(hidden = true)
    public TemplateInstance token(@PathParam("name") String name, @Context UriInfo address) {
        Row row = row(name);
        return page(
                row,
                enrolment.makeToken(viewer.actor(), List.of(row.overview().name()), TOKEN_VALID),
                null,
                address);
    }

    private static String base(UriInfo address) {
        String base = address.getBaseUri().toString();
        return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    }

    private Row row(String name) {
        return Row.of(overviews.named(name));
    }
}

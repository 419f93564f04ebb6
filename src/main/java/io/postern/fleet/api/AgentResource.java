package io.postern.fleet.api;

import io.postern.fleet.Agent;
import io.postern.fleet.AgentNotices;
import io.postern.fleet.AgentServers;
import io.postern.fleet.DriftService;
import io.postern.fleet.FleetService;
import io.postern.fleet.Publication;
import io.postern.fleet.VantageService;
import io.postern.fleet.jose.AgentAuthenticationMechanism;
import io.postern.fleet.jose.DesiredStateSigner;
import io.postern.fleet.netty.AgentStreams;
import io.postern.policy.Server;
import io.postern.security.Role;
import io.postern.smtp.ProbeSettings;
import io.quarkus.arc.Arc;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * What an agent talks to: enrolment, notices, desired states, reports. An agent sees only its own
 * servers.
 */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1/agents")
@Tag(name = "agents")
public class AgentResource {
    /** An agent as others see it. */
    @Schema(name = "Agent")
    public record AgentResponse(
            String name,
            List<String> servers,
            Instant enrolledAt,
            Instant lastSeen,
            boolean enabled,
            String version,
            @Schema(description = "from which it can probe, as it says") List<String> addresses,
            @Schema(description = "as whom, besides nobody in particular, as it says")
                    List<AgentProbeResource.ContextJson> contexts,
            @Schema(description = "those of its addresses that another vantage claims too")
                    List<String> claimedTwice) {}

    /** What probes of a server say and ask. */
    @Schema(name = "ProbeSettings")
    public record ProbeSettingsResponse(
            String ehloName, String mailFrom, String internalRecipient, String externalRecipient) {
        static ProbeSettingsResponse of(ProbeSettings settings) {
            return new ProbeSettingsResponse(
                    settings.ehloName(),
                    settings.mailFrom(),
                    settings.internalRecipient(),
                    settings.externalRecipient());
        }
    }

    /** One server that the agent serves. */
    @Schema(name = "AgentServer")
    public record AgentServerResponse(
            String name,
            @Schema(description = "its own addresses, as the policy has them")
                    List<String> addresses,
            List<Integer> ports,
            String mode,
            List<String> acceptedDomains,
            @Schema(description = "names under which a load balancer offers it")
                    List<String> loadBalancedNames,
            ProbeSettingsResponse probeSettings) {}

    /** The agent itself. */
    @Schema(name = "AgentSelf")
    public record AgentSelfResponse(String name, List<AgentServerResponse> servers, long cursor) {}

    /**
     * @param jws compact JWS, EdDSA; its payload is the desired state
     */
    @Schema(name = "SignedDesiredState")
    public record SignedDesiredStateResponse(String jws) {}

    /**
     * @param cursor wait after this one next time
     */
    @Schema(name = "AgentNotice")
    public record NoticeResponse(long cursor, boolean news) {}

    private final FleetService fleet;
    private final DriftService drifts;
    private final AgentServers servers;
    private final AgentNotices notices;
    private final VantageService vantages;
    private final AgentStreams streams;
    private final DesiredStateSigner signer;
    private final SecurityIdentity identity;

    AgentResource(
            FleetService fleet,
            DriftService drifts,
            AgentServers servers,
            AgentNotices notices,
            VantageService vantages,
            AgentStreams streams,
            DesiredStateSigner signer,
            SecurityIdentity identity) {
        this.fleet = fleet;
        this.drifts = drifts;
        this.servers = servers;
        this.notices = notices;
        this.vantages = vantages;
        this.streams = streams;
        this.signer = signer;
        this.identity = identity;
    }

    private Agent self() {
        return identity.getAttribute(AgentAuthenticationMechanism.AGENT);
    }

    @GET
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(operationId = "listAgents")
    public List<AgentResponse> list() {
        Map<String, List<String>> claimedTwice = new HashMap<>();
        vantages.all().forEach(one -> claimedTwice.put(one.name(), one.claimedTwice()));
        return fleet.allAgents().stream()
                .map(
                        agent ->
                                response(
                                        agent,
                                        claimedTwice.getOrDefault(agent.vantage(), List.of())))
                .toList();
    }

    private static AgentResponse response(Agent agent, List<String> claimedTwice) {
        return new AgentResponse(
                agent.name(),
                agent.servers(),
                agent.enrolledAt(),
                agent.lastSeen(),
                agent.enabled(),
                agent.version(),
                agent.addresses(),
                agent.contexts().stream().map(AgentProbeResource.ContextJson::of).toList(),
                claimedTwice);
    }

    @GET
    @Path("/me")
    @RolesAllowed(Role.AGENT)
    @Operation(operationId = "getAgentSelf")
    public AgentSelfResponse me() {
        Agent agent = self();
        return new AgentSelfResponse(
                agent.name(),
                servers.of(agent).stream().map(this::response).toList(),
                notices.cursor(agent.servers()));
    }

    private AgentServerResponse response(AgentServers.Known known) {
        Server server = known.server();
        return new AgentServerResponse(
                known.post(),
                server.addresses().texts(),
                server.ports(),
                server.mode().word(),
                known.acceptedDomains(),
                server.loadBalancedNames(),
                ProbeSettingsResponse.of(known.probeSettings()));
    }

    @GET
    @Path("/me/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RolesAllowed(Role.AGENT)
    @Operation(
            operationId = "streamAgentNotices",
            summary = "Notices as they come, and one every ten seconds at least")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema =
                                    @Schema(
                                            type = SchemaType.ARRAY,
                                            implementation = NoticeResponse.class)))
    public Uni<Void> events(@Context RoutingContext routing) {
        streams.open(self().servers(), routing.response());
        // Thousands wait for days: what only letting them in needed is let go.
        routing.request().headers().remove(HttpHeaders.AUTHORIZATION);
        routing.clearUser();
        routing.remove(QuarkusHttpUser.DEFERRED_IDENTITY_KEY);
        Arc.container().requestContext().destroy();
        // It is written to from elsewhere and ends with the connection.
        return Uni.createFrom().nothing();
    }

    @GET
    @Path("/me/notices")
    @RolesAllowed(Role.AGENT)
    @Operation(
            operationId = "awaitAgentNotice",
            summary = "Long poll: answers when there is news, or after the wait")
    public Uni<NoticeResponse> await(
            @QueryParam("after") @DefaultValue("0") @PositiveOrZero long after,
            @QueryParam("waitSeconds") @DefaultValue("25") @Min(0) @Max(60) int waitSeconds) {
        Agent agent = self();
        return notices.after(agent.servers(), after, Duration.ofSeconds(waitSeconds))
                .map(cursor -> new NoticeResponse(cursor, cursor > after));
    }

    @GET
    @Path("/me/desired-states/{server}")
    @RolesAllowed(Role.AGENT)
    @Operation(
            operationId = "getDesiredState",
            summary = "The signed desired state; 204 = leave the server as found")
    @APIResponse(
            responseCode = "200",
            description = "signed",
            content = @Content(schema = @Schema(implementation = SignedDesiredStateResponse.class)))
    @APIResponse(responseCode = "204", description = "nothing was ever published")
    @APIResponse(responseCode = "304", description = "still the one of If-None-Match")
    public Response desiredState(
            @PathParam("server") String server,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) String known) {
        Agent agent = self();
        Optional<Publication> publication = fleet.desired(agent, server);
        if (publication.isEmpty()) {
            return Response.noContent().build();
        }
        String tag =
                "\""
                        + publication.get().digest()
                        + "-"
                        + publication.get().serial()
                        + (publication.get().isConfirmed() ? "-c" : "")
                        + "\"";
        if (tag.equals(known)) {
            return Response.notModified().header(HttpHeaders.ETAG, tag).build();
        }
        return Response.ok(
                        new SignedDesiredStateResponse(
                                signer.sign(publication.get(), agent.name())))
                .header(HttpHeaders.ETAG, tag)
                .build();
    }

    @PUT
    @Path("/me/reports/{server}")
    @RolesAllowed(Role.AGENT)
    @Operation(
            operationId = "reportServer",
            summary = "How the server stands, with what was read back")
    @APIResponse(responseCode = "204", description = "taken in")
    public void report(
            @PathParam("server") String server, @NotNull @Valid ServerReportRequest request) {
        fleet.report(self(), server, request.report());
        drifts.repair(server);
    }
}

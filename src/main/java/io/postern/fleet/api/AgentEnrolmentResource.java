package io.postern.fleet.api;

import io.postern.fleet.Agent;
import io.postern.fleet.EnrolmentService;
import io.postern.fleet.jose.AgentKeys;
import io.postern.fleet.jose.ServiceKey;
import jakarta.annotation.security.PermitAll;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The one door without sign-in: the token is the permission. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1/agents:enrol")
@Tag(name = "agents")
public class AgentEnrolmentResource {
    /**
     * @param publicKey Ed25519 public key as a JWK (RFC 8037)
     */
    @Schema(name = "EnrolRequest")
    public record EnrolRequest(
            @NotNull @Size(min = 1, max = 256) String token,
            @NotNull @Size(min = 1, max = 64) String name,
            @NotNull @Size(min = 1, max = 1024) String publicKey,
            @NotNull @Size(min = 1, max = 64) String version) {}

    /**
     * @param serviceKey the service's public key as a JWK: keep it, it proves every desired state
     */
    @Schema(name = "EnrolResponse")
    public record EnrolResponse(String name, List<String> servers, String serviceKey) {}

    private final EnrolmentService enrolment;
    private final ServiceKey serviceKey;

    AgentEnrolmentResource(EnrolmentService enrolment, ServiceKey serviceKey) {
        this.enrolment = enrolment;
        this.serviceKey = serviceKey;
    }

    @POST
    @PermitAll
    @Operation(
            operationId = "enrolAgent",
            summary = "Trades a one-time token for a place among the agents")
    @APIResponse(
            responseCode = "201",
            description = "enrolled",
            content = @Content(schema = @Schema(implementation = EnrolResponse.class)))
    public Response enrol(@NotNull @Valid EnrolRequest request) {
        Agent agent =
                enrolment.enrol(
                        request.token(),
                        request.name(),
                        AgentKeys.checked(request.publicKey()),
                        request.version());
        return Response.status(Response.Status.CREATED)
                .entity(new EnrolResponse(agent.name(), agent.servers(), serviceKey.publicJwk()))
                .build();
    }
}

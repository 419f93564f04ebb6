package io.postern.fleet.api;

import io.postern.enforcement.Fidelity;
import io.postern.fleet.FidelityService;
import io.postern.fleet.LiveFidelity;
import io.postern.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What servers let through otherwise than the policy says. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1")
@Tag(name = "fleet")
public class FidelityResource {
    /** The fidelity of one server's SMTP layer. */
    @Schema(name = "ServerFidelity")
    public record ServerFidelityResponse(
            String server,
            @Schema(description = "null = the newest policy does not know it") String mode,
            LiveFidelity.State state,
            @Schema(description = "the revision it was judged against") long revision,
            @Schema(
                            description =
                                    "true = the server holds that revision; false = it is the"
                                            + " newest one, which the server does not enforce: in"
                                            + " mode observe, or while it holds none")
                    boolean revisionInForce,
            @Schema(description = "when its agent read it back; null = never") Instant readAt,
            @Schema(description = "why nothing was judged; null = it was") String unjudged,
            @Schema(description = "the difference as the server is; null = not judged")
                    List<FidelityRegionResponse> regions,
            @Schema(
                            description =
                                    "the difference that would be left if that revision were"
                                            + " enforced; null = not judged, or it is in force")
                    List<FidelityRegionResponse> regionsIfEnforced,
            @Schema(
                            description =
                                    "sentences for people about what cannot be told from what was"
                                            + " read; null = not judged")
                    List<String> unknowns) {}

    private final FidelityService fidelities;

    FidelityResource(FidelityService fidelities) {
        this.fidelities = fidelities;
    }

    @GET
    @Path("/servers/{name}/fidelity")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(
            operationId = "getServerFidelity",
            summary = "What the server lets through otherwise than the policy says")
    public ServerFidelityResponse one(@PathParam("name") String name) {
        LiveFidelity fidelity = fidelities.of(name);
        return new ServerFidelityResponse(
                fidelity.server(),
                fidelity.mode(),
                fidelity.state(),
                fidelity.revision(),
                fidelity.isInForce(),
                fidelity.readAt(),
                fidelity.unjudged(),
                regions(fidelity.now()),
                regions(fidelity.enforced()),
                fidelity.now() == null ? null : fidelity.now().unknowns());
    }

    private static List<FidelityRegionResponse> regions(Fidelity fidelity) {
        return fidelity == null
                ? null
                : fidelity.regions().stream().map(FidelityRegionResponse::of).toList();
    }
}

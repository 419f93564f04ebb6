package io.postern.change.api;

import io.postern.change.AdoptionService;
import io.postern.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Change requests from what a server was found to let through. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1/change-requests:fromDrift")
@Tag(name = "change-requests")
public class DriftChangeRequestResource {
    /**
     * @param server its name in the newest policy
     */
    @Schema(name = "CreateChangeRequestFromDrift")
    public record CreateFromDriftRequest(@NotNull @Size(min = 1, max = 256) String server) {}

    private final AdoptionService service;
    private final ChangeAnswers answers;

    DriftChangeRequestResource(AdoptionService service, ChangeAnswers answers) {
        this.service = service;
        this.answers = answers;
    }

    @POST
    @RolesAllowed(Role.AUTHOR)
    @Operation(
            operationId = "createChangeRequestFromDrift",
            summary = "A draft by which the policy would say what a server already lets through")
    @APIResponse(
            responseCode = "201",
            description = "made",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    public Response create(
            @HeaderParam(ChangeAnswers.KEY) String key,
            @NotNull @Valid CreateFromDriftRequest request) {
        return answers.once(
                key,
                "fromDrift",
                null,
                request,
                201,
                by -> service.createFromDrift(by, request.server()));
    }
}

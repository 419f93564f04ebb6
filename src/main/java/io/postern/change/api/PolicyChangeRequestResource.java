package io.postern.change.api;

import io.postern.change.ChangeService;
import io.postern.security.CurrentActor;
import io.postern.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Change requests from whole policy files. A room of its own: the path begins another segment. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1/change-requests:fromPolicy")
@Tag(name = "change-requests")
public class PolicyChangeRequestResource {
    /**
     * @param policy a whole policy file, YAML or JSON; the operations are its difference from the
     *     newest revision
     */
    @Schema(name = "CreateChangeRequestFromPolicy")
    public record CreateFromPolicyRequest(
            @NotNull @Size(min = 1, max = 200) String title,
            @Size(max = 4000) String description,
            @NotNull @Size(min = 1, max = 16000000) String policy) {}

    private final ChangeService service;
    private final ChangeAnswers answers;
    private final CurrentActor actor;

    PolicyChangeRequestResource(ChangeService service, ChangeAnswers answers, CurrentActor actor) {
        this.service = service;
        this.answers = answers;
        this.actor = actor;
    }

    @POST
    @RolesAllowed(Role.AUTHOR)
    @Operation(
            operationId = "createChangeRequestFromPolicy",
            summary =
                    "A draft that leads to a whole policy file; with validateOnly what it would be")
    @APIResponse(
            responseCode = "200",
            description =
                    "with validateOnly: what it would be, with its analysis and id 0; nothing is stored",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    @APIResponse(
            responseCode = "201",
            description = "made",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    public Response create(
            @Parameter(description = "needed unless validateOnly") @HeaderParam(ChangeAnswers.KEY)
                    String key,
            @Parameter(description = "a dry run: analyse, store nothing")
                    @QueryParam("validateOnly")
                    @DefaultValue("false")
                    @Pattern(regexp = "true|false", message = "true or false")
                    String validateOnly,
            @NotNull @Valid CreateFromPolicyRequest request) {
        if (validateOnly.equals("true")) {
            return Response.ok(
                            answers.response(
                                    service.previewFromPolicy(
                                            actor.get(),
                                            request.title(),
                                            ChangeAnswers.text(request.description()),
                                            request.policy())))
                    .build();
        }
        return answers.once(
                key,
                "fromPolicy",
                null,
                request,
                201,
                by ->
                        service.createFromPolicy(
                                by,
                                request.title(),
                                ChangeAnswers.text(request.description()),
                                request.policy()));
    }
}

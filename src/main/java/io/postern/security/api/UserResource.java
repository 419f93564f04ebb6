package io.postern.security.api;

import io.postern.security.Account;
import io.postern.security.AccountService;
import io.postern.security.Actor;
import io.postern.security.CurrentActor;
import io.postern.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Accounts of people. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1/users")
@Tag(name = "users")
public class UserResource {
    /**
     * @param password at least 12 characters, at most 72 bytes
     */
    @Schema(name = "CreateUserRequest")
    public record CreateUserRequest(
            @NotNull @Size(min = 1, max = 64) String name,
            @NotNull @Size(min = 12, max = 72) String password,
            @NotNull @Size(min = 1, max = 5) Set<String> roles) {}

    /** An account without its secret. */
    @Schema(name = "User")
    public record UserResponse(String name, List<String> roles, boolean enabled) {}

    private final AccountService service;
    private final CurrentActor actor;

    UserResource(AccountService service, CurrentActor actor) {
        this.service = service;
        this.actor = actor;
    }

    @GET
    @RolesAllowed(Role.ADMIN)
    @Operation(operationId = "listUsers")
    public List<UserResponse> list() {
        return service.list().stream().map(UserResource::response).toList();
    }

    @GET
    @Path("/me")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(operationId = "getCurrentUser")
    public UserResponse me() {
        Actor current = actor.get();
        return new UserResponse(current.name(), List.copyOf(new TreeSet<>(current.roles())), true);
    }

    @POST
    @RolesAllowed(Role.ADMIN)
    @Operation(operationId = "createUser")
    @APIResponse(
            responseCode = "201",
            description = "made",
            content = @Content(schema = @Schema(implementation = UserResponse.class)))
    public Response create(@NotNull @Valid CreateUserRequest request) {
        Account account =
                service.create(actor.get(), request.name(), request.password(), request.roles());
        return Response.status(Response.Status.CREATED).entity(response(account)).build();
    }

    @POST
    @Path("/{name}:disable")
    @RolesAllowed(Role.ADMIN)
    @Operation(operationId = "disableUser", summary = "Ends sign-in and sessions of an account")
    public UserResponse disable(@PathParam("name") String name) {
        return response(service.setEnabled(actor.get(), name, false));
    }

    @POST
    @Path("/{name}:enable")
    @RolesAllowed(Role.ADMIN)
    @Operation(operationId = "enableUser")
    public UserResponse enable(@PathParam("name") String name) {
        return response(service.setEnabled(actor.get(), name, true));
    }

    private static UserResponse response(Account account) {
        return new UserResponse(
                account.name(), List.copyOf(new TreeSet<>(account.roles())), account.enabled());
    }
}

package io.postern.web;

import io.postern.security.Role;
import io.quarkus.vertx.http.runtime.security.FormAuthenticationMechanism;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Signing out. */
@Path("/ui/sign-out")
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public class SignOutPages {
    @POST
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public Response signOut(RoutingContext context) {
        FormAuthenticationMechanism.logout(context);
        return PageActions.goTo("/ui/sign-in?signed-out=true");
    }
}

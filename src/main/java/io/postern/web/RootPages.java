package io.postern.web;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Who types only the host's name wants the pages. */
@Path("/")
public class RootPages {
    @GET
    @PermitAll
    @Operation(hidden = true)
    public Response root() {
        return PageActions.goTo("/ui");
    }
}

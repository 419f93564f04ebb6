package io.postern.web;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Signing in. The posted form itself is read by the framework before it gets here. */
@Path("/ui/sign-in")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class SignInPages {
    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance signIn(boolean failed, boolean signedOut);
    }

    /** A fragment asked for after the session ended must replace the whole page. */
    @GET
    @PermitAll
    @Operation(hidden = true)
    public Response signIn(
            @QueryParam("failed") @DefaultValue("false") boolean failed,
            @QueryParam("signed-out") @DefaultValue("false") boolean signedOut,
            @HeaderParam("HX-Request") String fragment) {
        Response.ResponseBuilder page = Response.ok(Templates.signIn(failed, signedOut));
        return (fragment == null ? page : page.header("HX-Refresh", "true")).build();
    }
}

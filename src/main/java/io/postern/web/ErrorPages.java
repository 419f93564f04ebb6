package io.postern.web;

import io.postern.problem.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Failures of pages as pages: people get no JSON. */
public class ErrorPages {
    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance error(int status, String title, String detail, String id);
    }

    @ServerResponseFilter
    public void show(ContainerRequestContext request, ContainerResponseContext response) {
        int status = response.getStatus();
        boolean unshown = response.getEntity() == null || response.getEntity() instanceof Problem;
        if (status < 400 || !unshown || !isPage(request)) {
            return;
        }
        if (status == 401) {
            signIn(request, response);
            return;
        }
        Problem problem = (Problem) response.getEntity();
        String page =
                Templates.error(
                                status,
                                title(status, problem),
                                detail(status, problem),
                                problem == null || status < 500 ? null : problem.requestId())
                        .render();
        response.setEntity(page, null, MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"));
    }

    /**
     * A wrong password, or the session of an account that was disabled. Its cookie must go: the
     * sign-in page would be refused with it, too.
     */
    private static void signIn(ContainerRequestContext request, ContainerResponseContext response) {
        boolean failed = request.getMethod().equals(HttpMethod.POST);
        response.setStatus(Response.Status.FOUND.getStatusCode());
        response.setEntity(null);
        response.getHeaders().remove(HttpHeaders.WWW_AUTHENTICATE);
        response.getHeaders().remove(HttpHeaders.CONTENT_TYPE);
        response.getHeaders()
                .putSingle(HttpHeaders.LOCATION, "/ui/sign-in" + (failed ? "?failed=true" : ""));
        response.getHeaders()
                .add(
                        HttpHeaders.SET_COOKIE,
                        "postern-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    }

    private static boolean isPage(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        return PageHeaders.isPage(path.startsWith("/") ? path : "/" + path);
    }

    private static String title(int status, Problem problem) {
        return switch (status) {
            case 400 -> problem == null ? "The form was not accepted" : problem.title();
            case 403 -> "You may not see this";
            case 404 -> "There is nothing here";
            default -> problem == null ? "That did not work" : problem.title();
        };
    }

    private static String detail(int status, Problem problem) {
        if (problem == null) {
            return status == 400
                    ? "It was sent without this page's token, or the page was open for too long. Go back, reload, and try again."
                    : "The request could not be served.";
        }
        return problem.detail();
    }
}

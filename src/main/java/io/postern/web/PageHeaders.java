package io.postern.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;

/** What browsers are told to refuse, and posts that no form of ours can have sent. */
@ApplicationScoped
public class PageHeaders {
    private static final int BEFORE_AUTHENTICATION = 400;
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String POLICY =
            "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none';"
                    + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    void register(@Observes Filters filters) {
        filters.register(this::apply, BEFORE_AUTHENTICATION);
    }

    private void apply(RoutingContext context) {
        String path = context.normalizedPath();
        if (!isPage(path)) {
            context.next();
            return;
        }
        HttpServerResponse response = context.response();
        response.putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "same-origin");
        if (!path.startsWith("/ui-assets/")) {
            response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        }
        // A body that is not read as a form would pass the token check by having no fields.
        if (context.request().method() == HttpMethod.POST && !isForm(context)) {
            response.setStatusCode(400)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .end("Pages take only forms.\n");
            return;
        }
        context.next();
    }

    static boolean isPage(String path) {
        return path.equals("/ui") || path.startsWith("/ui/") || path.startsWith("/ui-assets/");
    }

    private static boolean isForm(RoutingContext context) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM);
    }
}

package io.postern.policy.api;

import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.regex.Pattern;

/** Gives every answer of the AuthZEN API, refusals included, the request's own X-Request-ID. */
@ApplicationScoped
class AccessRequestId {
    private static final String HEADER = "X-Request-ID";
    private static final int FIRST = -1_000;
    private static final Pattern SAFE = Pattern.compile("[\\x21-\\x7e]{1,128}");

    void register(@Observes Router router) {
        router.route("/access/*")
                .order(FIRST)
                .handler(
                        context -> {
                            String id = context.request().getHeader(HEADER);
                            if (id != null && SAFE.matcher(id).matches()) {
                                context.response().putHeader(HEADER, id);
                            }
                            context.next();
                        });
    }
}

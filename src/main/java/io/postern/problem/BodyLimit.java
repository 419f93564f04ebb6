package io.postern.problem;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.UUID;

/** Answers a body that announces itself as too large before a byte of it is read. */
@ApplicationScoped
public class BodyLimit {
    /** Settings of the HTTP door. */
    @ConfigMapping(prefix = "postern.http")
    public interface Limits {
        /** Largest request body in bytes. */
        @WithDefault("16777216")
        long maxBodyBytes();
    }

    private static final int BEFORE_AUTHENTICATION = 500;

    private final Limits limits;
    private final ObjectMapper json;

    BodyLimit(Limits limits, ObjectMapper json) {
        this.limits = limits;
        this.json = json;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, BEFORE_AUTHENTICATION);
    }

    private void check(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null || !isOver(length)) {
            context.next();
            return;
        }
        Problem problem =
                Problem.of(
                        ErrorCode.BODY_TOO_LARGE,
                        "at most " + limits.maxBodyBytes() + " bytes are read",
                        UUID.randomUUID().toString(),
                        List.of());
        context.response()
                .setStatusCode(ErrorCode.BODY_TOO_LARGE.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(json.valueToTree(problem).toString());
    }

    private boolean isOver(String length) {
        try {
            return Long.parseLong(length.strip()) > limits.maxBodyBytes();
        } catch (NumberFormatException e) {
            return false;
        }
    }
}

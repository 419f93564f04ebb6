package io.postern.change.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.change.ChangeRequest;
import io.postern.change.ChangeService;
import io.postern.change.IdempotencyService;
import io.postern.change.IdempotentAnswer;
import io.postern.security.Actor;
import io.postern.security.CurrentActor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.function.Supplier;

/** Runs actions once per Idempotency-Key and writes their answers. */
@ApplicationScoped
class ChangeAnswers {
    static final String KEY = "Idempotency-Key";

    /** An action as somebody. */
    @FunctionalInterface
    interface Action {
        ChangeRequest by(Actor actor);
    }

    private final ChangeService service;
    private final IdempotencyService idempotency;
    private final CurrentActor actor;
    private final ObjectMapper json;

    ChangeAnswers(
            ChangeService service,
            IdempotencyService idempotency,
            CurrentActor actor,
            ObjectMapper json) {
        this.service = service;
        this.idempotency = idempotency;
        this.actor = actor;
        this.json = json;
    }

    Response once(
            String key, String what, String ifMatch, Object request, int status, Action action) {
        Actor by = actor.get();
        String fingerprint = what + " " + ifMatch + " " + write(request);
        Supplier<IdempotentAnswer> run =
                () -> {
                    ChangeRequest change = action.by(by);
                    return new IdempotentAnswer(
                            status,
                            "/api/v1/change-requests/" + change.id(),
                            etag(change),
                            write(response(change)));
                };
        IdempotentAnswer answer = idempotency.once(by.name(), key, fingerprint, run);
        Response.ResponseBuilder builder =
                Response.status(answer.status())
                        .type(MediaType.APPLICATION_JSON)
                        .header(HttpHeaders.ETAG, answer.etag())
                        .entity(answer.body());
        return (status == 201 ? builder.header(HttpHeaders.LOCATION, answer.location()) : builder)
                .build();
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("answers are plain data", e);
        }
    }

    ChangeRequestResponse response(ChangeRequest change) {
        return ChangeRequestResponse.of(change, service.approvals(change.id()));
    }

    static String etag(ChangeRequest change) {
        return "\"" + change.version() + "\"";
    }

    static String text(String optional) {
        return optional == null ? "" : optional;
    }
}

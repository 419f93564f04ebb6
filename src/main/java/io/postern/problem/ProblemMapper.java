package io.postern.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.persistence.OptimisticLockException;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Maps every failure to a problem; what nobody foresaw becomes a bare 500 with an incident id. */
public class ProblemMapper {
    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);
    private static final int RETRY_AFTER_SECONDS = 2;
    private static final List<String> CHALLENGES =
            List.of("Basic realm=\"postern\"", "Bearer realm=\"postern\"");

    @ServerExceptionMapper
    public Response domain(DomainException e) {
        Response.ResponseBuilder builder = builder(e.code(), e.getMessage(), e.faults());
        return e.code() == ErrorCode.UNAVAILABLE
                ? builder.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS).build()
                : builder.build();
    }

    @ServerExceptionMapper
    public Response validation(ConstraintViolationException e) {
        List<DomainException.Fault> faults =
                e.getConstraintViolations().stream()
                        .map(
                                v ->
                                        new DomainException.Fault(
                                                pointer(v.getPropertyPath()), v.getMessage()))
                        .sorted((a, b) -> a.pointer().compareTo(b.pointer()))
                        .toList();
        return answer(ErrorCode.INVALID_FIELD, faults.size() + " field(s) not valid", faults);
    }

    private static String pointer(Path path) {
        // The first two nodes are the method and its parameter.
        List<String> nodes = new ArrayList<>();
        for (Path.Node node : path) {
            if (node.getIndex() != null) {
                nodes.add(String.valueOf(node.getIndex()));
            }
            if (node.getKind() != ElementKind.CONTAINER_ELEMENT) {
                nodes.add(node.getName());
            }
        }
        return nodes.size() <= 2
                ? "/" + String.join("/", nodes.subList(Math.min(1, nodes.size()), nodes.size()))
                : "/" + String.join("/", nodes.subList(2, nodes.size()));
    }

    @ServerExceptionMapper
    public Response unreadable(JsonProcessingException e) {
        String pointer = e instanceof JsonMappingException mapping ? pointer(mapping) : "";
        String message;
        if (e instanceof UnrecognizedPropertyException unknown) {
            String known =
                    unknown.getKnownPropertyIds() == null
                            ? ""
                            : unknown.getKnownPropertyIds().stream()
                                    .map(String::valueOf)
                                    .sorted()
                                    .collect(Collectors.joining(", "));
            message = "unknown field '" + unknown.getPropertyName() + "'; allowed: " + known;
        } else if (e.getLocation() != null) {
            message =
                    "not the JSON expected here, line "
                            + e.getLocation().getLineNr()
                            + " column "
                            + e.getLocation().getColumnNr();
        } else {
            message = "not the JSON expected here";
        }
        return answer(
                ErrorCode.MALFORMED_REQUEST,
                message,
                List.of(new DomainException.Fault(pointer, message)));
    }

    /** Named apart, or the framework's own mapper for it comes first. */
    @ServerExceptionMapper
    public Response mismatched(MismatchedInputException e) {
        return unreadable(e);
    }

    private static String pointer(JsonMappingException e) {
        return e.getPath().stream()
                .map(
                        part ->
                                part.getFieldName() != null
                                        ? part.getFieldName().replace("~", "~0").replace("/", "~1")
                                        : String.valueOf(part.getIndex()))
                .collect(Collectors.joining("/", "/", ""));
    }

    @ServerExceptionMapper
    public Response stale(OptimisticLockException e) {
        return answer(
                ErrorCode.STALE,
                "somebody else changed it at the same moment; read it again",
                List.of());
    }

    @ServerExceptionMapper
    public Response notAuthenticated(UnauthorizedException e) {
        return challenge("this needs a signed-in user or agent");
    }

    @ServerExceptionMapper
    public Response authenticationFailed(AuthenticationFailedException e) {
        return challenge("name or password, or token, not accepted");
    }

    private static Response challenge(String detail) {
        Response.ResponseBuilder builder = builder(ErrorCode.NOT_AUTHENTICATED, detail, List.of());
        CHALLENGES.forEach(challenge -> builder.header(HttpHeaders.WWW_AUTHENTICATE, challenge));
        return builder.build();
    }

    @ServerExceptionMapper
    public Response notPermitted(ForbiddenException e) {
        return answer(ErrorCode.NOT_PERMITTED, "this needs a role that you do not have", List.of());
    }

    @ServerExceptionMapper
    public Response web(WebApplicationException e) {
        // Jackson's failures arrive wrapped; the cause tells more.
        if (e.getCause() instanceof JsonProcessingException json) {
            return unreadable(json);
        }
        int status = e.getResponse().getStatus();
        if (status < 400) {
            return e.getResponse();
        }
        return switch (status) {
            case 400 ->
                    answer(ErrorCode.MALFORMED_REQUEST, "the request cannot be read", List.of());
            case 401 -> challenge("this needs a signed-in user or agent");
            case 403 ->
                    answer(
                            ErrorCode.NOT_PERMITTED,
                            "this needs a role that you do not have",
                            List.of());
            case 404 -> answer(ErrorCode.NOT_FOUND, "nothing is at this address", List.of());
            case 405 ->
                    answer(
                            ErrorCode.METHOD_NOT_ALLOWED,
                            "the method does not exist at this address",
                            List.of());
            case 406 ->
                    answer(
                            ErrorCode.NOT_ACCEPTABLE,
                            "the Accept header names no form we have",
                            List.of());
            case 413 -> answer(ErrorCode.BODY_TOO_LARGE, "the body is over the limit", List.of());
            case 415 ->
                    answer(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "send application/json", List.of());
            default ->
                    status >= 500
                            ? unforeseen(e)
                            : answer(
                                    ErrorCode.MALFORMED_REQUEST,
                                    "the request cannot be served",
                                    List.of());
        };
    }

    @ServerExceptionMapper
    public Response unforeseen(Exception e) {
        String incident = UUID.randomUUID().toString();
        LOG.errorf(e, "Unforeseen failure, incident=%s", incident);
        return Response.status(500)
                .type(Problem.MEDIA_TYPE)
                .entity(
                        Problem.of(
                                ErrorCode.INTERNAL,
                                "the log has it under this request id",
                                incident,
                                List.of()))
                .build();
    }

    private static Response answer(
            ErrorCode code, String detail, List<DomainException.Fault> faults) {
        return builder(code, detail, faults).build();
    }

    private static Response.ResponseBuilder builder(
            ErrorCode code, String detail, List<DomainException.Fault> faults) {
        return Response.status(code.status())
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(code, detail, UUID.randomUUID().toString(), faults));
    }
}

package io.postern.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** The RFC 9457 document of a failed request, {@code application/problem+json}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String requestId,
        List<FieldProblem> errors) {
    public static final String MEDIA_TYPE = "application/problem+json";

    /** One faulty field of the request. */
    public record FieldProblem(String pointer, String message) {}

    static Problem of(
            ErrorCode code, String detail, String requestId, List<DomainException.Fault> faults) {
        return new Problem(
                "urn:postern:problem:" + code.code(),
                code.title(),
                code.status(),
                detail,
                requestId,
                faults.isEmpty()
                        ? null
                        : faults.stream()
                                .map(f -> new FieldProblem(f.pointer(), f.message()))
                                .toList());
    }
}

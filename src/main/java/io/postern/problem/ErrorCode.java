package io.postern.problem;

import java.util.Locale;

/**
 * Every way a request can fail, once: the code names the RFC 9457 problem type {@code
 * urn:postern:problem:<code>} and carries its HTTP status. docs/errors.md has a row for each.
 */
public enum ErrorCode {
    MALFORMED_REQUEST(400, "The request cannot be read"),
    INVALID_FIELD(400, "A field is not valid"),
    IDEMPOTENCY_KEY_MISSING(400, "The Idempotency-Key header is missing or not valid"),
    NOT_AUTHENTICATED(401, "Sign in first"),
    NOT_PERMITTED(403, "Your roles do not allow this"),
    OWN_APPROVAL(403, "The author never approves"),
    ENROLMENT_TOKEN_UNKNOWN(403, "The enrolment token is not known"),
    ENROLMENT_TOKEN_USED(403, "The enrolment token has been used"),
    ENROLMENT_TOKEN_EXPIRED(403, "The enrolment token has expired"),
    NOT_FOUND(404, "There is no such thing"),
    METHOD_NOT_ALLOWED(405, "This method does not exist here"),
    NOT_ACCEPTABLE(406, "The answer cannot be given in that form"),
    WRONG_STATE(409, "Not possible in this state"),
    BASE_MOVED(409, "The base revision is no longer the newest"),
    ANALYSIS_CHANGED(409, "The analysis has changed since it was shown"),
    ROLLOUT_RUNNING(409, "Another rollout touches these servers"),
    ALREADY_EXISTS(409, "It exists already"),
    STALE(412, "It has changed since you read it"),
    BODY_TOO_LARGE(413, "The request body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body's media type is not understood"),
    INVALID_POLICY(422, "The policy is not valid"),
    EMPTY_POLICY(422, "A revision with no grants cannot be applied"),
    GUARDRAIL(422, "A hard guardrail refuses it"),
    IDEMPOTENCY_KEY_REUSED(422, "The Idempotency-Key was used for another request"),
    IF_MATCH_MISSING(428, "The If-Match header is missing"),
    INTERNAL(500, "Something went wrong on our side"),
    UNAVAILABLE(503, "Not ready yet");

    private final int status;
    private final String title;

    ErrorCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The problem type's last part: the name in lower case with hyphens. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public int status() {
        return status;
    }

    /** One plain sentence that is the same for every occurrence. */
    public String title() {
        return title;
    }
}

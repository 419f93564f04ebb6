package io.postern.problem;

import java.util.List;
import java.util.Objects;

/** A refusal with its error code, for a user to read. Carries no stack into an answer. */
public final class DomainException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * One faulty field.
     *
     * @param pointer RFC 6901 pointer into the request; empty = the whole
     */
    public record Fault(String pointer, String message) {}

    private final ErrorCode code;
    private final transient List<Fault> faults;

    public DomainException(ErrorCode code, String detail) {
        this(code, detail, List.of());
    }

    public DomainException(ErrorCode code, String detail, List<Fault> faults) {
        super(detail);
        this.code = Objects.requireNonNull(code);
        this.faults = List.copyOf(faults);
    }

    public ErrorCode code() {
        return code;
    }

    /** The faulty fields; empty = none in particular. */
    public List<Fault> faults() {
        return faults == null ? List.of() : faults;
    }
}

package io.postern.policy;

import java.util.List;
import java.util.stream.Collectors;

/** A policy text or edit that cannot stand; it carries every fault found, in order of place. */
public final class InvalidPolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<PolicyError> errors;

    public InvalidPolicyException(List<PolicyError> errors) {
        super(errors.stream().map(PolicyError::message).collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
    }

    /** At least one. */
    public List<PolicyError> errors() {
        return errors;
    }
}

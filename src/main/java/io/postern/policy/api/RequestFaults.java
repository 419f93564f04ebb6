package io.postern.policy.api;

import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one request, up to a limit. For one thread. */
final class RequestFaults {
    /** More help nobody; reading stops there. */
    static final int LIMIT = 100;

    private static final int SHOWN_CHARACTERS = 400;

    private final List<DomainException.Fault> faults = new ArrayList<>();
    private boolean malformed;

    /** A value that is not allowed. */
    void invalid(String pointer, String message) {
        faults.add(new DomainException.Fault(pointer, shortened(message)));
    }

    /** Not the form that is expected: an unknown or repeated field, or a value of another type. */
    void malformed(String pointer, String message) {
        malformed = true;
        invalid(pointer, message);
    }

    /** A text cut to what fits an error message. */
    static String shortened(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    }

    boolean areFull() {
        return faults.size() >= LIMIT;
    }

    boolean areNone() {
        return faults.isEmpty();
    }

    /**
     * Refuses the request if there was a fault.
     *
     * @throws DomainException MALFORMED_REQUEST if one was of form, else INVALID_FIELD
     */
    void refuseIfAny() {
        if (!faults.isEmpty()) {
            throw refusal();
        }
    }

    private DomainException refusal() {
        String detail =
                faults.size() == 1
                        ? faults.get(0).message()
                        : areFull()
                                ? "reading stopped after " + LIMIT + " faults; there may be more"
                                : faults.size() + " faults";
        return new DomainException(
                malformed ? ErrorCode.MALFORMED_REQUEST : ErrorCode.INVALID_FIELD, detail, faults);
    }
}

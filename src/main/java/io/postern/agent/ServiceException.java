package io.postern.agent;

import java.util.List;

/** The service could not be reached, or did not do what was asked. The message is for people. */
public final class ServiceException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient List<String> pointers;

    /**
     * @param status HTTP status; 0 = no answer that could be read
     */
    ServiceException(int status, String message, Throwable cause) {
        this(status, message, List.of(), cause);
    }

    /**
     * @param pointers of the faulty fields of the request (RFC 6901)
     */
    ServiceException(int status, String message, List<String> pointers, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.pointers = List.copyOf(pointers);
    }

    /** Pointers to the faulty fields of the request; empty = none in particular. */
    List<String> pointers() {
        return pointers == null ? List.of() : pointers;
    }

    /** Whether the service understood the request and does not take it, now or ever. */
    boolean isRefusal() {
        return status == 400 || status == 404 || status == 409 || status == 422;
    }

    /** HTTP status; 0 = no answer that could be read. */
    public int status() {
        return status;
    }
}

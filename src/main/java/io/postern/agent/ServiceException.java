package io.postern.agent;

/** The service could not be reached, or did not do what was asked. The message is for people. */
public final class ServiceException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /**
     * @param status HTTP status; 0 = no answer that could be read
     */
    ServiceException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** HTTP status; 0 = no answer that could be read. */
    public int status() {
        return status;
    }
}

package io.postern.agent.program;

import java.io.IOException;

/** A program could not be started: nothing has changed. */
public final class NotStartedException extends IOException {
    private static final long serialVersionUID = 1;

    public NotStartedException(String message, Throwable cause) {
        super(message, cause);
    }
}

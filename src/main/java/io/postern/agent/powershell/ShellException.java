package io.postern.agent.powershell;

import java.io.IOException;

/** A script that did not run to its end. */
public final class ShellException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean begun;

    /**
     * @param begun whether it may have acted; false = it certainly did not
     */
    public ShellException(String message, boolean begun, Throwable cause) {
        super(message, cause);
        this.begun = begun;
    }

    /** Whether the script may have acted. */
    public boolean begun() {
        return begun;
    }
}

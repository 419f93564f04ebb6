package io.postern.policy;

import java.util.Objects;

/**
 * One fault in a policy text.
 *
 * @param line 1-based line; 0 = unknown
 * @param column 1-based column; 0 = unknown
 * @param pointer RFC 6901 pointer to the faulty value, such as {@code /grants/0/from/addresses/2};
 *     empty = the whole
 * @param message what is wrong and what is allowed
 */
public record PolicyError(int line, int column, String pointer, String message) {
    public PolicyError {
        Objects.requireNonNull(pointer);
        Objects.requireNonNull(message);
    }

    /** The command line's form, {@code file:line:column: message}. */
    public String at(String file) {
        return file + ":" + line + ":" + column + ": " + message;
    }
}

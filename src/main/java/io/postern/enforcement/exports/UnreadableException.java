package io.postern.enforcement.exports;

/** A file that cannot be read any further. */
public final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Where, from 1. */
    public final int line;

    /** Where in that line, from 1. */
    public final int column;

    /**
     * @param line from 1
     * @param column from 1
     * @param message for a user, without the place
     */
    public UnreadableException(int line, int column, String message) {
        super(message);
        this.line = line;
        this.column = column;
    }
}

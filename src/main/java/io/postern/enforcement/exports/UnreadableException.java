package io.postern.enforcement.exports;

/** A file that cannot be read any further. */
final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    final int line;
    final int column;

    UnreadableException(int line, int column, String message) {
        super(message);
        this.line = line;
        this.column = column;
    }
}

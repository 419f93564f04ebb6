package io.postern.enforcement.exports;

import java.util.List;

/** Exports that cannot be read; each line is {@code file:line:column: message} for a user. */
public final class ExportException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> lines;

    /**
     * @param lines at least one
     */
    public ExportException(List<String> lines) {
        super(String.join("\n", lines));
        this.lines = List.copyOf(lines);
    }

    /** Every fault found, in the order of the files. */
    public List<String> lines() {
        return lines;
    }
}

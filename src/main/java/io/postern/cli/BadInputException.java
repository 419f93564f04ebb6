package io.postern.cli;

import java.util.List;

/** Input that a verb cannot work on; each line is ready for a user to read. Exit code 2. */
final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final int EXIT = 2;

    private final transient List<String> lines;

    BadInputException(List<String> lines) {
        super(String.join("\n", lines));
        this.lines = List.copyOf(lines);
    }

    BadInputException(String line) {
        this(List.of(line));
    }

    List<String> lines() {
        return lines;
    }
}

package io.postern.cli.demo;

/** A step of the story did not turn out as it must; the message says what happened instead. */
public final class StoryException extends Exception {
    private static final long serialVersionUID = 1L;

    public StoryException(String message) {
        super(message);
    }
}

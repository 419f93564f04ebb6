package io.postern.agent;

import java.io.IOException;

/** The service's answer is larger than anything it should say; it was not read to the end. */
final class AnswerTooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    AnswerTooLargeException(long limit) {
        super("the answer is larger than " + limit + " bytes");
    }
}

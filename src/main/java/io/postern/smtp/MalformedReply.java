package io.postern.smtp;

import java.util.Objects;

/**
 * Bytes that are no SMTP reply. After one, nothing that follows on the connection can be trusted.
 *
 * @param reason a sentence for a user to read; holds no unbounded server text
 */
public record MalformedReply(String reason) implements ReplyRead {
    public MalformedReply {
        Objects.requireNonNull(reason);
    }
}

package io.postern.fleet;

import java.time.Instant;
import java.util.List;

/**
 * Permission to enrol one agent, once. The token itself is shown once and kept only as a hash.
 *
 * @param usedAt null = not used
 */
public record EnrolmentToken(
        long id, List<String> servers, String createdBy, Instant expiresAt, Instant usedAt) {
    public EnrolmentToken {
        servers = List.copyOf(servers);
    }
}

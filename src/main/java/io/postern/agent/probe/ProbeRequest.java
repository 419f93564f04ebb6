package io.postern.agent.probe;

import io.postern.smtp.ProbeSettings;
import java.net.InetSocketAddress;
import java.util.Objects;

/** One probe to make. */
public record ProbeRequest(
        InetSocketAddress target,
        ProbeSource source,
        ProbeSettings settings,
        ProbeTimeouts timeouts) {
    public ProbeRequest {
        Objects.requireNonNull(target);
        Objects.requireNonNull(source);
        Objects.requireNonNull(settings);
        Objects.requireNonNull(timeouts);
    }
}

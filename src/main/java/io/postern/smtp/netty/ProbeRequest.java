package io.postern.smtp.netty;

import io.postern.smtp.ProbeOptions;
import io.postern.smtp.ProbeSettings;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * One probe to make.
 *
 * @param target a resolved address: which family is asked is thereby said; an unresolved one ends
 *     as NOT_RUN
 */
public record ProbeRequest(
        InetSocketAddress target,
        ProbeSource source,
        ProbeSettings settings,
        ProbeTimeouts timeouts,
        ProbeOptions options) {
    public ProbeRequest {
        Objects.requireNonNull(target);
        Objects.requireNonNull(source);
        Objects.requireNonNull(settings);
        Objects.requireNonNull(timeouts);
        Objects.requireNonNull(options);
    }

    /** The plain dialogue. */
    public ProbeRequest(
            InetSocketAddress target,
            ProbeSource source,
            ProbeSettings settings,
            ProbeTimeouts timeouts) {
        this(target, source, settings, timeouts, ProbeOptions.PLAIN);
    }
}

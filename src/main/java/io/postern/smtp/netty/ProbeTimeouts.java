package io.postern.smtp.netty;

import java.time.Duration;

/**
 * How long a probe waits. A refused relay is answered only after the server's tarpit, so the read
 * timeout must be longer than that.
 *
 * @param connect for the connection
 * @param read for each complete reply
 * @param total for the whole probe
 */
public record ProbeTimeouts(Duration connect, Duration read, Duration total) {
    /** A connector's tarpit is 10 minutes at the most. */
    private static final Duration MAX = Duration.ofMinutes(11);

    public ProbeTimeouts {
        requireInRange("connect", connect);
        requireInRange("read", read);
        requireInRange("total", total);
    }

    private static void requireInRange(String what, Duration value) {
        if (value.toMillis() < 1 || value.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    what + " timeout out of range (1 ms to 11 minutes): " + value);
        }
    }

    /**
     * The usual ones for a server: 10 s to connect, the longer of 20 s and tarpit + 10 s for a
     * reply.
     */
    public static ProbeTimeouts forTarpit(Duration tarpit) {
        Duration connect = Duration.ofSeconds(10);
        Duration afterTarpit = tarpit.plusSeconds(10);
        Duration usual = Duration.ofSeconds(20);
        Duration read = afterTarpit.compareTo(usual) > 0 ? afterTarpit : usual;
        return new ProbeTimeouts(connect, read, total(connect, read));
    }

    /** The same with another time to connect. */
    public ProbeTimeouts withConnect(Duration other) {
        return new ProbeTimeouts(other, read, total(other, read));
    }

    /** Three replies may be late, as far as the bound lets them. */
    private static Duration total(Duration connect, Duration read) {
        Duration wanted = connect.plus(read.multipliedBy(3));
        return wanted.compareTo(MAX) > 0 ? MAX : wanted;
    }
}

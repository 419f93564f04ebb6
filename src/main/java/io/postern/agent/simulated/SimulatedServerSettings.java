package io.postern.agent.simulated;

import io.postern.enforcement.Binding;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a simulated Exchange server is.
 *
 * @param serverName short name, e.g. {@code ex01}
 * @param fqdn name in banner and EHLO reply
 * @param acceptedDomains own domains; {@code *.domain} = its subdomains, {@code *} = any (an open
 *     relay, as on a real server)
 * @param listen where to listen; port 0 = one the system chooses
 * @param token what a PROXY header must carry to be believed; 16 bytes or more
 * @param maxSessions sessions at a time, 1 to 1,000
 * @param defaultLocal the address and port that real sessions count as connected to
 * @param idleTimeout silence after which a session is ended
 * @param proxyWait how long a loopback client is given to begin a PROXY header before it gets the
 *     banner; every real loopback session is delayed by it
 * @param protocolLog file for the SmtpReceive protocol log; null = none
 * @param clock for the banner and the records
 */
public record SimulatedServerSettings(
        String serverName,
        String fqdn,
        List<String> acceptedDomains,
        InetSocketAddress listen,
        byte[] token,
        int maxSessions,
        Binding defaultLocal,
        Duration idleTimeout,
        Duration proxyWait,
        Path protocolLog,
        Clock clock) {
    /** Sessions of one source at a time: Exchange's MaxInboundConnectionPerSource. */
    public static final int MAX_SESSIONS_PER_SOURCE = 20;

    public SimulatedServerSettings {
        Objects.requireNonNull(serverName);
        Objects.requireNonNull(fqdn);
        acceptedDomains = List.copyOf(acceptedDomains);
        Objects.requireNonNull(listen);
        token = token.clone();
        if (token.length < 16) {
            throw new IllegalArgumentException("the simulation token has less than 16 bytes");
        }
        if (maxSessions < 1 || maxSessions > 1000) {
            throw new IllegalArgumentException("maxSessions out of range (1 to 1000)");
        }
        Objects.requireNonNull(defaultLocal);
        if (idleTimeout.toMillis() < 1 || proxyWait.isNegative()) {
            throw new IllegalArgumentException("a timeout is not positive");
        }
        Objects.requireNonNull(clock);
    }

    /**
     * The usual server: idle timeout 5 minutes, half a second for a PROXY header, no protocol log.
     */
    public static SimulatedServerSettings of(
            String serverName,
            String fqdn,
            List<String> acceptedDomains,
            InetSocketAddress listen,
            byte[] token,
            int maxSessions,
            Binding defaultLocal,
            Clock clock) {
        return new SimulatedServerSettings(
                serverName,
                fqdn,
                acceptedDomains,
                listen,
                token,
                maxSessions,
                defaultLocal,
                Duration.ofMinutes(5),
                Duration.ofMillis(500),
                null,
                clock);
    }

    /** The same with a protocol log. */
    public SimulatedServerSettings withProtocolLog(Path file) {
        return new SimulatedServerSettings(
                serverName,
                fqdn,
                acceptedDomains,
                listen,
                token,
                maxSessions,
                defaultLocal,
                idleTimeout,
                proxyWait,
                file,
                clock);
    }

    /** The same with other waiting times. */
    public SimulatedServerSettings withTimeouts(Duration idle, Duration proxy) {
        return new SimulatedServerSettings(
                serverName,
                fqdn,
                acceptedDomains,
                listen,
                token,
                maxSessions,
                defaultLocal,
                idle,
                proxy,
                protocolLog,
                clock);
    }

    @Override
    public byte[] token() {
        return token.clone();
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "SimulatedServerSettings[" + serverName + " on " + listen + "]";
    }
}

package io.postern.agent.simulated;

import io.postern.enforcement.Binding;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.Address;
import io.postern.smtp.ProxyDecoder;
import io.postern.smtp.ProxyHeader;
import io.postern.smtp.ProxyProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One session of a client with the simulated server, from the first byte to the close. */
final class ServerSession {
    static final String NO_SERVICE = "421 4.3.2 Service not available";
    static final String TOO_MANY_OF_SOURCE =
            "421 4.3.2 The maximum number of concurrent connections from this source has exceeded"
                    + " a limit, closing transmission channel";
    private static final int MAX_NAME_BYTES = 256;

    private final SimulatedExchange server;
    private final ClientConnection connection;
    private final InetAddress peer;
    private final int peerPort;
    private final InetAddress local;
    private final String sessionId;

    ServerSession(
            SimulatedExchange server,
            ClientConnection connection,
            InetAddress peer,
            int peerPort,
            InetAddress local,
            String sessionId) {
        this.server = server;
        this.connection = connection;
        this.peer = peer;
        this.peerPort = peerPort;
        this.local = local;
        this.sessionId = sessionId;
    }

    void run() throws IOException {
        // Nobody but a process of this machine can be the server's own agent.
        Duration wait = peer.isLoopbackAddress() ? server.settings().proxyWait() : Duration.ZERO;
        ProxyDecoder decoder = connection.awaitHeader(wait);
        Optional<SessionEndpoints> endpoints = endpoints(decoder);
        if (endpoints.isEmpty()) {
            refuse(real(), NO_SERVICE, "a PROXY header that is malformed or not our agent's");
            return;
        }
        Optional<String> dropped = server.drops(endpoints.get());
        if (dropped.isPresent()) {
            drop(endpoints.get(), dropped.get());
            return;
        }
        if (!server.sources().enter(endpoints.get().source())) {
            refuse(endpoints.get(), TOO_MANY_OF_SOURCE, "too many sessions of this source");
            return;
        }
        try {
            serve(endpoints.get());
        } finally {
            server.sources().leave(endpoints.get().source());
        }
    }

    /** Empty if there is a header that must not be believed. */
    private Optional<SessionEndpoints> endpoints(ProxyDecoder decoder) {
        return switch (decoder.state()) {
            case NOT_PROXY -> Optional.of(real());
            case NEED_MORE ->
                    decoder.received().length == 0 ? Optional.of(real()) : Optional.empty();
            case MALFORMED -> Optional.empty();
            case HEADER -> trusted(decoder.header());
        };
    }

    private Optional<SessionEndpoints> trusted(ProxyHeader header) {
        byte[] token = header.tlv(ProxyProtocol.SIMULATION_TOKEN).orElse(new byte[0]);
        if (!peer.isLoopbackAddress()
                || !MessageDigest.isEqual(token, server.settings().token())
                || name(header, ProxyProtocol.ACCOUNT_NAME) == null
                || name(header, ProxyProtocol.COMPUTER_NAME) == null
                || name(header, ProxyProtocol.ACCOUNT_SID) == null
                || name(header, ProxyProtocol.COMPUTER_SID) == null) {
            return Optional.empty();
        }
        if (!header.namesEndpoints()) {
            return Optional.of(real());
        }
        return Optional.of(
                new SessionEndpoints(
                        server.faults().seen(header.source()),
                        header.sourcePort(),
                        header.destination(),
                        header.destinationPort(),
                        true,
                        emptyToNull(name(header, ProxyProtocol.ACCOUNT_NAME)),
                        emptyToNull(name(header, ProxyProtocol.COMPUTER_NAME)),
                        emptyToNull(name(header, ProxyProtocol.ACCOUNT_SID)),
                        emptyToNull(name(header, ProxyProtocol.COMPUTER_SID))));
    }

    /** Empty if absent, null if too long. */
    private static String name(ProxyHeader header, int type) {
        byte[] value = header.tlv(type).orElse(new byte[0]);
        return value.length > MAX_NAME_BYTES ? null : new String(value, StandardCharsets.UTF_8);
    }

    private static String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** The real client, as if it had connected to the server's configured address and port. */
    private SessionEndpoints real() {
        Address source = SocketAddresses.addressOf(peer);
        Binding configured = server.settings().defaultLocal();
        // The other family has no configured address: the one really connected to serves.
        boolean sameFamily = configured.address().family() == source.family();
        return new SessionEndpoints(
                source,
                peerPort,
                sameFamily ? configured.address() : SocketAddresses.addressOf(local),
                configured.port(),
                false,
                null,
                null,
                null,
                null);
    }

    /** A real client gets nothing at all, our own agent the word that it was dropped. */
    private void drop(SessionEndpoints endpoints, String why) throws IOException {
        record(endpoints, null, SessionPermissions.NONE.words(), "dropped by the firewall: " + why);
        if (endpoints.simulated()) {
            connection.write(List.of(ProxyProtocol.SIMULATED_DROP + ": " + why));
        }
    }

    private void refuse(SessionEndpoints endpoints, String reply, String why) throws IOException {
        record(endpoints, null, SessionPermissions.NONE.words(), why);
        connection.write(List.of(reply));
    }

    private void serve(SessionEndpoints endpoints) throws IOException {
        Optional<ReceiveConnector> chosen =
                server.choose(endpoints.local(), endpoints.localPort(), endpoints.source());
        if (chosen.isEmpty()) {
            refuse(endpoints, NO_SERVICE, "no connector matches");
            return;
        }
        ReceiveConnector connector = chosen.get();
        String permissions = SessionPermissions.of(connector).words();
        record(endpoints, connector.name(), permissions, null);
        ReceiveLog.Session log = server.log(connector, sessionId, endpoints);
        log.write('+', "", "");
        String context = "Remote";
        try {
            if (talk(connector, endpoints, log, permissions)) {
                context = "Local";
            }
        } finally {
            log.write('-', "", context);
        }
    }

    /** Whether it was the server that ended the session. */
    private boolean talk(
            ReceiveConnector connector,
            SessionEndpoints endpoints,
            ReceiveLog.Session log,
            String permissions)
            throws IOException {
        ServerDialogue dialogue =
                new ServerDialogue(
                        connector,
                        server.settings().fqdn(),
                        server.settings().acceptedDomains(),
                        endpoints.source().toString());
        String banner = dialogue.banner(server.settings().clock().instant().atZone(ZoneOffset.UTC));
        if (server.faults().isNonsense()) {
            connection.write(List.of("\u00ff\u0001 what? \u0007 000-"));
            return true;
        }
        log.write('>', banner, "");
        connection.write(List.of(banner));
        if (server.faults().closesEarly()) {
            return true;
        }
        log.write('*', permissions, "Set Session Permissions");
        while (true) {
            String line;
            try {
                line = connection.readLine();
            } catch (ClientConnection.LineTooLongException e) {
                say(Answer.closing("500 5.5.2 Line too long"), log);
                return true;
            } catch (SocketTimeoutException e) {
                say(Answer.closing("451 4.7.0 Timeout waiting for client input"), log);
                return true;
            }
            if (line == null) {
                return false;
            }
            log.write('<', line, "");
            Answer answer =
                    server.faults().isTransient() && line.regionMatches(true, 0, "MAIL", 0, 4)
                            ? Answer.of("451 4.7.1 Try again later")
                            : dialogue.onLine(line);
            if (!answer(answer, connector, dialogue, log)) {
                return answer.then() == Answer.Then.CLOSE;
            }
        }
    }

    /** Whether the session goes on. */
    private boolean answer(
            Answer answer,
            ReceiveConnector connector,
            ServerDialogue dialogue,
            ReceiveLog.Session log)
            throws IOException {
        if (!connection.discard(answer.chunkBytes())) {
            return false;
        }
        Duration tarpit = tarpit(answer, connector);
        if (!tarpit.isZero()) {
            log.write('*', "Tarpit for '" + timeSpan(tarpit) + "'", "");
            server.waitUnlessClosed(tarpit);
        }
        say(answer, log);
        if (answer.then() != Answer.Then.MESSAGE) {
            return answer.then() == Answer.Then.COMMAND;
        }
        long bytes = connection.discardMessage();
        if (bytes < 0) {
            return false;
        }
        say(dialogue.onMessage(bytes, sessionId + "@" + server.settings().fqdn()), log);
        return true;
    }

    private Duration tarpit(Answer answer, ReceiveConnector connector) {
        Duration longer = server.faults().tarpit();
        if (longer != null && answer.lines().get(0).startsWith("5")) {
            return longer;
        }
        return answer.afterTarpit() ? Duration.ofMillis(connector.tarpitMillis()) : Duration.ZERO;
    }

    private void say(Answer answer, ReceiveLog.Session log) throws IOException {
        if (answer.accepted()) {
            server.countAccepted();
        }
        log.write('>', answer.logLine(), "");
        connection.write(answer.lines());
    }

    /** As .NET prints it: days, hours, minutes, seconds. */
    private static String timeSpan(Duration duration) {
        String text =
                String.format(
                        Locale.ROOT,
                        "%d.%02d:%02d:%02d",
                        duration.toDays(),
                        duration.toHoursPart(),
                        duration.toMinutesPart(),
                        duration.toSecondsPart());
        return duration.toMillisPart() == 0
                ? text
                : text + String.format(Locale.ROOT, ".%07d", duration.toNanosPart() / 100);
    }

    private void record(
            SessionEndpoints endpoints, String connector, String permissions, String refusal) {
        server.record(
                new SessionRecord(
                        server.settings().clock().instant(),
                        sessionId,
                        endpoints.source(),
                        endpoints.sourcePort(),
                        endpoints.local(),
                        endpoints.localPort(),
                        endpoints.simulated(),
                        endpoints.account(),
                        endpoints.computer(),
                        connector,
                        permissions,
                        refusal));
    }
}

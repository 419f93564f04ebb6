package io.postern.agent.simulated;

import io.postern.policy.Address;
import io.postern.smtp.ProxyProtocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A client that says whatever a test wants, and reads one reply at a time. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        this.in =
                new BufferedReader(
                        new InputStreamReader(
                                socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    static RawClient connect(int port) throws IOException {
        return new RawClient(new Socket(InetAddress.getByName("127.0.0.1"), port));
    }

    static RawClient connectFrom(String local, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(local, 0));
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return new RawClient(socket);
    }

    /** As a simulated source, the header sent. */
    static RawClient connectAs(String source, String destination, byte[] token, int port)
            throws IOException {
        RawClient client = connect(port);
        client.sendBytes(
                ProxyProtocol.header(
                        Address.parse(source),
                        40_000,
                        Address.parse(destination),
                        25,
                        Map.of(ProxyProtocol.SIMULATION_TOKEN, token)));
        return client;
    }

    void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(String line) throws IOException {
        sendBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends a line and returns the whole reply, its lines joined by line feeds. */
    String ask(String line) throws IOException {
        send(line);
        return reply();
    }

    /** The next reply, its lines joined by line feeds; "closed" at the end of the stream. */
    String reply() throws IOException {
        StringBuilder reply = new StringBuilder();
        while (true) {
            String line = in.readLine();
            if (line == null) {
                return "closed";
            }
            reply.append(reply.isEmpty() ? "" : "\n").append(line);
            if (line.length() < 4 || line.charAt(3) != '-') {
                return reply.toString();
            }
        }
    }

    /** Banner, EHLO and MAIL, each accepted. */
    RawClient ready() throws IOException {
        expect("220", reply());
        expect("250", ask("EHLO test"));
        expect("250", ask("MAIL FROM:<a@own.example>"));
        return this;
    }

    private static void expect(String code, String reply) {
        if (!reply.startsWith(code)) {
            throw new AssertionError("expected " + code + " but was: " + reply);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package io.postern.cli.selftest;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.Tier;
import io.postern.smtp.ProxyProtocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One SMTP dialogue with a simulated server, without anything of the product's prober or judge: it
 * must not share their mistakes.
 */
final class ChaosDialogue {
    private static final int TIMEOUT_MILLIS = 15_000;
    private static final int PORT = 25;
    private static final int SOURCE_PORT = 40_002;
    private static final int MAX_LINES = 50;

    private ChaosDialogue() {}

    /**
     * How far the server lets an address go: NONE, INTERNAL or RELAY.
     *
     * @param token of the simulated server
     * @throws IOException if the server gives no clear answer
     */
    static Tier ask(InetSocketAddress listener, byte[] token, Address source) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(listener, TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.ISO_8859_1));
            Address destination =
                    Address.parse(
                            source.family() == AddressFamily.IPV4 ? "192.0.2.25" : "2001:db8::25");
            out.write(
                    ProxyProtocol.header(
                            source,
                            SOURCE_PORT,
                            destination,
                            PORT,
                            Map.of(ProxyProtocol.SIMULATION_TOKEN, token)));
            if (code(in) != 220) {
                return Tier.NONE;
            }
            require(250, say(out, in, "EHLO chaos.invalid"), "EHLO");
            int mail = say(out, in, "MAIL FROM:<chaos@example.com>");
            if (mail == 530) {
                return Tier.NONE;
            }
            require(250, mail, "MAIL");
            require(250, say(out, in, "RCPT TO:<somebody@contoso.example>"), "RCPT");
            int foreign = say(out, in, "RCPT TO:<somebody@example.net>");
            if (foreign == 550) {
                return Tier.INTERNAL;
            }
            require(250, foreign, "RCPT of a foreign domain");
            return Tier.RELAY;
        }
    }

    private static int say(OutputStream out, BufferedReader in, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return code(in);
    }

    private static int code(BufferedReader in) throws IOException {
        for (int i = 0; i < MAX_LINES; i++) {
            String line = in.readLine();
            if (line == null || !line.matches("\\d{3}([ -].*)?")) {
                throw new IOException("no SMTP reply but " + line);
            }
            if (line.length() == 3 || line.charAt(3) == ' ') {
                return Integer.parseInt(line.substring(0, 3));
            }
        }
        throw new IOException("an endless reply");
    }

    private static void require(int expected, int code, String what) throws IOException {
        if (code != expected) {
            throw new IOException(what + " was answered " + code);
        }
    }
}

package io.postern.smtp.netty;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback that does with each connection whatever a test says. */
public final class RawServer implements AutoCloseable {
    private final ServerSocket socket;
    final AtomicInteger accepted = new AtomicInteger();

    /** What it does with a connection, which is closed after. */
    public interface Behaviour {
        void serve(Socket socket) throws IOException;
    }

    public RawServer(Behaviour behaviour) throws IOException {
        socket = new ServerSocket(0, 1000, InetAddress.getByName("127.0.0.1"));
        daemon(() -> acceptAll(behaviour));
    }

    private void acceptAll(Behaviour behaviour) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                accepted.incrementAndGet();
                daemon(() -> serve(behaviour, client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void serve(Behaviour behaviour, Socket client) {
        try (client) {
            behaviour.serve(client);
        } catch (IOException e) {
            // The other side is gone: the end of this behaviour.
            return;
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    public InetSocketAddress target() {
        return new InetSocketAddress("127.0.0.1", socket.getLocalPort());
    }

    public static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** One line of the client, without its end; null if it closed. */
    public static String hear(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString().strip();
            }
            line.append((char) next);
        }
        return null;
    }

    /** Answers each line as {@code "command=reply"} pairs say, by the beginning; 250 else. */
    public static void converse(Socket socket, String... pairs) throws IOException {
        for (String line = hear(socket); line != null; line = hear(socket)) {
            String reply = "250 ok\r\n";
            for (String pair : pairs) {
                int at = pair.indexOf('=');
                if (line.startsWith(pair.substring(0, at))) {
                    reply = pair.substring(at + 1);
                }
            }
            say(socket, line.equals("QUIT") ? "221 bye\r\n" : reply);
        }
    }

    /** Reads until the client closes. */
    public static void hold(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            continue;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

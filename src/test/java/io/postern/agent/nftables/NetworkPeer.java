package io.postern.agent.nftables;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Stands in a network namespace and does as told on standard input: {@code listen PORT}, {@code
 * connect SOURCE TARGET PORT}, {@code open SOURCE TARGET PORT}, {@code talk}. A port of it sends
 * its number as a line to whoever connects, and every line back.
 */
final class NetworkPeer {
    private static final int TIMEOUT_MILLIS = 300;

    private NetworkPeer() {}

    private static Socket kept;

    public static void main(String[] arguments) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        Map<Integer, ServerSocket> listeners = new HashMap<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            System.out.println(
                    switch (words[0]) {
                        case "listen" -> listen(Integer.parseInt(words[1]), listeners);
                        case "connect" -> connect(words, false);
                        case "open" -> connect(words, true);
                        default -> talk();
                    });
            System.out.flush();
        }
    }

    private static String listen(int port, Map<Integer, ServerSocket> listeners)
            throws IOException {
        ServerSocket socket = new ServerSocket(port, 50, InetAddress.getByName("::"));
        listeners.put(port, socket);
        Thread thread = new Thread(() -> accept(socket), "listener");
        thread.setDaemon(true);
        thread.start();
        return "listening";
    }

    private static void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket client = socket.accept();
                Thread thread = new Thread(() -> answer(client), "answer");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static void answer(Socket client) {
        try (client) {
            client.getOutputStream()
                    .write((client.getLocalPort() + "\n").getBytes(StandardCharsets.US_ASCII));
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // It went away.
        }
    }

    private static String connect(String[] words, boolean isKept) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(words[1]), 0));
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(
                    new InetSocketAddress(
                            InetAddress.getByName(words[2]), Integer.parseInt(words[3])),
                    TIMEOUT_MILLIS);
            String answer = line(socket);
            if (isKept) {
                kept = socket;
            } else {
                socket.close();
            }
            return "reached " + answer;
        } catch (SocketTimeoutException e) {
            socket.close();
            return "timeout";
        } catch (IOException e) {
            socket.close();
            return e.getMessage();
        }
    }

    private static String talk() throws IOException {
        try {
            kept.getOutputStream().write("x\n".getBytes(StandardCharsets.US_ASCII));
            return "answered " + line(kept);
        } catch (SocketTimeoutException e) {
            return "timeout";
        }
    }

    private static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read(); c >= 0 && c != '\n'; ) {
            line.append((char) c);
            c = socket.getInputStream().read();
        }
        return line.toString();
    }
}

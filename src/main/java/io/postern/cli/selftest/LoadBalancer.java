package io.postern.cli.selftest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Passes connections on to one server, byte for byte, as a load balancer does. Thread-safe. */
final class LoadBalancer implements AutoCloseable {
    private final ServerSocket listener;
    private volatile InetSocketAddress target;

    /** Listens on loopback; leads nowhere yet. */
    LoadBalancer() throws IOException {
        listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        start(this::acceptAll);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Where connections lead from now on. */
    void leadTo(InetSocketAddress next) {
        target = next;
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                Socket far = new Socket();
                try {
                    far.connect(target, 5000);
                } catch (IOException e) {
                    near.close();
                    continue;
                }
                start(() -> copy(near, far));
                start(() -> copy(far, near));
            } catch (IOException e) {
                // Closed, or one connection less: the loop's condition tells.
                continue;
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Either side is gone: both are closed now.
            return;
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "load-balancer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}

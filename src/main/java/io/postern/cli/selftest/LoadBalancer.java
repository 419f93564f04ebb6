package io.postern.cli.selftest;

import io.postern.cli.network.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Passes connections on to one server, byte for byte, as a load balancer does. Thread-safe. */
final class LoadBalancer implements AutoCloseable {
    private static final int BACKLOG = 64;

    private final ServerSocketChannel listener;
    private volatile InetSocketAddress target;

    /** Listens on loopback; leads nowhere yet. */
    LoadBalancer() throws IOException {
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        Relay.serve(listener, this::open);
    }

    private SocketChannel open() throws IOException {
        InetSocketAddress to = target;
        if (to == null) {
            throw new IOException("it leads nowhere yet");
        }
        return SocketChannel.open(to);
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    /** Where connections lead from now on. */
    void leadTo(InetSocketAddress next) {
        target = next;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}

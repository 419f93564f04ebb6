package io.postern.cli.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A way from this machine's loopback to one port of a host of the lab, for people and browsers. It
 * is a socket in a file, which namespaces do not separate, so the machine's own network is not
 * touched and the lab still has no way out.
 */
public final class LabDoor implements AutoCloseable {
    private static final long START_SECONDS = 20;

    private final ServerSocketChannel listener;
    private final Process inside;

    private LabDoor(ServerSocketChannel listener, Process inside) {
        this.listener = listener;
        this.inside = inside;
    }

    /** Opens one to a port of a host; what is behind it may start later. */
    public static LabDoor open(NetworkLab lab, LabHost host, String address, int port)
            throws IOException {
        Path file = lab.directory().resolve("door-" + host.word());
        Process inside =
                lab.start(
                        host,
                        LabJava.command(
                                LabDoorMain.class,
                                List.of(file.toString(), address, String.valueOf(port))),
                        lab.directory().resolve("door-" + host.word() + ".log"),
                        java.util.Map.of());
        awaitFile(file, inside);
        ServerSocketChannel listener =
                ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Relay.serve(
                listener,
                () -> {
                    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                    channel.connect(UnixDomainSocketAddress.of(file));
                    return channel;
                });
        return new LabDoor(listener, inside);
    }

    private static void awaitFile(Path file, Process inside) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!Files.exists(file)) {
            if (!inside.isAlive() || System.nanoTime() > end) {
                throw new IOException("the door to the lab does not open");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    /** Where it is on this machine. */
    public int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        LabNamespaces.end(List.of(inside.toHandle()));
    }
}

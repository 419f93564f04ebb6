package io.postern.cli.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The inner side of a {@link LabDoor}. */
final class LabDoorMain {
    private LabDoorMain() {}

    /**
     * @param arguments file of the socket, address and port of what it leads to
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        InetSocketAddress target =
                new InetSocketAddress(
                        InetAddress.getByName(arguments[1]), Integer.parseInt(arguments[2]));
        listener.bind(UnixDomainSocketAddress.of(Path.of(arguments[0])));
        Relay.serve(listener, () -> SocketChannel.open(target)).join();
    }
}

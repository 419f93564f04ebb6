package io.postern.cli;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Which of this machine's addresses the system chooses. */
final class ProbeLocalChoice {
    private ProbeLocalChoice() {}

    /** For packets to there; empty if there is no way. Nothing is sent. */
    static Optional<InetAddress> towards(InetSocketAddress target) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(target);
            InetAddress local = socket.getLocalAddress();
            return local == null || local.isAnyLocalAddress()
                    ? Optional.empty()
                    : Optional.of(local);
        } catch (IOException | java.io.UncheckedIOException e) {
            return Optional.empty();
        }
    }
}

package io.postern.cli.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on, byte for byte. */
public final class Relay {
    private static final int BUFFER = 16 * 1024;

    /** Opens the other side of a connection. */
    @FunctionalInterface
    public interface Target {
        SocketChannel open() throws IOException;
    }

    private Relay() {}

    /** Passes on what the listener accepts, until it is closed. */
    public static Thread serve(ServerSocketChannel listener, Target target) {
        return start(
                () -> {
                    while (listener.isOpen()) {
                        join(listener.accept(), target);
                    }
                });
    }

    private static void join(SocketChannel near, Target target) throws IOException {
        try {
            SocketChannel far = target.open();
            AtomicInteger ended = new AtomicInteger();
            start(() -> copy(near, far, ended));
            start(() -> copy(far, near, ended));
        } catch (IOException e) {
            // Nobody is there yet: whoever asks sees a closed connection and may ask again.
            near.close();
        }
    }

    /** Copies one direction; its end is passed on, a failure ends both. */
    private static void copy(SocketChannel from, SocketChannel to, AtomicInteger ended)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
            // Whichever direction ends last frees both.
            if (ended.incrementAndGet() == 2) {
                from.close();
                to.close();
            }
        } catch (IOException e) {
            from.close();
            to.close();
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static Thread start(Work work) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (IOException e) {
                                // A closed listener or connection: this one is done.
                                return;
                            }
                        },
                        "relay");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}

package io.postern.agent.probe;

import java.io.IOException;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;

/**
 * Stops the probes that were given it, those under way as well as those to come: a blocking read
 * ends only when its socket is closed. Thread-safe; cannot be taken back.
 */
public final class ProbeCancellation {
    private final Set<Socket> open = new HashSet<>();
    private boolean cancelled;

    public synchronized void cancel() {
        cancelled = true;
        open.forEach(ProbeCancellation::close);
        open.clear();
    }

    public synchronized boolean cancelled() {
        return cancelled;
    }

    /** Puts a socket under this; it is closed at once if the cancellation came before. */
    synchronized void register(Socket socket) {
        if (cancelled) {
            close(socket);
        } else {
            open.add(socket);
        }
    }

    /** Takes a socket out again and closes it. */
    synchronized void release(Socket socket) {
        open.remove(socket);
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The probe that owns it ends anyway.
            return;
        }
    }
}

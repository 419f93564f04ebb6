package io.postern.agent.simulated;

import io.postern.smtp.ProxyDecoder;
import io.postern.smtp.ReplyReader;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The bytes of one client: lines, chunks and messages, all bounded in size and time. */
final class ClientConnection implements Closeable {
    private static final int MAX_LINE_BYTES = ReplyReader.MAX_LINE_BYTES;
    private static final Duration MAX_SESSION = Duration.ofMinutes(10);
    private static final Duration REST_OF_HEADER = Duration.ofSeconds(5);
    private static final int MAX_DRAINED_BYTES = 65_536;

    /** As many as a header can begin with before it proves to be none. */
    private static final int PUSHBACK_BYTES = 16;

    /** A line longer than the limit. */
    static final class LineTooLongException extends IOException {
        private static final long serialVersionUID = 1;
    }

    private final Socket socket;
    private final PushbackInputStream in;
    private final int idleMillis;
    private final long deadline = System.nanoTime() + MAX_SESSION.toNanos();

    ClientConnection(Socket socket, Duration idleTimeout) throws IOException {
        this.socket = socket;
        this.idleMillis = Math.toIntExact(idleTimeout.toMillis());
        this.in =
                new PushbackInputStream(
                        new BufferedInputStream(socket.getInputStream(), 4096), PUSHBACK_BYTES);
        socket.setTcpNoDelay(true);
    }

    /**
     * Waits for the beginning of a PROXY header, then for its rest. Bytes that are none are kept
     * for the dialogue.
     *
     * @param wait for the first byte
     * @return in state HEADER or MALFORMED, or in NEED_MORE if nothing came in time
     */
    ProxyDecoder awaitHeader(Duration wait) throws IOException {
        ProxyDecoder decoder = new ProxyDecoder();
        long end = System.nanoTime() + wait.toNanos();
        while (decoder.state() == ProxyDecoder.State.NEED_MORE) {
            int next = readUntil(end);
            if (next < 0) {
                return decoder;
            }
            if (decoder.received().length == 0) {
                end = System.nanoTime() + REST_OF_HEADER.toNanos();
            }
            decoder.take((byte) next);
        }
        if (decoder.state() == ProxyDecoder.State.NOT_PROXY) {
            in.unread(decoder.received());
        }
        return decoder;
    }

    /** The next byte; negative if it did not come before the time (nanoTime) or never will. */
    private int readUntil(long end) throws IOException {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            return -1;
        }
        socket.setSoTimeout((int) millis);
        try {
            return in.read();
        } catch (SocketTimeoutException e) {
            return -1;
        }
    }

    /**
     * The next line without its end, which may be a bare line feed, as ISO-8859-1; null at the end
     * of the stream.
     *
     * @throws SocketTimeoutException after the idle timeout, or when the session is too old
     * @throws LineTooLongException for more than 2,048 bytes; the rest is left unread
     */
    String readLine() throws IOException {
        byte[] line = new byte[MAX_LINE_BYTES + 1];
        int length = 0;
        while (true) {
            int next = read();
            if (next < 0) {
                return null;
            }
            if (next == '\n') {
                int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
                if (end > MAX_LINE_BYTES) {
                    throw new LineTooLongException();
                }
                return new String(line, 0, end, StandardCharsets.ISO_8859_1);
            }
            if (length == line.length) {
                throw new LineTooLongException();
            }
            line[length++] = (byte) next;
        }
    }

    private int read() throws IOException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("session too old");
        }
        socket.setSoTimeout((int) Math.min(idleMillis, left));
        return in.read();
    }

    /**
     * Reads and discards a message; only CR LF dot CR LF ends it.
     *
     * @return its size in bytes without the end mark; negative if the client went away
     */
    long discardMessage() throws IOException {
        byte[] end = {'\r', '\n', '.', '\r', '\n'};
        int matched = 2;
        long bytes = 0;
        while (matched < end.length) {
            int next = read();
            if (next < 0) {
                return -1;
            }
            bytes++;
            if (next == end[matched]) {
                matched++;
            } else {
                matched = next == '\r' ? 1 : 0;
            }
        }
        return bytes - 3;
    }

    /** Reads and discards so many bytes; false if the client went away first. */
    boolean discard(long bytes) throws IOException {
        for (long i = 0; i < bytes; i++) {
            if (read() < 0) {
                return false;
            }
        }
        return true;
    }

    void write(List<String> lines) throws IOException {
        String text = String.join("\r\n", lines) + "\r\n";
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Closes so that the last reply arrives: bytes left unread would make the system send a reset,
     * which may overtake it.
     */
    @Override
    public void close() {
        try (socket) {
            socket.shutdownOutput();
            socket.setSoTimeout(500);
            InputStream rest = in;
            long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            for (int i = 0; i < MAX_DRAINED_BYTES && System.nanoTime() < until; i++) {
                if (rest.read() < 0) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client is gone already: nothing is lost with this connection.
            return;
        }
    }
}

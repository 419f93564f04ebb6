package io.postern.cli.network;

import io.postern.policy.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Begins connections at a fixed rate, on all paths alike, whatever becomes of the earlier ones. Not
 * thread-safe.
 */
final class ConnectionStream implements AutoCloseable {
    /** Longer than the second after which a kernel sends a SYN again. */
    static final long CONNECT_MILLIS = 1_500;

    private static final long BANNER_MILLIS = 5_000;

    private static final class Counts {
        private long attempts;
        private long connected;
        private long greeted;
        private long notConnected;
        private long worstConnectNanos;
    }

    private static final class Attempt {
        private final SocketChannel channel;
        private final Counts counts;
        private final long began;
        private boolean isConnected;

        Attempt(SocketChannel channel, Counts counts, long began) {
            this.channel = channel;
            this.counts = counts;
            this.began = began;
        }

        /** Whether it has waited for too long. */
        boolean isLate(long now) {
            long limit = CONNECT_MILLIS + (isConnected ? BANNER_MILLIS : 0);
            return now - began > TimeUnit.MILLISECONDS.toNanos(limit);
        }
    }

    private final List<LabStream.Path> paths;
    private final List<Counts> counts = new ArrayList<>();
    private final long pauseNanos;
    private final Selector selector;
    private final Deque<Attempt> underWay = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(512);

    /**
     * @param perSecond connections a second on each path
     */
    ConnectionStream(List<LabStream.Path> paths, int perSecond) throws IOException {
        this.paths = List.copyOf(paths);
        this.pauseNanos = 1_000_000_000L / perSecond;
        this.selector = Selector.open();
        paths.forEach(path -> counts.add(new Counts()));
    }

    /**
     * Runs until so many rounds, a connection on each path, are begun or it is stopped, and all
     * have ended.
     *
     * @return for how many seconds connections were begun
     */
    double run(long rounds, BooleanSupplier isStopped) throws IOException {
        long began = System.nanoTime();
        long round = 0;
        while (round < rounds && !isStopped.getAsBoolean()) {
            long due = began + round * pauseNanos;
            long now = System.nanoTime();
            if (now >= due) {
                for (int path = 0; path < paths.size(); path++) {
                    begin(paths.get(path), counts.get(path));
                }
                round++;
            }
            react(due - now);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        while (!underWay.isEmpty()) {
            react(1_000_000);
        }
        return seconds;
    }

    private void begin(LabStream.Path path, Counts count) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.bind(new InetSocketAddress(address(path.source()), 0));
        Attempt attempt = new Attempt(channel, count, System.nanoTime());
        count.attempts++;
        underWay.add(attempt);
        channel.register(selector, SelectionKey.OP_CONNECT, attempt);
        try {
            if (channel.connect(new InetSocketAddress(address(path.server()), path.port()))) {
                connected(attempt, channel.keyFor(selector));
            }
        } catch (IOException e) {
            end(attempt);
        }
    }

    private static InetAddress address(String text) throws IOException {
        return InetAddress.getByName(Address.parse(text).toString());
    }

    /** Takes what has happened, waiting at most so long for it; not positive = not at all. */
    private void react(long nanos) throws IOException {
        if (nanos <= 0) {
            selector.selectNow(this::ready);
        } else {
            // A selector knows whole milliseconds only; what is late is made up for.
            selector.select(this::ready, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        }
        long now = System.nanoTime();
        // Those that wait for a banner may stand before younger ones that wait for less: no harm,
        // since only the time of the handshake is measured.
        while (!underWay.isEmpty()
                && (!underWay.peek().channel.isOpen() || underWay.peek().isLate(now))) {
            end(underWay.remove());
        }
    }

    private void ready(SelectionKey key) {
        Attempt attempt = (Attempt) key.attachment();
        try {
            if (!attempt.isConnected) {
                if (attempt.channel.finishConnect()) {
                    connected(attempt, key);
                }
            } else {
                greeted(attempt);
            }
        } catch (IOException e) {
            end(attempt);
        }
    }

    private static void connected(Attempt attempt, SelectionKey key) {
        attempt.isConnected = true;
        attempt.counts.connected++;
        attempt.counts.worstConnectNanos =
                Math.max(attempt.counts.worstConnectNanos, System.nanoTime() - attempt.began);
        key.interestOps(SelectionKey.OP_READ);
    }

    private void greeted(Attempt attempt) throws IOException {
        buffer.clear();
        int count = attempt.channel.read(buffer);
        if (count >= 3 && buffer.get(0) == '2' && buffer.get(1) == '2' && buffer.get(2) == '0') {
            attempt.counts.greeted++;
        }
        end(attempt);
    }

    private static void end(Attempt attempt) {
        if (!attempt.channel.isOpen()) {
            return;
        }
        if (!attempt.isConnected) {
            attempt.counts.notConnected++;
        }
        try {
            attempt.channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<LabStream.PathReport> reports() {
        List<LabStream.PathReport> reports = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            Counts count = counts.get(i);
            reports.add(
                    new LabStream.PathReport(
                            paths.get(i),
                            count.attempts,
                            count.connected,
                            count.greeted,
                            count.notConnected,
                            count.worstConnectNanos / 1e6));
        }
        return reports;
    }

    @Override
    public void close() throws IOException {
        for (Attempt attempt : underWay) {
            attempt.channel.close();
        }
        selector.close();
    }
}

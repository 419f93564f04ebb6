package io.postern.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Many agents that wait, in a process of their own: {@code PORT FILE MARK}, a request a line in the
 * file. It prints {@code ready} once all have had their first event, and then, for each line that
 * it is sent, the monotonic nanosecond at which the last of them had an event with that mark.
 */
final class WaitingAgents {
    private static final int AT_ONCE = 50;
    private static final int LONGEST = 8192;

    private static final class One {
        private final StringBuilder seen = new StringBuilder();
        private boolean isReady;
        private boolean hasMark;
    }

    private WaitingAgents() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        List<String> requests = Files.readAllLines(Path.of(args[1]));
        Selector selector = Selector.open();
        ByteBuffer buffer = ByteBuffer.allocateDirect(LONGEST);
        int opened = 0;
        int ready = 0;
        while (ready < requests.size()) {
            while (opened < requests.size() && opened - ready < AT_ONCE) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                String request = requests.get(opened).replace("\\r\\n", "\r\n");
                channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, new One());
                opened++;
            }
            ready += read(selector, buffer, "data:", true);
        }
        System.out.println("ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
        String mark = orders.readLine();
        while (mark != null) {
            int told = 0;
            selector.keys().forEach(key -> ((One) key.attachment()).hasMark = false);
            System.out.println("listening");
            while (told < requests.size()) {
                told += read(selector, buffer, mark, false);
            }
            System.out.println(System.nanoTime());
            mark = orders.readLine();
        }
    }

    /** How many have it now that had it not. */
    private static int read(Selector selector, ByteBuffer buffer, String mark, boolean isFirst)
            throws IOException {
        selector.select();
        int got = 0;
        for (SelectionKey key : selector.selectedKeys()) {
            One one = (One) key.attachment();
            buffer.clear();
            if (((SocketChannel) key.channel()).read(buffer) < 0) {
                throw new IOException("closed after: " + one.seen);
            }
            one.seen.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
            boolean has = one.seen.indexOf(mark) >= 0;
            if (has && !(isFirst ? one.isReady : one.hasMark)) {
                got++;
                one.isReady = true;
                one.hasMark = !isFirst;
                one.seen.setLength(0);
            } else if (one.seen.length() > LONGEST) {
                throw new IOException("no event in: " + one.seen);
            }
        }
        selector.selectedKeys().clear();
        return got;
    }
}

package io.postern.smtp.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An SMTP server on loopback that answers no MAIL before so many have come, and everything else at
 * once: then all of them are under way at the same time. A process of its own: {@code HoldingSink
 * PORT COUNT}; it ends when its standard input does.
 */
final class HoldingSink {
    private final int count;
    private final List<SocketChannel> held = new ArrayList<>();
    private boolean isOpen;

    private HoldingSink(int count) {
        this.count = count;
    }

    public static void main(String[] arguments) throws IOException {
        Thread parent =
                new Thread(
                        () -> {
                            try {
                                while (System.in.read() >= 0) {
                                    continue;
                                }
                            } catch (IOException e) {
                                // The same as its end.
                            }
                            Runtime.getRuntime().halt(0);
                        });
        parent.setDaemon(true);
        parent.start();
        new HoldingSink(Integer.parseInt(arguments[1])).run(Integer.parseInt(arguments[0]));
    }

    private void run(int port) throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4000);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        ByteBuffer buffer = ByteBuffer.allocate(1024);
        while (true) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    SocketChannel one = server.accept();
                    one.configureBlocking(false);
                    one.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    one.register(selector, SelectionKey.OP_READ);
                    say(one, "220 sink");
                } else {
                    read((SocketChannel) key.channel(), buffer);
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private void read(SocketChannel one, ByteBuffer buffer) throws IOException {
        buffer.clear();
        int read;
        try {
            read = one.read(buffer);
        } catch (IOException e) {
            read = -1;
        }
        if (read < 0) {
            one.close();
            return;
        }
        String line = new String(buffer.array(), 0, read, StandardCharsets.US_ASCII);
        if (line.startsWith("QUIT")) {
            say(one, "221 bye");
        } else if (line.startsWith("MAIL") && !isOpen) {
            held.add(one);
            if (held.size() >= count) {
                isOpen = true;
                for (SocketChannel each : held) {
                    say(each, "250 ok");
                }
            }
        } else {
            say(one, "250 ok");
        }
    }

    private static void say(SocketChannel one, String line) throws IOException {
        one.write(ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.US_ASCII)));
    }
}

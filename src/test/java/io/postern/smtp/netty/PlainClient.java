package io.postern.smtp.netty;

import io.postern.smtp.ProbeSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The least that can hold the same dialogue: one thread, one selector, no time-outs, no transcript,
 * no check but the first digit of each reply.
 */
final class PlainClient {
    private final InetSocketAddress target;
    private final int sessions;
    private final List<byte[]> commands = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    private int begun;
    private int ended;

    PlainClient(InetSocketAddress target, ProbeSettings settings, int sessions) {
        this.target = target;
        this.sessions = sessions;
        for (String command :
                List.of(
                        "EHLO " + settings.ehloName(),
                        "MAIL FROM:<" + settings.mailFrom() + ">",
                        "RCPT TO:<" + settings.internalRecipient() + ">",
                        "RCPT TO:<" + settings.externalRecipient() + ">",
                        "RSET",
                        "QUIT")) {
            commands.add((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Where one connection is. */
    private static final class Place {
        int command;
        int column;
        boolean isLastLine;
    }

    void run(int count) throws IOException {
        try (Selector selector = Selector.open()) {
            while (begun < Math.min(sessions, count)) {
                begin(selector);
            }
            while (ended < count) {
                selector.select();
                Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
                while (ready.hasNext()) {
                    SelectionKey key = ready.next();
                    ready.remove();
                    if (serve(key)) {
                        ended++;
                        if (begun < count) {
                            begin(selector);
                        }
                    }
                }
            }
        }
    }

    private void begin(Selector selector) throws IOException {
        begun++;
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(target);
        channel.register(selector, SelectionKey.OP_CONNECT, new Place());
    }

    /** Whether the dialogue is over. */
    private boolean serve(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (key.isConnectable()) {
            channel.finishConnect();
            key.interestOps(SelectionKey.OP_READ);
            return false;
        }
        buffer.clear();
        if (channel.read(buffer) < 0) {
            throw new IOException("closed early");
        }
        buffer.flip();
        Place place = (Place) key.attachment();
        while (buffer.hasRemaining()) {
            if (isEndOfReply(place, buffer.get())) {
                if (place.command == commands.size()) {
                    channel.close();
                    return true;
                }
                channel.write(ByteBuffer.wrap(commands.get(place.command++)));
            }
        }
        return false;
    }

    private static boolean isEndOfReply(Place place, byte next) throws IOException {
        if (place.column == 0 && next != '2') {
            throw new IOException("refused");
        }
        if (place.column == 3) {
            place.isLastLine = next == ' ';
        }
        place.column = next == '\n' ? 0 : place.column + 1;
        return next == '\n' && place.isLastLine;
    }
}

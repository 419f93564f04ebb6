package io.postern.smtp.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.postern.smtp.MalformedReply;
import io.postern.smtp.ProbeDialogue;
import io.postern.smtp.ProbeDialogue.Next;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProxyProtocol;
import io.postern.smtp.ReplyRead;
import io.postern.smtp.ReplyReader;
import io.postern.smtp.SmtpReply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * One probe over one connection: tells the dialogue what happens and does what it says. After its
 * beginning everything runs on its event loop.
 */
final class ProbeSession extends ChannelInboundHandlerAdapter {
    /** For the replies to RSET and QUIT, when the answer is known already. */
    private static final Duration POLITE_WAIT = Duration.ofSeconds(5);

    /** A reply is short, and a longer one takes more reads. */
    private static final int READ_BYTES = 2048;

    private static final FastThreadLocal<byte[]> SCRATCH =
            new FastThreadLocal<>() {
                @Override
                protected byte[] initialValue() {
                    return new byte[READ_BYTES];
                }
            };

    private final ProbeEngine engine;
    private final EventLoop loop;
    private final ProbeRequest request;
    private final CompletableFuture<ProbeOutcome> outcome = new CompletableFuture<>();
    private final List<ProbeCancellation> obeyed = new ArrayList<>(2);
    private final Runnable stop = this::stop;
    private boolean hasTurn;
    private volatile boolean isOver;
    private ProbeDialogue dialogue;
    private ReplyReader reader;
    private NioSocketChannel channel;
    private long startNanos;
    private long deadlineNanos;
    private ScheduledFuture<?> alarm;

    ProbeSession(ProbeEngine engine, EventLoop loop, ProbeRequest request) {
        this.engine = engine;
        this.loop = loop;
        this.request = request;
    }

    CompletableFuture<ProbeOutcome> outcome() {
        return outcome;
    }

    /** What shares its turns: one source asking one target. */
    Object lane() {
        return List.of(sourceAddress(request.source()), request.target());
    }

    private static Object sourceAddress(ProbeSource source) {
        if (source instanceof ProbeSource.Simulated simulated) {
            return simulated.source();
        }
        if (source instanceof ProbeSource.Proxied proxied) {
            return proxied.source();
        }
        InetAddress local = ((ProbeSource.Real) source).local();
        return local == null ? "any" : local;
    }

    /** Has a cancellation end this; false if it is cancelled already. */
    boolean obey(ProbeCancellation cancellation) {
        if (!cancellation.register(stop)) {
            return false;
        }
        obeyed.add(cancellation);
        return true;
    }

    boolean isOver() {
        return isOver;
    }

    /** Ends it before it has had a turn. */
    void endUnbegun(String why) {
        ProbeDialogue none = new ProbeDialogue(request.settings(), request.options());
        end(none.onNotRun(why, 0).outcome());
    }

    private void stop() {
        try {
            loop.execute(
                    () -> {
                        if (isOver()) {
                            return;
                        }
                        if (dialogue == null) {
                            endUnbegun("cancelled");
                        } else {
                            act(dialogue.onNotRun("cancelled", elapsedMillis()));
                        }
                    });
        } catch (RejectedExecutionException e) {
            // The engine was closed meanwhile.
            outcome.complete(ProbeOutcome.notRun("cancelled"));
        }
    }

    /** It is its turn. */
    void begin() {
        try {
            loop.execute(this::dial);
        } catch (RejectedExecutionException e) {
            // The engine was closed meanwhile.
            outcome.complete(ProbeOutcome.notRun("cancelled"));
        }
    }

    private void dial() {
        if (isOver()) {
            // Cancelled between its turn and now.
            engine.leave(this);
            return;
        }
        hasTurn = true;
        startNanos = System.nanoTime();
        dialogue = new ProbeDialogue(request.settings(), request.options());
        InetSocketAddress target = request.target();
        if (target.isUnresolved()) {
            act(dialogue.onNotRun("the target's name has no address", 0));
            return;
        }
        dialogue.note(0, introduction(target));
        channel = new NioSocketChannel();
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
        channel.config()
                .setOption(
                        ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES));
        channel.pipeline().addLast(this);
        loop.register(channel);
        wait(request.timeouts().connect());
        InetAddress local = request.source() instanceof ProbeSource.Real real ? real.local() : null;
        ChannelFuture connecting =
                local == null
                        ? channel.connect(target)
                        : channel.connect(target, new InetSocketAddress(local, 0));
        connecting.addListener(this::connected);
    }

    private String introduction(InetSocketAddress target) {
        String family = target.getAddress().getAddress().length == 4 ? "IPv4" : "IPv6";
        String to =
                family
                        + " to "
                        + target.getAddress().getHostAddress()
                        + " port "
                        + target.getPort();
        if (request.source() instanceof ProbeSource.Simulated simulated) {
            return to + ", simulated source " + simulated.source();
        }
        if (request.source() instanceof ProbeSource.Proxied proxied) {
            return to + ", PROXY header names " + proxied.source();
        }
        return to;
    }

    private void connected(Future<? super Void> connecting) {
        if (isOver()) {
            return;
        }
        if (!connecting.isSuccess()) {
            failed(connecting.cause());
            return;
        }
        reader = new ReplyReader();
        byte[] header = request.source().header();
        if (header.length > 0) {
            channel.writeAndFlush(channel.alloc().buffer(header.length).writeBytes(header));
        }
        dialogue.onConnected(elapsedMillis());
        wait(request.timeouts().read());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            byte[] scratch = SCRATCH.get();
            while (bytes.isReadable() && !isOver()) {
                int count = Math.min(bytes.readableBytes(), scratch.length);
                bytes.readBytes(scratch, 0, count);
                take(scratch, count, bytes.isReadable());
            }
        } finally {
            bytes.release();
        }
    }

    private void take(byte[] bytes, int count, boolean isMoreToCome) {
        long now = elapsedMillis();
        if (isSimulatedDrop(bytes, count)) {
            String said = new String(bytes, 0, count, StandardCharsets.ISO_8859_1).strip();
            act(
                    dialogue.onDropped(
                            "simulated firewall"
                                    + said.substring(ProxyProtocol.SIMULATED_DROP.length()),
                            now));
            return;
        }
        List<ReplyRead> read = reader.feed(bytes, 0, count);
        for (int i = 0; i < read.size() && !isOver(); i++) {
            if (read.get(i) instanceof SmtpReply reply) {
                int more = read.size() - i - 1 + (reader.inReply() || isMoreToCome ? 1 : 0);
                boolean isUnasked =
                        more >= dialogue.owed() && !dialogue.decided() && !isGoodbye(read, i + 1);
                act(isUnasked ? dialogue.onUnasked(now) : dialogue.onReply(reply, now));
            } else {
                act(dialogue.onMalformed((MalformedReply) read.get(i), now));
            }
        }
    }

    /** A server may say at any time that it goes, and then what came before is still an answer. */
    private static boolean isGoodbye(List<ReplyRead> read, int at) {
        return at == read.size() - 1
                && read.get(at) instanceof SmtpReply reply
                && reply.code() == 421;
    }

    /** Whether a simulated server says that its simulated firewall dropped the connection. */
    private boolean isSimulatedDrop(byte[] bytes, int count) {
        return request.source() instanceof ProbeSource.Simulated
                && dialogue.atBanner()
                && new String(bytes, 0, count, StandardCharsets.ISO_8859_1)
                        .startsWith(ProxyProtocol.SIMULATED_DROP);
    }

    private void act(Next next) {
        switch (next.step()) {
            case SEND -> {
                ByteBuf line = channel.alloc().buffer(next.send().length() + 16);
                ByteBufUtil.writeUtf8(line, next.send());
                channel.writeAndFlush(line.writeByte('\r').writeByte('\n'));
                waitForReply();
            }
            case WAIT -> waitForReply();
            case TLS -> startTls();
            case END -> end(next.outcome());
        }
    }

    private void startTls() {
        try {
            SslHandler handler =
                    engine.tls()
                            .newHandler(
                                    channel.alloc(),
                                    request.target().getHostString(),
                                    request.target().getPort());
            handler.setHandshakeTimeoutMillis(0);
            handler.handshakeFuture().addListener(shaken -> shaken(handler, shaken));
            channel.pipeline().addFirst(handler);
            waitForReply();
        } catch (SSLException e) {
            act(dialogue.onNotRun("this machine has no TLS", elapsedMillis()));
        }
    }

    private void shaken(SslHandler handler, Future<?> shaken) {
        if (isOver()) {
            return;
        }
        act(
                shaken.isSuccess()
                        ? dialogue.onTls(TlsText.of(handler.engine().getSession()), elapsedMillis())
                        : dialogue.onTlsFailed(
                                "no TLS: " + TlsText.reason(shaken.cause()), elapsedMillis()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (isOver() || reader == null) {
            return;
        }
        if (reader.inReply()) {
            dialogue.note(elapsedMillis(), "in the middle of a reply:");
        }
        act(dialogue.onClosed(elapsedMillis()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!isOver()) {
            failed(cause);
        }
    }

    private void failed(Throwable cause) {
        act(ConnectionFailure.tell(dialogue, cause, elapsedMillis()));
    }

    private void waitForReply() {
        Duration read = request.timeouts().read();
        wait(dialogue.decided() && POLITE_WAIT.compareTo(read) < 0 ? POLITE_WAIT : read);
    }

    /** The alarm is moved only when it rings: most replies come long before. */
    private void wait(Duration longest) {
        long now = System.nanoTime();
        long last = startNanos + request.timeouts().total().toNanos();
        deadlineNanos = Math.min(now + longest.toNanos(), last);
        if (alarm != null && alarm.getDelay(TimeUnit.NANOSECONDS) > deadlineNanos - now) {
            alarm.cancel(false);
            alarm = null;
        }
        if (alarm == null) {
            setAlarm(deadlineNanos - now);
        }
    }

    /** No farther ahead than the shortest usual wait, which then needs no alarm of its own. */
    private void setAlarm(long nanos) {
        alarm =
                loop.schedule(
                        this::ring, Math.min(nanos, POLITE_WAIT.toNanos()), TimeUnit.NANOSECONDS);
    }

    private void ring() {
        alarm = null;
        if (isOver()) {
            return;
        }
        long left = deadlineNanos - System.nanoTime();
        if (left > 0) {
            setAlarm(left);
        } else {
            act(dialogue.onTimeout(elapsedMillis()));
        }
    }

    private void end(ProbeOutcome how) {
        // First: closing the channel is an event too.
        isOver = true;
        obeyed.forEach(one -> one.release(stop));
        if (alarm != null) {
            alarm.cancel(false);
        }
        if (channel != null) {
            channel.close();
        }
        // Before others have their turn: whatever becomes of them, this one is answered.
        outcome.complete(how);
        if (hasTurn) {
            engine.leave(this);
        }
    }

    private long elapsedMillis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}

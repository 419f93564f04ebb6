package io.postern.smtp.netty;

import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.postern.smtp.ProbeOutcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Makes probes, thousands at a time on a few threads. Every way a probe can fail is an outcome,
 * never an exception. Thread-safe.
 */
public final class ProbeEngine implements AutoCloseable {
    /** For the last tasks of the event loops on close, in milliseconds. */
    private static final int QUIET_END = 2000;

    private final NioEventLoopGroup loops;
    private final ProbeLanes<ProbeSession> lanes;
    private final ProbeCancellation closing = new ProbeCancellation();
    private SslContext tls;

    /** With settings; its threads are daemons. */
    public ProbeEngine(ProbeEngineSettings settings) {
        loops =
                new NioEventLoopGroup(
                        settings.threads(), new DefaultThreadFactory("postern-probes", true));
        lanes =
                new ProbeLanes<>(
                        settings.perSource(),
                        settings.total(),
                        settings.waiting(),
                        ProbeSession::isOver);
    }

    /** With the usual settings. */
    public ProbeEngine() {
        this(ProbeEngineSettings.USUAL);
    }

    /**
     * Begins a probe, or has it wait its turn; the time-outs count from its turn on.
     *
     * @return completes with the outcome, never exceptionally, on a thread of the engine: what
     *     depends on it must not block
     */
    public CompletableFuture<ProbeOutcome> start(
            ProbeRequest request, ProbeCancellation cancellation) {
        return start(request, List.of(cancellation));
    }

    /** As above; any of the cancellations ends it. */
    public CompletableFuture<ProbeOutcome> start(
            ProbeRequest request, List<ProbeCancellation> cancellations) {
        ProbeSession session = new ProbeSession(this, loops.next(), request);
        // Whoever registers while it is being cancelled is refused, so none is forgotten.
        if (!cancellations.stream().allMatch(session::obey) || !session.obey(closing)) {
            session.endUnbegun("cancelled");
            return session.outcome();
        }
        List<ProbeSession> turn = lanes.enter(session.lane(), session);
        if (turn == null) {
            session.endUnbegun("too many probes are waiting for their turn");
        } else {
            turn.forEach(ProbeSession::begin);
        }
        return session.outcome();
    }

    /** Sessions under way now. */
    public int running() {
        return lanes.running();
    }

    /** Probes that wait for their turn now, those cancelled meanwhile among them. */
    public int waiting() {
        return lanes.waiting();
    }

    /** A session that had its turn has ended. */
    void leave(ProbeSession session) {
        lanes.leave(session.lane()).forEach(ProbeSession::begin);
    }

    /** For any certificate: see {@link io.postern.smtp.ProbeOptions}. */
    synchronized SslContext tls() throws SSLException {
        if (tls == null) {
            tls =
                    SslContextBuilder.forClient()
                            .sslProvider(SslProvider.JDK)
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .endpointIdentificationAlgorithm(null)
                            .build();
        }
        return tls;
    }

    /** Ends every probe as NOT_RUN and its threads with them; returns when they have ended. */
    @Override
    public void close() {
        closing.cancel();
        loops.shutdownGracefully(0, QUIET_END, TimeUnit.MILLISECONDS);
        for (var loop : loops) {
            if (((EventLoop) loop).inEventLoop()) {
                return;
            }
        }
        loops.terminationFuture().awaitUninterruptibly(QUIET_END);
    }
}

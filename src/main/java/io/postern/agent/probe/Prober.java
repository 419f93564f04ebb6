package io.postern.agent.probe;

import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeOutcome.Kind;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.ProbeStage;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes probes. Every way a probe can fail is an outcome, never an exception. Thread-safe. */
public final class Prober {
    /** Most probes at a time: a server allows 20 sessions per source. */
    public static final int MAX_PARALLEL = 64;

    /** Makes one probe and returns when it has ended, within the total timeout. */
    public ProbeOutcome probe(
            InetSocketAddress target,
            ProbeSource source,
            ProbeSettings settings,
            ProbeTimeouts timeouts) {
        return probe(new ProbeRequest(target, source, settings, timeouts), new ProbeCancellation());
    }

    /** As above; a cancelled probe ends soon as NOT_RUN. */
    public ProbeOutcome probe(ProbeRequest request, ProbeCancellation cancellation) {
        if (cancellation.cancelled()) {
            return new ProbeOutcome(Kind.NOT_RUN, ProbeStage.CONNECT.word(), null, List.of());
        }
        Socket socket = new Socket();
        cancellation.register(socket);
        try {
            return new ProbeConnection(socket, request, cancellation).run();
        } finally {
            cancellation.release(socket);
        }
    }

    /**
     * Makes many probes, so many at a time.
     *
     * @param parallel 1 to {@link #MAX_PARALLEL}
     * @return one outcome for each request, in their order; NOT_RUN for those that a cancellation,
     *     or an interrupt of the calling thread, came before
     */
    public List<ProbeOutcome> probeAll(
            List<ProbeRequest> requests, int parallel, ProbeCancellation cancellation) {
        if (parallel < 1 || parallel > MAX_PARALLEL) {
            throw new IllegalArgumentException(
                    "parallel out of range (1 to " + MAX_PARALLEL + "): " + parallel);
        }
        ExecutorService pool =
                Executors.newFixedThreadPool(
                        parallel,
                        task -> {
                            Thread thread = new Thread(task, "probe");
                            thread.setDaemon(true);
                            return thread;
                        });
        try {
            List<Future<ProbeOutcome>> futures = new ArrayList<>();
            for (ProbeRequest request : requests) {
                futures.add(pool.submit(() -> probe(request, cancellation)));
            }
            return collect(futures, cancellation);
        } finally {
            pool.shutdown();
        }
    }

    private static List<ProbeOutcome> collect(
            List<Future<ProbeOutcome>> futures, ProbeCancellation cancellation) {
        List<ProbeOutcome> outcomes = new ArrayList<>();
        boolean interrupted = false;
        while (outcomes.size() < futures.size()) {
            try {
                outcomes.add(futures.get(outcomes.size()).get());
            } catch (InterruptedException e) {
                interrupted = true;
                cancellation.cancel();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a probe failed to become an outcome", e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return outcomes;
    }
}

package io.postern.agent.probe;

import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.netty.ProbeCancellation;
import io.postern.smtp.netty.ProbeEngine;
import io.postern.smtp.netty.ProbeRequest;
import io.postern.smtp.netty.ProbeSource;
import io.postern.smtp.netty.ProbeTimeouts;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;

/**
 * Makes probes and waits for them; all of them run on one engine. Every way a probe can fail is an
 * outcome, never an exception. Thread-safe.
 */
public final class Prober {
    /** Most probes at a time: a server allows 20 sessions per source. */
    public static final int MAX_PARALLEL = 64;

    /** Begins with the first probe: who makes none needs no threads for it. */
    private static final class Shared {
        static final ProbeEngine ENGINE = new ProbeEngine();

        private Shared() {}
    }

    /** Makes one probe and returns when it has ended, within the total timeout of its turn. */
    public ProbeOutcome probe(
            InetSocketAddress target,
            ProbeSource source,
            ProbeSettings settings,
            ProbeTimeouts timeouts) {
        return probe(new ProbeRequest(target, source, settings, timeouts), new ProbeCancellation());
    }

    /** As above; a cancelled probe ends soon as NOT_RUN, an interrupted one too. */
    public ProbeOutcome probe(ProbeRequest request, ProbeCancellation cancellation) {
        // One of its own, since an interrupt is to end no other probe.
        ProbeCancellation interrupt = new ProbeCancellation();
        return collect(
                        List.of(Shared.ENGINE.start(request, List.of(cancellation, interrupt))),
                        interrupt)
                .get(0);
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
        Semaphore free = new Semaphore(parallel);
        boolean isInterrupted = false;
        List<CompletableFuture<ProbeOutcome>> all = new ArrayList<>();
        for (ProbeRequest request : requests) {
            try {
                free.acquire();
            } catch (InterruptedException e) {
                isInterrupted = true;
                cancellation.cancel();
            }
            CompletableFuture<ProbeOutcome> one = Shared.ENGINE.start(request, cancellation);
            one.thenRun(free::release);
            all.add(one);
        }
        List<ProbeOutcome> outcomes = collect(all, cancellation);
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return outcomes;
    }

    private static List<ProbeOutcome> collect(
            List<CompletableFuture<ProbeOutcome>> all, ProbeCancellation cancellation) {
        List<ProbeOutcome> outcomes = new ArrayList<>();
        boolean isInterrupted = false;
        while (outcomes.size() < all.size()) {
            try {
                outcomes.add(all.get(outcomes.size()).get());
            } catch (InterruptedException e) {
                isInterrupted = true;
                cancellation.cancel();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a probe failed to become an outcome", e);
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return outcomes;
    }
}

package io.postern.smtp.netty;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Stops the probes that were given it, those under way as well as those to come. Thread-safe;
 * cannot be taken back.
 */
public final class ProbeCancellation {
    private final Set<Runnable> stops = new HashSet<>();
    private boolean cancelled;

    /** Ends every probe under this soon, as NOT_RUN unless its answer is known already. */
    public void cancel() {
        List<Runnable> all;
        synchronized (this) {
            cancelled = true;
            all = List.copyOf(stops);
            stops.clear();
        }
        // Outside the lock: what stops may take itself out again.
        all.forEach(Runnable::run);
    }

    public synchronized boolean cancelled() {
        return cancelled;
    }

    /** Has this run on cancellation; false, and it is not kept, if that came before. */
    synchronized boolean register(Runnable stop) {
        return !cancelled && stops.add(stop);
    }

    /** Takes it out again. */
    synchronized void release(Runnable stop) {
        stops.remove(stop);
    }
}

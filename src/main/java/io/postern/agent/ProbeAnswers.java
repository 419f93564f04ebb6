package io.postern.agent;

import io.postern.client.model.ProbeTaskResult;
import io.postern.client.model.ProbeTaskResults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Posts what probes came to: what is there within a moment goes together, since each post costs the
 * service a transaction and a record. Thread-safe.
 */
final class ProbeAnswers {
    private static final int MOMENT_MILLIS = 50;

    /** Most that the service takes at once. */
    private static final int MOST = 200;

    private final ServiceClient client;
    private final Consumer<String> news;
    private final Consumer<Long> over;
    private final Map<String, List<ProbeTaskResult>> waiting = new HashMap<>();
    private final ScheduledExecutorService post =
            Executors.newScheduledThreadPool(
                    4,
                    task -> {
                        Thread thread = new Thread(task, "postern-probe-answers");
                        thread.setDaemon(true);
                        return thread;
                    });

    /**
     * @param over told the id of each probe that was posted, or could not be: it is still open at
     *     the service then, and asked for again
     */
    ProbeAnswers(ServiceClient client, Consumer<String> news, Consumer<Long> over) {
        this.client = client;
        this.news = news;
        this.over = over;
    }

    /** Takes one in; it is posted soon. */
    void add(String server, ProbeTaskResult result) {
        synchronized (waiting) {
            List<ProbeTaskResult> list = waiting.computeIfAbsent(server, s -> new ArrayList<>());
            list.add(result);
            if (list.size() > 1) {
                return;
            }
        }
        try {
            post.schedule(() -> flush(server), MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            over.accept(result.getId());
        }
    }

    private void flush(String server) {
        List<ProbeTaskResult> all;
        synchronized (waiting) {
            all = waiting.remove(server);
        }
        for (int from = 0; from < all.size(); from += MOST) {
            send(server, all.subList(from, Math.min(all.size(), from + MOST)));
        }
    }

    private void send(String server, List<ProbeTaskResult> results) {
        try {
            client.answer(new ProbeTaskResults().server(server).results(results));
        } catch (ServiceException e) {
            if (results.size() > 1 && e.isRefusal()) {
                // One that is not taken must not keep the others from it.
                results.forEach(one -> send(server, List.of(one)));
                return;
            }
            news.accept("probe " + results.get(0).getId() + ": " + e.getMessage());
        } catch (RuntimeException e) {
            news.accept("probe " + results.get(0).getId() + " is not answered: " + e.getMessage());
        }
        results.forEach(one -> over.accept(one.getId()));
    }

    void stop() {
        post.shutdownNow();
    }
}

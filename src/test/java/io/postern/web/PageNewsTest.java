package io.postern.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.audit.AuditNews;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What pages are told. */
class PageNewsTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 20_000;

    /**
     * Observers are called on many threads at once; a page that misses the last one stays stale.
     */
    @Test
    void whatIsHeardOnManyThreadsAtOnceReachesAPageWhole() throws Exception {
        PageNews news = new PageNews();
        AssertSubscriber<String> page =
                news.names().subscribe().withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        CyclicBarrier start = new CyclicBarrier(THREADS);
        Callable<Void> teller =
                () -> {
                    start.await();
                    for (int i = 0; i < ROUNDS; i++) {
                        news.heard(new AuditNews(i, "rollout.finished", "server", "ex01"));
                    }
                    return null;
                };
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Void>> told = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                told.add(threads.submit(teller));
            }
            for (Future<Void> one : told) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(THREADS * ROUNDS, page.getItems().size());
    }
}

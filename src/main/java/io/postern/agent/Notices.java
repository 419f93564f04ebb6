package io.postern.agent;

import io.postern.client.model.AgentNotice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Waits for notices: one stream of server-sent events, long poll where that cannot be had. Missing
 * one costs only time, since the agent also looks by itself.
 */
final class Notices implements Runnable {
    private static final int STREAM_ATTEMPTS = 2;
    private static final long RETRY_MILLIS = 500;
    private static final long MAX_RETRY_MILLIS = 15_000;
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int MAX_LINE = 8192;

    private final ServiceClient client;
    private final AgentTime time;
    private final Runnable wake;
    private final Consumer<String> news;
    private final Random random = new Random();
    private boolean polling;
    private long cursor;
    private int failures;
    private volatile boolean stopped;
    private volatile InputStream stream;

    /**
     * @param polling long poll from the start, no stream
     * @param wake called whenever there may be something to pull
     */
    Notices(
            ServiceClient client,
            AgentTime time,
            boolean polling,
            Runnable wake,
            Consumer<String> news) {
        this.client = client;
        this.time = time;
        this.polling = polling;
        this.wake = wake;
        this.news = news;
    }

    @Override
    public void run() {
        if (polling) {
            news.accept("notices: by long poll");
        }
        while (!stopped) {
            try {
                if (polling) {
                    poll();
                } else {
                    stream();
                }
                failures = 0;
            } catch (ServiceException | IOException e) {
                failures++;
                fallBack(e);
                pause();
            }
        }
    }

    private void fallBack(Exception e) {
        boolean refused = e instanceof ServiceException service && service.status() > 0;
        if (!polling
                && !stopped
                && failures >= STREAM_ATTEMPTS
                && (refused || e instanceof IOException)) {
            polling = true;
            news.accept("notices: no event stream (" + e.getMessage() + "), long poll from now on");
        }
    }

    private void poll() throws ServiceException {
        AgentNotice notice = client.awaitNotice(cursor);
        cursor = notice.getCursor();
        if (Boolean.TRUE.equals(notice.getNews())) {
            wake.run();
        }
    }

    private void stream() throws ServiceException, IOException {
        long began = time.nanoTime();
        int events = 0;
        stream = client.notices();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(stream, StandardCharsets.UTF_8), MAX_LINE)) {
            String line = lines.readLine();
            while (line != null && !stopped) {
                if (line.startsWith("data:")) {
                    events++;
                    failures = 0;
                    if (line.contains("\"news\":true")) {
                        wake.run();
                    }
                }
                line = lines.readLine();
            }
        }
        if (!stopped && (events == 0 || time.nanoTime() - began < SOON_NANOS)) {
            throw new IOException("it ended at once");
        }
    }

    private void pause() {
        long millis = Math.min(MAX_RETRY_MILLIS, RETRY_MILLIS << Math.min(failures, 5));
        try {
            TimeUnit.MILLISECONDS.sleep(millis / 2 + random.nextLong(millis));
        } catch (InterruptedException e) {
            stopped = true;
        }
    }

    void stop() {
        stopped = true;
        InputStream open = stream;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is being thrown away.
            }
        }
    }
}

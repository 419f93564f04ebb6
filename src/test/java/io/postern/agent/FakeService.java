package io.postern.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A service on loopback that says what a test wants, of one agent and its server ex01. */
final class FakeService implements AutoCloseable {
    /** What its event stream is like. */
    enum Stream {
        GOOD,
        ABSENT,
        ENDS_AT_ONCE
    }

    private static final String ME = "/api/v1/agents/me";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final LinkedBlockingQueue<Boolean> notices = new LinkedBlockingQueue<>();
    final List<JsonNode> reports = new CopyOnWriteArrayList<>();
    final AtomicInteger pulls = new AtomicInteger();
    final AtomicInteger streams = new AtomicInteger();
    final AtomicInteger polls = new AtomicInteger();
    volatile Stream stream = Stream.GOOD;
    volatile boolean down;
    volatile String self = "{\"name\":\"agent-a\",\"servers\":[{\"name\":\"ex01\"}],\"cursor\":0}";
    volatile String probes = "[]";
    private volatile String jws;

    FakeService() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** From now on the desired state; nobody is told. */
    void publish(String compact) {
        jws = compact;
    }

    /** Tells whoever waits. */
    void tell() {
        notices.add(true);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (down) {
            answer(exchange, 503, "");
        } else if (path.equals(ME)) {
            answer(exchange, 200, self);
        } else if (path.equals(ME + "/events")) {
            streams.incrementAndGet();
            stream(exchange);
        } else if (path.equals(ME + "/notices")) {
            polls.incrementAndGet();
            boolean news = await() != null;
            answer(exchange, 200, "{\"cursor\":" + polls.get() + ",\"news\":" + news + "}");
        } else if (path.equals(ME + "/probes")) {
            answer(exchange, 200, exchange.getRequestMethod().equals("GET") ? probes : "");
        } else if (path.endsWith("/desired-states/ex01")) {
            desiredState(exchange);
        } else if (exchange.getRequestMethod().equals("GET")) {
            answer(exchange, 404, "");
        } else {
            reports.add(JSON.readTree(body));
            answer(exchange, 204, "");
        }
    }

    private void desiredState(HttpExchange exchange) throws IOException {
        String compact = jws;
        String tag = compact == null ? null : "\"" + compact.hashCode() + "\"";
        if (compact == null) {
            answer(exchange, 204, "");
        } else if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            answer(exchange, 304, "");
        } else {
            exchange.getResponseHeaders().set("ETag", tag);
            answer(exchange, 200, JSON.writeValueAsString(Map.of("jws", compact)));
        }
        pulls.incrementAndGet();
    }

    private void stream(HttpExchange exchange) throws IOException {
        if (stream == Stream.ABSENT) {
            answer(exchange, 404, "");
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.flush();
            while (stream == Stream.GOOD && await() != null) {
                out.write("data:{\"cursor\":1,\"news\":true}\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
    }

    private Boolean await() {
        try {
            return notices.poll(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return null;
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        http.stop(0);
    }
}

package io.postern.fleet;

import io.postern.audit.AuditNews;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.jose4j.jwk.JsonWebKey;
import org.junit.jupiter.api.Test;

/**
 * How long it takes until the last of many waiting agents has a notice, compared with a bare Vert.x
 * server that writes the same bytes; and what one that waits costs in heap. It measures and judges
 * nothing, so it runs only by name: {@code mvn test -Dtest=NoticeSpeed -Dnotice.agents=5000}.
 */
@QuarkusTest
class NoticeSpeed {
    private static final int AGENTS = Integer.getInteger("notice.agents", 5000);
    private static final int ROUNDS = Integer.getInteger("notice.rounds", 15);
    private static final int WARM_UP = 5;
    private static final int LOOPS = Runtime.getRuntime().availableProcessors() * 2;

    @TestHTTPResource("/")
    URL address;

    @Inject DataSource database;
    @Inject Event<AuditNews> news;
    @Inject Vertx vertx;

    /** Bare streams: head and first event at once, then what is written to all. */
    private static final class Bare extends AbstractVerticle {
        private final Map<Bare, Set<HttpServerResponse>> all;
        private int port;

        Bare(Map<Bare, Set<HttpServerResponse>> all, int port) {
            this.all = all;
            this.port = port;
        }

        @Override
        public void start(Promise<Void> started) {
            Set<HttpServerResponse> mine = Collections.newSetFromMap(new IdentityHashMap<>());
            all.put(this, mine);
            vertx.createHttpServer()
                    .requestHandler(
                            request -> {
                                mine.add(request.response());
                                request.response()
                                        .setChunked(true)
                                        .putHeader("Content-Type", "text/event-stream")
                                        .write("data:{}\n\n");
                            })
                    .listen(port, "127.0.0.1")
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        void write(Buffer bytes) {
            context.runOnContext(go -> all.get(this).forEach(one -> one.write(bytes)));
        }
    }

    /** The other process. */
    private static final class Waiting implements AutoCloseable {
        private final Process process;
        private final BufferedReader said;
        private final PrintStream orders;

        Waiting(int port, List<String> requests) throws IOException {
            Path file = Files.createTempFile(Path.of("target"), "requests", ".txt");
            Files.write(file, requests);
            String main = WaitingAgents.class.getName();
            process =
                    new ProcessBuilder(
                                    "sh",
                                    "-c",
                                    "ulimit -n 12000; exec \"$0\" -Xmx512m -cp target/test-classes "
                                            + main
                                            + " "
                                            + port
                                            + " "
                                            + file,
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            said = new BufferedReader(new InputStreamReader(process.getInputStream()));
            orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
            expect("ready");
            Files.delete(file);
        }

        private String expect(String word) throws IOException {
            String line = said.readLine();
            if (line == null || word != null && !line.equals(word)) {
                throw new IOException("the waiting agents said " + line);
            }
            return line;
        }

        /** Milliseconds from the publication until the last had it, the median of the rounds. */
        double measure(long first, LongConsumer publish) throws IOException {
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < WARM_UP + ROUNDS; i++) {
                long mark = first + i;
                orders.println("\"cursor\":" + mark);
                expect("listening");
                long began = System.nanoTime();
                publish.accept(mark);
                double took = (Long.parseLong(expect(null)) - began) / 1e6;
                if (i >= WARM_UP) {
                    millis.add(took);
                }
            }
            Collections.sort(millis);
            System.out.printf(
                    "  least %.1f ms, median %.1f ms, most %.1f ms%n",
                    millis.get(0), millis.get(millis.size() / 2), millis.get(millis.size() - 1));
            return millis.get(millis.size() / 2);
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    @Test
    void untilTheLastOneHasIt() throws Exception {
        TestAgent signer = TestAgent.fresh();
        enrol(signer);
        // Once before anything is measured, so that what is loaded once is loaded.
        try (Waiting few = new Waiting(address.getPort(), requests(signer, 20))) {
            few.measure(1_000_000, this::publish);
        }
        List<String> requests = requests(signer, AGENTS);
        long before = used();
        double ours;
        long perAgent;
        try (Waiting waiting = new Waiting(address.getPort(), requests)) {
            perAgent = (used() - before) / AGENTS;
            System.out.printf("%d agents wait, %d bytes of heap each%n", AGENTS, perAgent);
            ours = waiting.measure(2_000_000, this::publish);
        }
        Map<Bare, Set<HttpServerResponse>> servers = new ConcurrentHashMap<>();
        int port = freePort();
        String deployed = deploy(servers, port);
        List<String> bare =
                Collections.nCopies(AGENTS, "GET / HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n");
        long beforeBare = used();
        double theirs;
        try (Waiting waiting = new Waiting(port, bare)) {
            System.out.printf(
                    "a bare server, %d bytes of heap each%n", (used() - beforeBare) / AGENTS);
            theirs =
                    waiting.measure(
                            3_000_000,
                            mark -> {
                                Buffer bytes =
                                        Buffer.buffer(
                                                "data:{\"cursor\":" + mark + ",\"news\":true}\n\n");
                                servers.keySet().forEach(server -> server.write(bytes));
                            });
        }
        vertx.undeploy(deployed).toCompletionStage().toCompletableFuture().get();
        System.out.printf(
                "ratio of the medians %.2f (aim 2 or less), %d bytes a waiting agent (aim 10240 or"
                        + " less)%n",
                ours / theirs, perAgent);
    }

    private void publish(long mark) {
        news.fireAsync(new AuditNews(mark, "probe.requested", "server", "any"));
    }

    private String deploy(Map<Bare, Set<HttpServerResponse>> servers, int port)
            throws InterruptedException, ExecutionException {
        return vertx.deployVerticle(
                        () -> new Bare(servers, port), new DeploymentOptions().setInstances(LOOPS))
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    private static int freePort() throws IOException {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void enrol(TestAgent signer) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement(
                                "with made as (insert into agent (name, public_key, enrolled_at,"
                                        + " last_seen, agent_version) select 'waiting-' || n, ?,"
                                        + " now(), now() + interval '1 hour', '1.0' from"
                                        + " generate_series(1, ?) n returning id, name) insert into"
                                        + " agent_server (server, agent_id) select 'of-' || name, id"
                                        + " from made")) {
            insert.setString(1, signer.key().toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
            insert.setInt(2, AGENTS);
            insert.executeUpdate();
        }
    }

    private static List<String> requests(TestAgent signer, int count) {
        List<String> requests = new ArrayList<>();
        String path = TestAgent.ME + "/events";
        // Valid for the longest that is allowed: opening all of them takes its time.
        Instant at = Instant.now().plusSeconds(80);
        for (int i = 1; i <= count; i++) {
            TestAgent agent = new TestAgent("waiting-" + i, "of-waiting-" + i, signer.key());
            requests.add(
                    "GET "
                            + path
                            + " HTTP/1.1\\r\\nHost: localhost\\r\\nAccept: text/event-stream"
                            + "\\r\\nAuthorization: Bearer "
                            + agent.sign(agent.claims("GET", path, at))
                            + "\\r\\n\\r\\n");
        }
        return requests;
    }

    private static long used() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(300);
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}

package io.postern.smtp.netty;

import static io.postern.smtp.netty.RawServer.converse;
import static io.postern.smtp.netty.RawServer.hear;
import static io.postern.smtp.netty.RawServer.hold;
import static io.postern.smtp.netty.RawServer.say;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.postern.policy.Address;
import io.postern.smtp.ObservedTier;
import io.postern.smtp.ObservedTier.Level;
import io.postern.smtp.ProbeOptions;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeOutcome.Kind;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.ProxyDecoder;
import io.postern.smtp.TestMessage;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against servers of every kind, hostile ones above all. */
@Timeout(120)
class ProbeEngineTest {
    /** Of IPv4, without further fields. */
    private static final int PROXY_HEADER_BYTES = 28;

    private static final ProbeSettings SETTINGS =
            new ProbeSettings("postern-probe.test", "", "it@own.example", "x@far.example");
    private static final ProbeOptions TLS = new ProbeOptions(true, false, null, null);
    private static final ProbeOptions PIPELINED = new ProbeOptions(false, true, null, null);
    private static final String RELAY_REFUSED =
            "RCPT TO:<x@=550 5.7.54 SMTP; Unable to relay recipient\r\n";
    private static final ProbeEngine ENGINE = new ProbeEngine();

    @AfterAll
    static void close() {
        ENGINE.close();
    }

    private static ProbeRequest request(RawServer server, ProbeOptions options) {
        return request(server, ProbeSource.anyLocal(), options);
    }

    private static ProbeRequest request(
            RawServer server, ProbeSource source, ProbeOptions options) {
        return new ProbeRequest(
                server.target(),
                source,
                SETTINGS,
                new ProbeTimeouts(
                        Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(30)),
                options);
    }

    private static ProbeOutcome probe(RawServer server, ProbeOptions options) {
        return ENGINE.start(request(server, options), new ProbeCancellation()).join();
    }

    private static String shown(ProbeOutcome outcome) {
        return outcome.kind() + " " + outcome.stage();
    }

    static Stream<Arguments> servers() {
        return Stream.of(
                server(
                        "well-behaved",
                        "REFUSED_AT_RCPT_FOREIGN rcpt-foreign",
                        ProbeOptions.PLAIN,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            converse(socket, RELAY_REFUSED);
                        }),
                server(
                        "bare line feeds and 8-bit text",
                        "REFUSED_AT_RCPT_FOREIGN rcpt-foreign",
                        ProbeOptions.PLAIN,
                        socket -> {
                            say(socket, "220-gr\u00fc\n220 mx\n");
                            converse(socket, RELAY_REFUSED);
                        }),
                server(
                        "byte by byte",
                        "REFUSED_AT_MAIL mail",
                        ProbeOptions.PLAIN,
                        socket -> {
                            socket.setTcpNoDelay(true);
                            for (char c : "220-a\r\n220 mx\r\n".toCharArray()) {
                                say(socket, c + "");
                            }
                            converse(socket, "MAIL=530 5.7.57 SMTP; Client was not\r\n");
                        }),
                server(
                        "answers before it was asked",
                        "MALFORMED banner",
                        ProbeOptions.PLAIN,
                        socket -> {
                            say(socket, "220 mx\r\n250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n");
                            hold(socket);
                        }),
                server(
                        "half an answer too much",
                        "MALFORMED banner",
                        ProbeOptions.PLAIN,
                        socket -> {
                            say(socket, "220 mx\r\n25");
                            hold(socket);
                        }),
                server(
                        "refuses and says that it goes",
                        "REFUSED_AT_MAIL mail",
                        ProbeOptions.PLAIN,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            converse(socket, "MAIL=530 5.7.57 no\r\n421 4.7.0 Too many errors\r\n");
                        }),
                server(
                        "shuts its half after the last answer",
                        "REFUSED_AT_RCPT_FOREIGN rcpt-foreign",
                        ProbeOptions.PLAIN,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            for (int i = 0; i < 3; i++) {
                                hear(socket);
                                say(socket, "250 ok\r\n");
                            }
                            hear(socket);
                            say(socket, "550 5.7.54 no relay\r\n");
                            socket.shutdownOutput();
                            hold(socket);
                        }),
                server(
                        "shuts its half in the middle",
                        "CLOSED_EARLY ehlo",
                        ProbeOptions.PLAIN,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            hear(socket);
                            say(socket, "250-mx\r\n250");
                            socket.shutdownOutput();
                            hold(socket);
                        }),
                server(
                        "resets in the middle",
                        "CLOSED_EARLY ehlo",
                        ProbeOptions.PLAIN,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            hear(socket);
                            socket.setSoLinger(true, 0);
                        }),
                server(
                        "endless line after EHLO",
                        "MALFORMED ehlo",
                        ProbeOptions.PLAIN,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            hear(socket);
                            while (true) {
                                say(socket, "250-x".repeat(1000));
                            }
                        }),
                server(
                        "endless lines after EHLO",
                        "MALFORMED ehlo",
                        ProbeOptions.PLAIN,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            hear(socket);
                            while (true) {
                                say(socket, "250-x\r\n".repeat(1000));
                            }
                        }),
                server(
                        "injects after STARTTLS",
                        "MALFORMED starttls",
                        TLS,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            converse(
                                    socket,
                                    "EHLO=250-mx\r\n250 STARTTLS\r\n",
                                    "STARTTLS=220 go\r\n250-mx\r\n250 AUTH LOGIN\r\n");
                        }),
                server(
                        "speaks no TLS after all",
                        "TLS_FAILED tls",
                        TLS,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            hear(socket);
                            say(socket, "250-mx\r\n250 STARTTLS\r\n");
                            hear(socket);
                            say(socket, "220 go\r\n");
                            // The first byte of its hello, so that it is no plain text left over.
                            socket.getInputStream().read();
                            say(socket, "250 ok\r\n250 ok\r\n250 ok\r\n");
                            hold(socket);
                        }),
                server(
                        "closes instead of TLS",
                        "TLS_FAILED tls",
                        TLS,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            hear(socket);
                            say(socket, "250-mx\r\n250 STARTTLS\r\n");
                            hear(socket);
                            say(socket, "220 go\r\n");
                            socket.getInputStream().read();
                        }),
                server(
                        "has no TLS now",
                        "TRANSIENT starttls",
                        TLS,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            converse(
                                    socket,
                                    "EHLO=250-mx\r\n250 STARTTLS\r\n",
                                    "STARTTLS=454 4.7.0 TLS not available\r\n");
                        }),
                server(
                        "pipelines",
                        "REFUSED_AT_RCPT_FOREIGN rcpt-foreign",
                        PIPELINED,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            hear(socket);
                            say(socket, "250-mx\r\n250 PIPELINING\r\n");
                            hear(socket);
                            hear(socket);
                            hear(socket);
                            say(socket, "250 ok\r\n250 ok\r\n550 5.7.54 no\r\n");
                            converse(socket);
                        }),
                server(
                        "pipelines one answer too many",
                        "MALFORMED mail",
                        PIPELINED,
                        socket -> {
                            say(socket, "220 mx\r\n");
                            hear(socket);
                            say(socket, "250-mx\r\n250 PIPELINING\r\n");
                            hear(socket);
                            hear(socket);
                            hear(socket);
                            say(socket, "250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n");
                            hold(socket);
                        }));
    }

    private static Arguments server(
            String name, String expected, ProbeOptions options, RawServer.Behaviour behaviour) {
        return arguments(name, expected, options, behaviour);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("servers")
    void everyServerIsAnOutcome(
            String name, String expected, ProbeOptions options, RawServer.Behaviour behaviour)
            throws IOException {
        try (RawServer server = new RawServer(behaviour)) {
            ProbeOutcome outcome = probe(server, options);
            assertEquals(expected, shown(outcome), outcome.toString());
        }
    }

    /** Whoever talks before he is asked can at most have refused at the banner. */
    @Test
    void bytesThatAreNoDialogueAreNeverAVerdict() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            byte[] bytes = randomBytes(random);
            try (RawServer server =
                    new RawServer(
                            socket -> {
                                socket.getOutputStream().write(bytes);
                                socket.shutdownOutput();
                                hold(socket);
                            })) {
                ProbeOptions options = random.nextBoolean() ? ProbeOptions.PLAIN : TLS;
                ProbeOutcome outcome = probe(server, options);
                String said = "seed " + seed + " round " + round + " " + outcome;
                Level level = ObservedTier.of(outcome, true).level();
                if (outcome.kind() != Kind.REFUSED_AT_BANNER) {
                    assertEquals(Level.UNKNOWN, level, said);
                }
                assertNotEquals(Kind.NOT_RUN, outcome.kind(), said);
                assertTrue(outcome.transcript().size() < 300, said);
            }
        }
    }

    private static byte[] randomBytes(Random random) {
        String[] parts = {
            "220 mx\r\n", "250 ok\r\n", "250-", "\r\n", "\n", "\0", "421 x\r\n", "5", "\u00ff", " "
        };
        StringBuilder text = new StringBuilder(random.nextInt(3) > 0 ? "220 mx\r\n" : "");
        for (int i = random.nextInt(20); i >= 0; i--) {
            if (random.nextInt(4) == 0) {
                byte[] noise = new byte[random.nextInt(3000)];
                random.nextBytes(noise);
                text.append(new String(noise, StandardCharsets.ISO_8859_1));
            } else {
                text.append(parts[random.nextInt(parts.length)]);
            }
        }
        // One reply alone would be a legal beginning of a dialogue.
        text.append("250 unasked\r\n");
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void overTlsTheDialogueGoesOnAndTheCertificateIsNoted(@TempDir Path folder) throws Exception {
        SSLContext tls = selfSigned(folder.resolve("keys.p12"));
        RawServer.Behaviour behaviour =
                socket -> {
                    say(socket, "220 mx\r\n");
                    hear(socket);
                    say(socket, "250-mx\r\n250 STARTTLS\r\n");
                    hear(socket);
                    say(socket, "220 go\r\n");
                    try (SSLSocket inner =
                            (SSLSocket)
                                    tls.getSocketFactory()
                                            .createSocket(socket, "127.0.0.1", 25, false)) {
                        inner.setUseClientMode(false);
                        converse(inner, "EHLO=250-mx\r\n250 SIZE\r\n", RELAY_REFUSED);
                    }
                };
        try (RawServer server = new RawServer(behaviour)) {
            ProbeOutcome outcome = probe(server, TLS);
            assertEquals("REFUSED_AT_RCPT_FOREIGN rcpt-foreign", shown(outcome));
            String transcript = outcome.transcript().toString();
            assertTrue(transcript.contains("TLSv1.3"), transcript);
            assertTrue(transcript.contains("certificate (not verified): CN=mx.test"), transcript);
        }
    }

    private static SSLContext selfSigned(Path file) throws Exception {
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "mx",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=mx.test",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                "not-a-secret",
                                "-keystore",
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertEquals(0, keytool.waitFor());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            store.load(in, "not-a-secret".toCharArray());
        }
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, "not-a-secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void aBackendIsToldTheClientByAHeaderWithNothingOfOurs() throws IOException {
        AtomicReference<String> told = new AtomicReference<>();
        RawServer.Behaviour behaviour =
                socket -> {
                    ProxyDecoder decoder = new ProxyDecoder();
                    while (decoder.state() == ProxyDecoder.State.NEED_MORE) {
                        decoder.take((byte) socket.getInputStream().read());
                    }
                    told.set(decoder.header().toString());
                    say(socket, "220 mx\r\n");
                    converse(socket, RELAY_REFUSED);
                };
        try (RawServer server = new RawServer(behaviour)) {
            ProbeSource source =
                    new ProbeSource.Proxied(
                            Address.parse("10.1.2.3"), 40_000, Address.parse("10.0.0.9"), 25);
            ProbeOutcome outcome =
                    ENGINE.start(
                                    request(server, source, ProbeOptions.PLAIN),
                                    new ProbeCancellation())
                            .join();
            assertEquals(Kind.REFUSED_AT_RCPT_FOREIGN, outcome.kind());
            assertEquals("ProxyHeader[10.1.2.3:40000 -> 10.0.0.9:25, tlvs=[]]", told.get());
            assertTrue(outcome.transcript().get(0).text().contains("PROXY header names 10.1.2.3"));
        }
    }

    @Test
    void aTestMessageGoesToItsOneRecipientWithItsMarker() throws IOException {
        List<String> heard = new ArrayList<>();
        RawServer.Behaviour behaviour =
                socket -> {
                    say(socket, "220 mx\r\n");
                    boolean isText = false;
                    for (String line = hear(socket); line != null; line = hear(socket)) {
                        heard.add(line);
                        isText = isText ? !line.equals(".") : line.equals("DATA");
                        if (line.equals("DATA")) {
                            say(socket, "354 go\r\n");
                        } else if (!isText) {
                            say(socket, line.equals("QUIT") ? "221 bye\r\n" : "250 ok\r\n");
                        }
                    }
                };
        try (RawServer server = new RawServer(behaviour)) {
            TestMessage message =
                    new TestMessage(
                            "sink@own.example",
                            "0123456789",
                            "Thu, 1 Jan 2026 00:00:00 +0000",
                            List.of(".", "end"));
            ProbeOutcome outcome = probe(server, ProbeOptions.PLAIN.sending(message));
            assertEquals("MESSAGE_TAKEN message", shown(outcome));
            assertEquals(
                    List.of("RCPT TO:<sink@own.example>"),
                    heard.stream().filter(line -> line.startsWith("RCPT")).toList());
            assertTrue(heard.contains("X-Postern-Probe: 0123456789"), heard.toString());
            assertTrue(heard.containsAll(List.of("..", "end", ".", "QUIT")), heard.toString());
        }
    }

    @Test
    void noMoreThanItsShareOfSessionsIsOpenAtATime() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        RawServer.Behaviour behaviour =
                socket -> {
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    open.decrementAndGet();
                    // What is taken for commands would be answered without having been asked.
                    socket.getInputStream().readNBytes(PROXY_HEADER_BYTES);
                    say(socket, "554 no\r\n");
                    converse(socket);
                };
        try (RawServer server = new RawServer(behaviour);
                ProbeEngine engine = new ProbeEngine(new ProbeEngineSettings(1, 3, 5, 100))) {
            List<CompletableFuture<ProbeOutcome>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                ProbeSource source =
                        new ProbeSource.Proxied(
                                Address.parse("10.0.0." + i % 2), 1, Address.parse("10.1.0.1"), 25);
                all.add(
                        engine.start(
                                request(server, source, ProbeOptions.PLAIN),
                                new ProbeCancellation()));
            }
            await().until(() -> open.get() == 5);
            assertEquals(5, engine.running());
            assertEquals(35, engine.waiting());
            go.countDown();
            for (CompletableFuture<ProbeOutcome> one : all) {
                assertEquals(Kind.REFUSED_AT_BANNER, one.join().kind());
            }
            assertTrue(most.get() <= 5, "at a time: " + most.get());
            await().until(() -> engine.running() == 0 && engine.waiting() == 0);
        }
    }

    @Test
    void cancellingEndsThoseUnderWayAndThoseThatWait() throws Exception {
        try (RawServer silent = new RawServer(RawServer::hold);
                ProbeEngine engine = new ProbeEngine(new ProbeEngineSettings(1, 2, 100, 100))) {
            ProbeCancellation cancellation = new ProbeCancellation();
            List<CompletableFuture<ProbeOutcome>> all = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                all.add(engine.start(request(silent, ProbeOptions.PLAIN), cancellation));
            }
            await().until(() -> silent.accepted.get() == 2);
            cancellation.cancel();
            for (CompletableFuture<ProbeOutcome> one : all) {
                assertEquals(Kind.NOT_RUN, one.join().kind());
            }
            assertEquals(2, silent.accepted.get());
            await().until(() -> engine.running() == 0);
        }
    }

    @Test
    void oneTooManyThatWaitsIsNotRunAndClosingEndsAll() throws Exception {
        try (RawServer silent = new RawServer(RawServer::hold)) {
            List<CompletableFuture<ProbeOutcome>> all = new ArrayList<>();
            try (ProbeEngine engine = new ProbeEngine(new ProbeEngineSettings(1, 1, 1, 1))) {
                for (int i = 0; i < 3; i++) {
                    all.add(
                            engine.start(
                                    request(silent, ProbeOptions.PLAIN), new ProbeCancellation()));
                }
                assertTrue(
                        all.get(2).join().transcript().toString().contains("too many probes"),
                        all.get(2).join().toString());
                await().until(() -> silent.accepted.get() == 1);
            }
            for (CompletableFuture<ProbeOutcome> one : all) {
                assertEquals(Kind.NOT_RUN, one.join().kind());
            }
        }
    }
}

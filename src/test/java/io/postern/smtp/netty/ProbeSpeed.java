package io.postern.smtp.netty;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeOutcome.Kind;
import io.postern.smtp.ProbeSettings;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures the probe engine against the C load generator smtp-source and a plain one-thread NIO
 * client, on the same smtp-sink in the same run, interleaved; and holds 10,000 probes at a time.
 *
 * <p>A dialogue of the engine is seven replies (banner, EHLO, MAIL, RCPT, RCPT, RSET, QUIT); one of
 * smtp-source, one message a session, is seven too (banner, HELO, MAIL, RCPT, DATA, its end, QUIT).
 * Both open 32 sessions at a time and one connection a dialogue.
 *
 * <p>{@code ProbeSpeed speed [ROUNDS [N]]}: needs smtp-sink and smtp-source. {@code ProbeSpeed
 * flight [N]}: run it with {@code -Xmx256m} and enough open files.
 */
public final class ProbeSpeed {
    private static final String SINK = "/usr/sbin/smtp-sink";
    private static final String SOURCE = "/usr/sbin/smtp-source";
    private static final int SESSIONS = 32;
    private static final ProbeSettings SETTINGS =
            new ProbeSettings("speed.test", "a@own.example", "b@own.example", "c@far.example");
    private static final ProbeTimeouts PATIENT =
            new ProbeTimeouts(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(10));
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private ProbeSpeed() {}

    /** How long a run took, and how much of a processor in this program. */
    private record Run(double seconds, double cpuSeconds, int dialogues) {
        double perSecond() {
            return dialogues / seconds;
        }

        double microsPerDialogue() {
            return cpuSeconds * 1e6 / dialogues;
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && arguments[0].equals("flight")) {
            flight(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000);
        } else {
            speed(
                    arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5,
                    arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5000);
        }
    }

    private static Run measure(int dialogues, Work work) throws Exception {
        long began = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        work.run();
        return new Run(
                (System.nanoTime() - began) / 1e9,
                (SYSTEM.getProcessCpuTime() - cpu) / 1e9,
                dialogues);
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Process sink(int port, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(SINK, "-u", "nobody", "-m", "12000"));
        command.addAll(List.of(options));
        command.addAll(List.of("127.0.0.1:" + port, "4000"));
        Process sink = start(command.toArray(String[]::new));
        awaitSink(port);
        return sink;
    }

    private static void awaitSink(int port) throws Exception {
        for (int i = 0; i < 200; i++) {
            try (Socket up = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new IOException("the sink does not answer");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return free.getLocalPort();
        }
    }

    private static void engine(ProbeEngine engine, InetSocketAddress target, int count) {
        ProbeCancellation never = new ProbeCancellation();
        ProbeRequest request = new ProbeRequest(target, ProbeSource.anyLocal(), SETTINGS, PATIENT);
        List<CompletableFuture<ProbeOutcome>> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(engine.start(request, never));
        }
        for (CompletableFuture<ProbeOutcome> one : all) {
            if (one.join().kind() != Kind.ACCEPTED) {
                throw new IllegalStateException(one.join().toString());
            }
        }
    }

    private static void source(int port, int count) throws Exception {
        Process source =
                start(
                        SOURCE,
                        "-s",
                        SESSIONS + "",
                        "-m",
                        count + "",
                        "-l",
                        "64",
                        "-f",
                        "a@own.example",
                        "-t",
                        "c@far.example",
                        "127.0.0.1:" + port);
        if (source.waitFor() != 0) {
            throw new IOException("smtp-source failed");
        }
    }

    private static void speed(int rounds, int count) throws Exception {
        int port = freePort();
        InetSocketAddress target = new InetSocketAddress("127.0.0.1", port);
        Process sink = sink(port);
        try (ProbeEngine engine =
                new ProbeEngine(new ProbeEngineSettings(1, SESSIONS, SESSIONS, 100_000))) {
            for (int i = 0; i < 2; i++) {
                engine(engine, target, count);
                new PlainClient(target, SETTINGS, SESSIONS).run(count);
            }
            System.out.printf(
                    "%d dialogues a run, %d at a time, load %.1f, after 2 runs of warm-up%n%n",
                    count, SESSIONS, SYSTEM.getSystemLoadAverage());
            System.out.println(
                    "round  engine/s  smtp-source/s  ratio  engine us  plain NIO us  ratio  plain/s");
            List<Double> speeds = new ArrayList<>();
            List<Double> costs = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                Run ours = measure(count, () -> engine(engine, target, count));
                Run theirs = measure(count, () -> source(port, count));
                Run plain =
                        measure(
                                count,
                                () -> new PlainClient(target, SETTINGS, SESSIONS).run(count));
                speeds.add(ours.perSecond() / theirs.perSecond());
                costs.add(ours.microsPerDialogue() / plain.microsPerDialogue());
                System.out.printf(
                        "%5d  %8.0f  %13.0f  %5.2f  %9.0f  %12.0f  %5.2f  %7.0f%n",
                        round,
                        ours.perSecond(),
                        theirs.perSecond(),
                        speeds.get(round - 1),
                        ours.microsPerDialogue(),
                        plain.microsPerDialogue(),
                        costs.get(round - 1),
                        plain.perSecond());
            }
            System.out.printf(
                    "%nmedian: %.2f of smtp-source's dialogues a second (aim 0.9 or more);"
                            + " %.2f of the plain client's CPU a dialogue (aim 2 or less)%n",
                    median(speeds), median(costs));
        } finally {
            sink.destroy();
        }
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static void flight(int count) throws Exception {
        if (SYSTEM instanceof UnixOperatingSystemMXBean unix
                && unix.getMaxFileDescriptorCount() < count + 200) {
            System.out.printf(
                    "%d open files are allowed, %d needed: ulimit -n%n",
                    unix.getMaxFileDescriptorCount(), count + 200);
            return;
        }
        int port = freePort();
        Process sink =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                HoldingSink.class.getName(),
                                String.valueOf(port),
                                String.valueOf(count))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        awaitSink(port);
        try (ProbeEngine engine =
                new ProbeEngine(new ProbeEngineSettings(2, 10_000, count, 100_000))) {
            InetSocketAddress target = new InetSocketAddress("127.0.0.1", port);
            AtomicInteger mostHeap = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            Thread watch =
                    new Thread(
                            () -> {
                                while (!Thread.currentThread().isInterrupted()) {
                                    most.accumulateAndGet(sockets(), Math::max);
                                    Runtime jvm = Runtime.getRuntime();
                                    int heap = (int) ((jvm.totalMemory() - jvm.freeMemory()) >> 20);
                                    mostHeap.accumulateAndGet(heap, Math::max);
                                    try {
                                        TimeUnit.MILLISECONDS.sleep(200);
                                    } catch (InterruptedException e) {
                                        return;
                                    }
                                }
                            });
            watch.setDaemon(true);
            watch.start();
            Run run = measure(count, () -> engine(engine, target, count));
            watch.interrupt();
            System.out.printf(
                    "%d probes, most sockets open at a time %d, %.1f s, %.1f s of CPU, heap at most"
                            + " %d of %d MiB; all accepted%n",
                    count,
                    most.get(),
                    run.seconds(),
                    run.cpuSeconds(),
                    mostHeap.get(),
                    Runtime.getRuntime().maxMemory() >> 20);
        } finally {
            sink.destroy();
        }
    }

    private static int sockets() {
        String[] all = new File("/proc/self/fd").list();
        return all == null ? 0 : all.length;
    }
}

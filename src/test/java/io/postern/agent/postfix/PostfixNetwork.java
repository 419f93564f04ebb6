package io.postern.agent.postfix;

import io.postern.agent.probe.Prober;
import io.postern.smtp.ObservedTier;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.netty.ProbeSource;
import io.postern.smtp.netty.ProbeTimeouts;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A network namespace of its own with addresses on its loopback, and a prober inside it: real
 * connections from real addresses that nobody else sees. Needs root.
 */
final class PostfixNetwork implements AutoCloseable {
    /** The server's addresses. */
    static final String SERVER4 = "10.66.0.1";

    static final String SERVER6 = "fd66::1";

    private final String name =
            String.format("postfix-%08x", ThreadLocalRandom.current().nextInt());
    private final Process prober;
    private final BufferedWriter questions;
    private final BufferedReader answers;

    /**
     * Makes it.
     *
     * @param addresses of clients, of either family
     */
    PostfixNetwork(List<String> addresses) throws IOException {
        ip("netns", "add", name);
        ip("-n", name, "link", "set", "lo", "up");
        List<String> all = new ArrayList<>(List.of(SERVER4, SERVER6));
        all.addAll(addresses);
        for (String address : all) {
            boolean is6 = address.indexOf(':') >= 0;
            ip("-n", name, "addr", "add", address + (is6 ? "/128" : "/32"), "dev", "lo");
        }
        prober =
                new ProcessBuilder(
                                "ip",
                                "netns",
                                "exec",
                                name,
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                classPath(),
                                PostfixNetwork.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        questions =
                new BufferedWriter(
                        new OutputStreamWriter(prober.getOutputStream(), StandardCharsets.UTF_8));
        answers =
                new BufferedReader(
                        new InputStreamReader(prober.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Of this class and of what it probes with, wherever a test runner has them from. */
    private static String classPath() throws IOException {
        List<String> places = new ArrayList<>();
        try {
            for (Class<?> one :
                    List.of(
                            PostfixNetwork.class,
                            Prober.class,
                            io.netty.util.concurrent.Future.class,
                            io.netty.buffer.ByteBuf.class,
                            io.netty.resolver.AddressResolver.class,
                            io.netty.channel.Channel.class,
                            io.netty.channel.unix.Unix.class,
                            io.netty.handler.codec.DecoderException.class,
                            io.netty.handler.ssl.SslHandler.class)) {
                places.add(
                        Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI())
                                .toString());
            }
        } catch (URISyntaxException e) {
            throw new IOException("no class path", e);
        }
        return String.join(File.pathSeparator, places);
    }

    String name() {
        return name;
    }

    /**
     * Probes the server from an address.
     *
     * @return level, kind and deciding reply, separated by bars
     */
    String[] probe(String source, int port) throws IOException {
        questions.write(source + " " + port + "\n");
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the prober inside the namespace has ended");
        }
        return answer.split("\\|", 3);
    }

    private static void ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        prober.descendants().forEach(ProcessHandle::destroyForcibly);
        prober.destroyForcibly();
        ip("netns", "del", name);
    }

    /** The prober: a line with source and port in, a line with the answer out. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ProbeSettings settings =
                new ProbeSettings(
                        "probe.contoso.example",
                        "probe@contoso.example",
                        "postmaster@contoso.example",
                        "postmaster@example.com");
        in.lines().forEach(line -> System.out.println(answer(line.split(" "), settings)));
    }

    private static String answer(String[] question, ProbeSettings settings) {
        try {
            InetAddress source = InetAddress.getByName(question[0]);
            String server = question[0].indexOf(':') >= 0 ? SERVER6 : SERVER4;
            Duration wait = Duration.ofSeconds(10);
            ProbeOutcome outcome =
                    new Prober()
                            .probe(
                                    new InetSocketAddress(server, Integer.parseInt(question[1])),
                                    new ProbeSource.Real(source),
                                    settings,
                                    new ProbeTimeouts(wait, wait, wait.multipliedBy(3)));
            return ObservedTier.of(outcome, false).level()
                    + "|"
                    + outcome.kind()
                    + "|"
                    + (outcome.reply() == null
                            ? "-"
                            : String.join(" / ", outcome.reply().wireLines()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

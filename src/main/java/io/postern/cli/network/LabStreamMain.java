package io.postern.cli.network;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The stream inside a host; it counts until its standard input ends, then reports. */
final class LabStreamMain {
    private LabStreamMain() {}

    /**
     * @param arguments connections a second on each path, longest time in milliseconds, and for
     *     each path source address, server address, port
     */
    public static void main(String[] arguments) throws IOException {
        List<LabStream.Path> paths = new ArrayList<>();
        for (int i = 2; i + 2 < arguments.length; i += 3) {
            paths.add(
                    new LabStream.Path(
                            arguments[i], arguments[i + 1], Integer.parseInt(arguments[i + 2])));
        }
        AtomicBoolean isStopped = new AtomicBoolean();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (ConnectionStream warmUp = new ConnectionStream(paths, 1000)) {
            warmUp.run(1, () -> false);
        }
        try (ConnectionStream stream =
                new ConnectionStream(paths, Integer.parseInt(arguments[0]))) {
            long before = synRetransmissions();
            long began = System.nanoTime();
            out.println(LabStream.COUNTING);
            stopAtEndOfInput(isStopped);
            long end = began + Long.parseLong(arguments[1]) * 1_000_000;
            double seconds =
                    stream.run(Long.MAX_VALUE, () -> isStopped.get() || System.nanoTime() > end);
            out.println(
                    new ObjectMapper()
                            .writeValueAsString(
                                    new LabStream.Report(
                                            stream.reports(),
                                            seconds,
                                            synRetransmissions() - before)));
        }
    }

    private static void stopAtEndOfInput(AtomicBoolean isStopped) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                System.in.transferTo(java.io.OutputStream.nullOutputStream());
                            } catch (IOException e) {
                                // Without input there is nobody to go on for.
                                isStopped.set(true);
                            }
                            isStopped.set(true);
                        },
                        "stop");
        thread.setDaemon(true);
        thread.start();
    }

    /** What the kernel of this network namespace counts. */
    private static long synRetransmissions() throws IOException {
        return counter(
                Files.readAllLines(java.nio.file.Path.of("/proc/self/net/netstat")),
                "TcpExt:",
                "TCPSynRetrans");
    }

    /** A counter of a file that has a line of names before each line of values. */
    static long counter(List<String> lines, String group, String name) {
        List<String> names = null;
        for (String line : lines) {
            if (line.startsWith(group + " ")) {
                List<String> words = Arrays.asList(line.split(" "));
                if (names != null) {
                    return Long.parseLong(words.get(names.indexOf(name)));
                }
                if (!words.contains(name)) {
                    break;
                }
                names = words;
            }
        }
        throw new IllegalArgumentException("the kernel does not count " + name);
    }
}

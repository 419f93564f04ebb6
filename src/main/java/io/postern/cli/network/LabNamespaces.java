package io.postern.cli.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The lab's network namespaces on this machine: how one is made and how it is taken down. */
final class LabNamespaces {
    /** {@code postern-}, four hex digits of the run, the host. */
    private static final Pattern NAME = Pattern.compile("(postern-[0-9a-f]{4})-[a-z0-9]{1,20}");

    private static final Path BOUND = Path.of("/run/netns");
    private static final Path FILES = Path.of("/etc/netns");
    private static final Duration GRACE = Duration.ofSeconds(5);

    private LabNamespaces() {}

    /** Makes one, marked, with loopback up and without DNS. */
    static void make(String name, LabMark mark) throws IOException {
        LabCommand.run("ip", "netns", "add", name).okay("making the namespace " + name);
        mark.write(name);
        // What lies here is shown in place of the file in /etc to what runs in the namespace.
        Path files = Files.createDirectories(FILES.resolve(name));
        Files.writeString(
                files.resolve("resolv.conf"), "# the lab has no DNS\n", StandardCharsets.UTF_8);
    }

    /** Sets a kernel setting of the namespace, by its path below {@code /proc/sys/net}. */
    static void set(String name, String value, String... settings) throws IOException {
        List<String> command =
                Stream.concat(
                                Stream.of("ip", "netns", "exec", name, "tee"),
                                Stream.of(settings).map(setting -> "/proc/sys/net/" + setting))
                        .toList();
        LabCommand.run(command, value, GRACE).okay("settings of " + name);
    }

    /** Names on this machine that look like a lab's. */
    static Set<String> lookingLikeOurs() throws IOException {
        if (!Files.isDirectory(BOUND)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(BOUND)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** The run that a name belongs to, e.g. {@code postern-1f2e}. */
    static String run(String name) {
        return name.substring(0, name.lastIndexOf('-'));
    }

    /**
     * Takes down what labs left behind whose process is gone: namespaces that carry the mark, with
     * what runs in them, and their directories. Others are not touched, whatever their name.
     *
     * @return the namespaces taken down
     */
    static List<String> takeDownLeftovers() throws IOException {
        Set<String> found = new TreeSet<>();
        for (String name : lookingLikeOurs()) {
            Optional<LabMark> mark = LabMark.read(name);
            if (mark.isPresent() && !mark.get().isOwnerAlive()) {
                found.add(name);
            }
        }
        for (String name : found) {
            takeDown(name);
        }
        for (String run : found.stream().map(LabNamespaces::run).collect(Collectors.toSet())) {
            deleteDirectory(directory(run));
        }
        return List.copyOf(found);
    }

    /** Where a run keeps its files. */
    static Path directory(String run) {
        return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().resolve(run);
    }

    /** Ends what runs in a namespace and deletes it with its interfaces. */
    static void takeDown(String name) throws IOException {
        end(pids(name));
        LabCommand.run("ip", "netns", "del", name).okay("deleting the namespace " + name);
        deleteDirectory(FILES.resolve(name));
    }

    /** Processes that are in a namespace. */
    static List<ProcessHandle> pids(String name) throws IOException {
        return LabCommand.run("ip", "netns", "pids", name)
                .okay("listing the processes of " + name)
                .lines()
                .map(line -> ProcessHandle.of(Long.parseLong(line.strip())))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Ends processes: asked first, then by force. */
    static void end(List<ProcessHandle> processes) throws IOException {
        processes.forEach(ProcessHandle::destroy);
        if (!awaitEnd(processes)) {
            processes.forEach(ProcessHandle::destroyForcibly);
            if (!awaitEnd(processes)) {
                throw new IOException("these processes do not end: " + processes);
            }
        }
    }

    private static boolean awaitEnd(List<ProcessHandle> processes) throws IOException {
        try {
            CompletableFuture.allOf(
                            processes.stream()
                                    .map(ProcessHandle::onExit)
                                    .toArray(CompletableFuture[]::new))
                    .get(GRACE.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** Deletes a directory with what is in it, if it is there; links are not followed. */
    static void deleteDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

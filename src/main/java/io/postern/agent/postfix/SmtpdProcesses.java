package io.postern.agent.postfix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The smtpd processes that run now. An idle one ends when Postfix is reloaded, but not before the
 * command returns: until then it would take a connection under the old rules.
 */
final class SmtpdProcesses {
    /** What lasts longer is in a session, which goes on as it began. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final List<ProcessHandle> running;

    private SmtpdProcesses(List<ProcessHandle> running) {
        this.running = running;
    }

    /**
     * Those of the Postfix of a queue directory; none if they cannot be seen.
     *
     * @param queueDirectory where master keeps its process id
     */
    static SmtpdProcesses of(Path queueDirectory) {
        try {
            String pid = Files.readString(queueDirectory.resolve("pid/master.pid")).strip();
            return new SmtpdProcesses(
                    ProcessHandle.of(Long.parseLong(pid)).stream()
                            .flatMap(ProcessHandle::children)
                            .filter(SmtpdProcesses::isSmtpd)
                            .toList());
        } catch (IOException | NumberFormatException e) {
            return new SmtpdProcesses(List.of());
        }
    }

    private static boolean isSmtpd(ProcessHandle process) {
        try {
            // The path of its program is not to be had without more rights; its name is.
            Path name = Path.of("/proc", String.valueOf(process.pid()), "comm");
            return Files.readString(name).strip().equals("smtpd");
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits until they have ended, or are seen to be busy. */
    void awaitEnd() throws IOException {
        CompletableFuture<Void> ended =
                CompletableFuture.allOf(
                        running.stream()
                                .map(ProcessHandle::onExit)
                                .toArray(CompletableFuture[]::new));
        try {
            ended.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // In sessions: they end with them.
            ended.cancel(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Postfix read its files again", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process cannot fail", e);
        }
    }
}

package io.postern.agent.postfix;

import io.postern.agent.DurableFile;
import io.postern.agent.PostfixPoint;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixPlan;
import io.postern.enforcement.postfix.PostfixStep;
import io.postern.enforcement.postfix.PostfixStep.RemoveTables;
import io.postern.enforcement.postfix.PostfixStep.SetParameter;
import io.postern.enforcement.postfix.PostfixStep.WriteTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The Postfix of the host on which this agent runs, as a driver. A step is taken only if everything
 * is as it was when the step was planned, and is in force when what is read back holds what {@link
 * PostfixPlan#apply} says. An answer that was lost is settled by reading again. Thread-safe.
 */
public final class PostfixDriver implements PostfixPoint {
    /** main.cf as it was before the first write, for people; nothing reads it. */
    static final String COPY = "main.cf.found";

    private final String server;
    private final PostfixPrograms programs;
    private final PostfixTables tables;
    private final PostfixReader reader;
    private final Path directory;

    /**
     * Asks nothing yet.
     *
     * @param server name, for messages
     * @param configDirectory where main.cf is
     * @param tableDirectory of our tables; null = {@code postern} in the configuration directory
     * @param postconf the program, by its full path
     * @param postmap likewise
     * @param postfix likewise
     * @param timeout for one call of a program
     * @param directory of this server's files of the agent; exists
     */
    public PostfixDriver(
            String server,
            Path configDirectory,
            Path tableDirectory,
            Path postconf,
            Path postmap,
            Path postfix,
            Duration timeout,
            Path directory) {
        this.server = server;
        Path config = configDirectory.toAbsolutePath().normalize();
        this.programs = new PostfixPrograms(postconf, postmap, postfix, config, timeout);
        this.tables =
                new PostfixTables(
                        tableDirectory == null
                                ? config.resolve("postern")
                                : tableDirectory.toAbsolutePath().normalize());
        this.reader = new PostfixReader(programs, tables);
        this.directory = directory;
    }

    @Override
    public synchronized ObservedPostfix read() throws IOException {
        try {
            return reader.read();
        } catch (IOException e) {
            throw new IOException(
                    "cannot read the Postfix of " + server + ": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void execute(PostfixStep step) throws IOException {
        ObservedPostfix before = read();
        if (!before.isRunning()) {
            throw new IOException("nothing was written: Postfix is not running");
        }
        ObservedPostfix expected;
        try {
            expected = PostfixPlan.apply(before, step);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
        try {
            write(step, before);
        } catch (IOException e) {
            settle(step, before, expected, e);
        }
        if (!(step instanceof RemoveTables)) {
            reload(step);
        }
        if (!PostfixPlan.isSame(reader.readRunning(), expected)) {
            throw new IOException(
                    "Postfix reads back otherwise than it was written: " + step.description());
        }
    }

    private void write(PostfixStep step, ObservedPostfix before) throws IOException {
        if (step instanceof WriteTables write) {
            tables.write(write.after());
        } else if (step instanceof RemoveTables) {
            tables.remove();
            Files.deleteIfExists(directory.resolve(COPY));
        } else if (step instanceof SetParameter change) {
            if (before.set().equals(before.held().found())) {
                keepCopy();
            }
            programs.set(change.name(), change.after());
        }
    }

    private void keepCopy() throws IOException {
        Path main = programs.configDirectory().resolve("main.cf");
        DurableFile.write(directory.resolve(COPY), DurableFile.read(main));
    }

    /** Reads what a write that failed has done; returns if it has done everything. */
    private void settle(
            PostfixStep step, ObservedPostfix before, ObservedPostfix expected, IOException why)
            throws IOException {
        ObservedPostfix found;
        try {
            found = reader.read();
        } catch (IOException e) {
            throw new IOException(
                    "it is not known whether this was written: "
                            + step.description()
                            + " ("
                            + why.getMessage()
                            + "); "
                            + e.getMessage(),
                    e);
        }
        if (PostfixPlan.isSame(found, before)) {
            throw new IOException("it was not written: " + why.getMessage(), why);
        }
        if (!PostfixPlan.isSame(found, expected)) {
            throw new IOException(
                    "it was written in part only: "
                            + step.description()
                            + " ("
                            + why.getMessage()
                            + ")",
                    why);
        }
    }

    /** Twice, as it is as good as once, and what is written must come into force. */
    private void reload(PostfixStep step) throws IOException {
        SmtpdProcesses old = SmtpdProcesses.of(reader.queueDirectory());
        try {
            programs.reload();
        } catch (IOException first) {
            try {
                programs.reload();
            } catch (IOException e) {
                throw new IOException(
                        "it was written, but it is not known whether it is in force: "
                                + step.description()
                                + " ("
                                + e.getMessage()
                                + ")",
                        e);
            }
        }
        old.awaitEnd();
    }
}

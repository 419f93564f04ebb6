package io.postern.agent.exchange;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.AgentTime;
import io.postern.agent.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The one domain controller that a server's connectors are written to and read from, kept on the
 * disk: whoever is killed between write and read-back must ask the same one, since others may not
 * know of the write yet. Another is chosen only when no write is recent. Not thread-safe.
 */
final class DomainControllerChoice {
    private static final ObjectMapper JSON = new ObjectMapper();

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Kept(String name, long lastWriteMillis) {}

    private final Path file;
    private final String fixed;
    private final Duration replication;
    private final AgentTime time;
    private Kept kept;

    /**
     * @param fixed the only one allowed; null = free
     * @param replication how long a write takes to be everywhere
     */
    DomainControllerChoice(Path directory, String fixed, Duration replication, AgentTime time)
            throws IOException {
        this.file = directory.resolve("domain-controller.json");
        this.fixed = fixed;
        this.replication = replication;
        this.time = time;
        this.kept = read();
    }

    private Kept read() throws IOException {
        if (!Files.exists(file)) {
            return new Kept(null, 0);
        }
        try {
            Kept read = JSON.readValue(DurableFile.read(file), Kept.class);
            if (read == null) {
                throw new IOException(file + " is damaged: it is empty");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * The one to ask; null = whichever the script chooses.
     *
     * @throws IOException if the settings name another than the one last written to, too soon
     */
    String name() throws IOException {
        if (fixed != null && kept.name() != null && !fixed.equalsIgnoreCase(kept.name())) {
            if (isWriteRecent()) {
                throw new IOException(
                        "the settings name "
                                + fixed
                                + ", but "
                                + kept.name()
                                + " was written to less than "
                                + replication.toMinutes()
                                + " minutes ago");
            }
            write(new Kept(fixed, kept.lastWriteMillis()));
        }
        return fixed != null ? fixed : kept.name();
    }

    /** Keeps what was chosen. */
    void chosen(String name) throws IOException {
        if (!name.equals(kept.name())) {
            write(new Kept(name, kept.lastWriteMillis()));
        }
    }

    /** Must be told before every write. */
    void aboutToWrite() throws IOException {
        write(new Kept(kept.name(), time.now().toEpochMilli()));
    }

    /** Forgets one that does not answer; false = it must be waited for. */
    boolean forget() throws IOException {
        if (fixed != null || kept.name() == null || isWriteRecent()) {
            return false;
        }
        write(new Kept(null, kept.lastWriteMillis()));
        return true;
    }

    private boolean isWriteRecent() {
        long age = time.now().toEpochMilli() - kept.lastWriteMillis();
        // A clock set back leaves a write in the future, which is recent.
        return age < replication.toMillis();
    }

    private void write(Kept next) throws IOException {
        DurableFile.write(file, JSON.writeValueAsBytes(next));
        kept = next;
    }
}

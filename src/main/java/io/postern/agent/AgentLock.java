package io.postern.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps two programs from writing to the same servers. The system frees it if one is killed. */
public final class AgentLock implements AutoCloseable {
    private final FileChannel channel;

    private AgentLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock of a data directory.
     *
     * @throws IOException if another program holds it
     */
    public static AgentLock take(Path data) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        data.resolve("agent.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new AgentLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very program: the same to whoever asks.
        }
        channel.close();
        throw new IOException("the agent of " + data + " is running; stop it first");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

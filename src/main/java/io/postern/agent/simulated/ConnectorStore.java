package io.postern.agent.simulated;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps the connectors of a simulated server in a JSON file, as a real server keeps its own in
 * Active Directory: they survive a restart of the agent, and a crash while saving leaves the old or
 * the new ones, never half of them. Not thread-safe; one store per file.
 */
public final class ConnectorStore {
    private static final long MAX_BYTES = 16_000_000;
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private final Path file;
    private final List<ReceiveConnector> defaults;

    /**
     * @param file need not exist, its directory must
     * @param defaults what a server has that was never changed
     */
    public ConnectorStore(Path file, List<ReceiveConnector> defaults) {
        this.file = file;
        this.defaults = List.copyOf(defaults);
    }

    /**
     * The connectors last saved; the defaults if the file does not exist.
     *
     * @throws IOException if the file is there and cannot be read as connectors; it is never taken
     *     for a fresh server's then
     */
    public List<ReceiveConnector> load() throws IOException {
        if (!Files.exists(file)) {
            return defaults;
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
        }
        try {
            ConnectorData[] saved = JSON.readValue(file.toFile(), ConnectorData[].class);
            if (saved == null || Arrays.asList(saved).contains(null)) {
                throw new IOException(file + " has null in place of a connector");
            }
            return Stream.of(saved).map(ConnectorData::toConnector).toList();
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not a list of connectors: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " has an invalid connector: " + e.getMessage(), e);
        }
    }

    /**
     * Saves the connectors; when this returns they are on the disk.
     *
     * @throws IOException if not; the file is as it was then
     */
    public void save(List<ReceiveConnector> connectors) throws IOException {
        byte[] json = JSON.writeValueAsBytes(connectors.stream().map(ConnectorData::of).toList());
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(json);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(
                temporary,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        forceDirectory();
    }

    /** The rename itself must reach the disk; Windows cannot open a directory and needs it not. */
    private void forceDirectory() throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Path directory = file.toAbsolutePath().getParent();
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}

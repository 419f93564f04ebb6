package io.postern.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files that a crash leaves old or new, never half, and that only their owner can read (where the
 * file system knows owners).
 */
public final class DurableFile {
    private static final int MAX_BYTES = 64_000_000;

    private DurableFile() {}

    /**
     * Replaces a file; when this returns the content is on the disk.
     *
     * @throws IOException if not; the file is as it was then
     */
    public static void write(Path file, byte[] content) throws IOException {
        if (content.length > MAX_BYTES) {
            // What could not be read again would keep the next start from what it must undo.
            throw new IOException(
                    file + " would have " + content.length + " bytes, more than " + MAX_BYTES);
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        if (isPosix(file)) {
            Files.createFile(
                    part,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(part);
        }
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory(file.toAbsolutePath().getParent());
    }

    /** The rename itself must reach the disk; Windows cannot open a directory and needs it not. */
    private static void forceDirectory(Path directory) throws IOException {
        if (isPosix(directory)) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /**
     * The content of a file.
     *
     * @throws IOException if it is not there, unreadable, or larger than any file of an agent
     */
    public static byte[] read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }

    /** Makes a directory, and those above it, that only its owner can enter. */
    public static void makeDirectory(Path directory) throws IOException {
        if (isPosix(directory)) {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(directory);
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}

package io.postern.agent.postfix;

import io.postern.agent.DurableFile;
import io.postern.enforcement.postfix.PostfixState;
import io.postern.enforcement.postfix.PostfixText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Our two tables in their directory. */
record PostfixTables(Path directory) {
    /** The content of a table; null = there is none. */
    String read(String file) throws IOException {
        Path table = directory.resolve(file);
        if (!Files.exists(table)) {
            return null;
        }
        if (!Files.isRegularFile(table)) {
            throw new IOException(table + " is no file");
        }
        return new String(DurableFile.read(table), StandardCharsets.UTF_8);
    }

    /** Replaces both, each old or new and never half; both are as they were if this fails. */
    void write(PostfixState state) throws IOException {
        DurableFile.makeDirectory(directory);
        String before = read(PostfixText.CLIENTS_FILE);
        write(PostfixText.CLIENTS_FILE, PostfixText.clients(state));
        try {
            write(PostfixText.RELAY_FILE, PostfixText.relay(state));
        } catch (IOException e) {
            if (before == null) {
                Files.deleteIfExists(directory.resolve(PostfixText.CLIENTS_FILE));
            } else {
                write(PostfixText.CLIENTS_FILE, before);
            }
            throw e;
        }
    }

    private void write(String file, String content) throws IOException {
        DurableFile.write(directory.resolve(file), content.getBytes(StandardCharsets.UTF_8));
    }

    /** Removes both, and their directory where nothing else is in it. */
    void remove() throws IOException {
        Files.deleteIfExists(directory.resolve(PostfixText.CLIENTS_FILE));
        Files.deleteIfExists(directory.resolve(PostfixText.RELAY_FILE));
        if (Files.isDirectory(directory)) {
            try (Stream<Path> left = Files.list(directory)) {
                if (left.findAny().isPresent()) {
                    return;
                }
            }
            Files.delete(directory);
        }
    }
}

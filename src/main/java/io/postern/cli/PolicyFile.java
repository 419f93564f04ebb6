package io.postern.cli;

import io.postern.policy.InvalidPolicyException;
import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads policy files, and texts in general, with faults as {@code file:line:column: message}. */
final class PolicyFile {
    /** Largest policy file: 32 MiB. */
    static final long MAX_BYTES = PolicyDocument.MAX_CHARACTERS;

    private PolicyFile() {}

    /**
     * The document in a file.
     *
     * @throws BadInputException with every fault
     */
    static PolicyDocument read(Path file) {
        String text = text(file, MAX_BYTES);
        try {
            return PolicyDocument.parse(text);
        } catch (InvalidPolicyException e) {
            throw new BadInputException(
                    e.errors().stream().map(error -> error.at(file.toString())).toList());
        }
    }

    /** The text of a UTF-8 file of at most so many bytes. */
    static String text(Path file, long limit) {
        try {
            if (Files.isDirectory(file)) {
                throw new BadInputException(file + ":1:1: is a directory, not a file");
            }
            if (Files.size(file) > limit) {
                throw tooLarge(file.toString(), limit);
            }
            return decoded(file.toString(), Files.readAllBytes(file), limit);
        } catch (NoSuchFileException e) {
            throw new BadInputException(file + ":1:1: no such file");
        } catch (IOException e) {
            throw new BadInputException(file + ":1:1: cannot be read: " + e.getMessage());
        }
    }

    private static BadInputException tooLarge(String name, long limit) {
        return new BadInputException(
                name
                        + ":1:1: the file is larger than "
                        + limit
                        + " bytes ("
                        + (limit >> 20)
                        + " MiB)");
    }

    /** The text of bytes that must be UTF-8 and at most so many. */
    static String decoded(String name, byte[] bytes, long limit) {
        if (bytes.length > limit) {
            throw tooLarge(name, limit);
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        // Only a text with the replacement character can have lost something.
        return text.indexOf('\uFFFD') < 0 ? text : strictlyDecoded(name, bytes);
    }

    private static String strictlyDecoded(String name, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        out.flip();
        if (result.isError()) {
            String before = out.toString();
            long line = before.chars().filter(c -> c == '\n').count() + 1;
            int column = before.length() - before.lastIndexOf('\n');
            throw new BadInputException(
                    name + ":" + line + ":" + column + ": not UTF-8 text; save the file as UTF-8");
        }
        return out.toString();
    }
}

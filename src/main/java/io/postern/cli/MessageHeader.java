package io.postern.cli;

import io.postern.smtp.TestMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;

/**
 * The header of a message, from a file with the whole message or with its header alone.
 *
 * @param fields in their order, unfolded
 */
record MessageHeader(List<HeaderField> fields) {
    private static final int MAX_FIELDS = 2_000;
    private static final int MAX_LINE = 64 * 1024;
    private static final int MAX_BYTES = 1024 * 1024;

    /** RFC 5322 section 2.2, and the obsolete blanks before the colon of section 4.5. */
    private static final Pattern FIELD = Pattern.compile("[\\x21-\\x39\\x3b-\\x7e]+[ \\t]*:");

    private static final MimeConfig CONFIG =
            MimeConfig.custom()
                    .setMaxHeaderCount(MAX_FIELDS)
                    .setMaxHeaderLen(MAX_BYTES)
                    .setMaxLineLen(MAX_LINE + 2)
                    .build();

    /** One field. */
    record HeaderField(String name, String body) {}

    MessageHeader {
        fields = List.copyOf(fields);
    }

    /**
     * Reads it.
     *
     * @param file {@code -} = standard input
     * @throws BadInputException if it cannot be read, is no header, or is larger than allowed
     */
    static MessageHeader read(Path file) {
        boolean isStandardInput = file.toString().equals("-");
        String name = isStandardInput ? "<stdin>" : file.toString();
        try (InputStream in = isStandardInput ? System.in : Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            return parsed(name, header(name, new String(bytes, StandardCharsets.ISO_8859_1)));
        } catch (NoSuchFileException e) {
            throw bad(name, 1, 1, "no such file");
        } catch (IOException e) {
            throw bad(name, 1, 1, "cannot be read: " + e.getMessage());
        }
    }

    /** The lines up to the first empty one, each a field or the next line of one. */
    private static String header(String name, String text) {
        StringBuilder header = new StringBuilder();
        int fields = 0;
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            number++;
            if (line.isEmpty()) {
                return header.append("\r\n").toString();
            }
            boolean isNext = number > 1 && (line.charAt(0) == ' ' || line.charAt(0) == '\t');
            if (line.length() > MAX_LINE) {
                throw bad(name, number, MAX_LINE + 1, "a line has at most " + MAX_LINE + " bytes");
            }
            if (!isNext && !FIELD.matcher(line).lookingAt()) {
                throw bad(name, number, 1, "this is no header field: NAME: VALUE is one");
            }
            fields += isNext ? 0 : 1;
            if (fields > MAX_FIELDS) {
                throw bad(name, number, 1, "a header has at most " + MAX_FIELDS + " fields");
            }
            header.append(line).append("\r\n");
            if (header.length() > MAX_BYTES) {
                throw bad(name, number, 1, "a header has at most " + MAX_BYTES + " bytes");
            }
        }
        if (number == 0) {
            throw bad(name, 1, 1, "there is no header field");
        }
        return header.append("\r\n").toString();
    }

    private static BadInputException bad(String name, int line, int column, String fault) {
        return new BadInputException(name + ":" + line + ":" + column + ": " + fault);
    }

    private static MessageHeader parsed(String name, String header) throws IOException {
        List<HeaderField> fields = new ArrayList<>();
        MimeTokenStream stream = new MimeTokenStream(CONFIG);
        try {
            stream.parse(new ByteArrayInputStream(header.getBytes(StandardCharsets.ISO_8859_1)));
            for (EntityState state = stream.getState();
                    state != EntityState.T_END_HEADER && state != EntityState.T_END_OF_STREAM;
                    state = stream.next()) {
                if (state == EntityState.T_FIELD) {
                    Field field = stream.getField();
                    fields.add(new HeaderField(field.getName(), field.getBody()));
                }
            }
        } catch (MimeException e) {
            throw bad(name, 1, 1, e.getMessage());
        }
        if (fields.isEmpty()) {
            throw bad(name, 1, 1, "there is no header field");
        }
        return new MessageHeader(fields);
    }

    /** Whether it is the test message with that marker. */
    boolean isMarked(String marker) {
        return first(TestMessage.FIELD).equals(Optional.of(marker));
    }

    /** The bodies of all fields of that name, from the top. */
    List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(field -> field.body().strip())
                .toList();
    }

    /** The body of the topmost field of that name. */
    Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }
}

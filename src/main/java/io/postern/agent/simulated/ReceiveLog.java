package io.postern.agent.simulated;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes the SmtpReceive protocol log as Exchange does: CSV, UTF-8, UTC with milliseconds. At 10 MB
 * the file is put aside as {@code <name>.1} and begun anew. A disk that fails costs the log, never
 * a session. Thread-safe.
 */
final class ReceiveLog {
    private static final System.Logger LOGGER = System.getLogger(ReceiveLog.class.getName());
    private static final long MAX_BYTES = 10_000_000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Path file;
    private final Clock clock;
    private boolean failed;

    ReceiveLog(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /** Takes the records of one session. */
    interface Session {
        /** The log of a connector that keeps none. */
        Session SILENT = (event, data, context) -> {};

        /**
         * @param event {@code +} connect, {@code -} disconnect, {@code >} sent, {@code <} received,
         *     {@code *} information
         */
        void write(char event, String data, String context);
    }

    /** The records of one session on one connector, numbered from 0. */
    Session session(String connectorId, String sessionId, SessionEndpoints endpoints) {
        String before = field(connectorId) + "," + sessionId + ",";
        String between = "," + endpoints.localText() + "," + endpoints.sourceText() + ",";
        int[] sequence = new int[1];
        return (event, data, context) ->
                append(
                        TIME.format(clock.instant())
                                + ","
                                + before
                                + sequence[0]++
                                + between
                                + event
                                + ","
                                + field(data)
                                + ","
                                + field(context)
                                + "\r\n");
    }

    /** Quoted where comma, quote or line break demand it, quotes doubled. */
    private static String field(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private synchronized void append(String line) {
        try {
            if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
                Path aside = file.resolveSibling(file.getFileName() + ".1");
                Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            }
            String text = Files.exists(file) ? line : header() + line;
            Files.write(
                    file,
                    text.getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            if (!failed) {
                LOGGER.log(System.Logger.Level.WARNING, "The protocol log cannot be written", e);
            }
            failed = true;
        }
    }

    private String header() {
        return "#Software: Microsoft Exchange Server\r\n"
                + "#Version: 15.0.0.0\r\n"
                + "#Log-type: SMTP Receive Protocol Log\r\n"
                + "#Date: "
                + TIME.format(clock.instant())
                + "\r\n"
                + "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,"
                + "remote-endpoint,event,data,context\r\n";
    }
}

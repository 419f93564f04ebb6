package io.postern.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * How records are chained, so that any program can verify an exported trail: the hash is the
 * lower-case hex SHA-256 of the UTF-8 text of seq, at (ISO-8601, UTC), actor, action, subject kind,
 * subject id, details and the previous hash, each preceded by its length in characters and a colon
 * and followed by a line feed.
 */
public final class AuditChain {
    /** The previous hash of the first record. */
    public static final String START = "0".repeat(64);

    private AuditChain() {}

    /** The hash of a record with these fields. */
    public static String hash(
            long seq,
            Instant at,
            String actor,
            String action,
            String subjectKind,
            String subjectId,
            String details,
            String previousHash) {
        StringBuilder text = new StringBuilder();
        for (String field :
                List.of(
                        String.valueOf(seq),
                        at.toString(),
                        actor,
                        action,
                        subjectKind,
                        subjectId,
                        details,
                        previousHash)) {
            text.append(field.length()).append(':').append(field).append('\n');
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * The first fault of a trail, in order of seq.
     *
     * @param events all records from seq 1
     * @return a sentence naming the record; empty if the chain is whole
     */
    public static Optional<String> firstFault(List<AuditEvent> events) {
        String previous = START;
        long expected = 1;
        for (AuditEvent event : events) {
            if (event.seq() != expected) {
                return Optional.of("record " + expected + " is missing");
            }
            if (!event.previousHash().equals(previous)) {
                return Optional.of("record " + event.seq() + " does not follow the one before it");
            }
            String hash =
                    hash(
                            event.seq(),
                            event.at(),
                            event.actor(),
                            event.action(),
                            event.subjectKind(),
                            event.subjectId(),
                            event.details(),
                            previous);
            if (!hash.equals(event.hash())) {
                return Optional.of("record " + event.seq() + " was altered");
            }
            previous = event.hash();
            expected++;
        }
        return Optional.empty();
    }
}

package io.postern.agent.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.DurableFile;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.SmtpReply;
import io.postern.smtp.TranscriptLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The two files by which the agent and a program that runs as another account understand each other
 * (docs/vantages.md). Both are bounded, and neither side believes the other's form.
 */
final class AccountProbe {
    static final int VERSION = 1;
    static final String REQUEST = "request.json";
    static final String RESULT = "result.json";

    private static final int MAX_BYTES = 1_000_000;
    private static final int MAX_LINES = 200;
    private static final int MAX_LINE = 2_000;
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private AccountProbe() {}

    /**
     * The request.
     *
     * @param version 1
     * @param id of this request alone; the result carries it back
     * @param notAfter ISO 8601; a request found later is not run
     * @param target text of the address to connect to
     * @param source text of the address to come from
     */
    record Request(
            int version,
            String id,
            String notAfter,
            String target,
            int port,
            String source,
            String ehloName,
            String mailFrom,
            String internalRecipient,
            String externalRecipient) {
        ProbeSettings settings() {
            return new ProbeSettings(ehloName, mailFrom, internalRecipient, externalRecipient);
        }

        Instant end() {
            return Instant.parse(notAfter);
        }
    }

    /**
     * The result.
     *
     * @param version 1
     * @param id the request's
     * @param ranAs the account as its own system names it
     * @param kind a word of {@link ProbeOutcome.Kind}
     * @param replyCode null = no reply decided
     * @param transcript lines {@code millis direction text}
     */
    record Result(
            int version,
            String id,
            String ranAs,
            String kind,
            String stage,
            Integer replyCode,
            List<String> replyLines,
            List<String> transcript) {
        Result {
            replyLines = replyLines == null ? List.of() : List.copyOf(replyLines);
            transcript = transcript == null ? List.of() : List.copyOf(transcript);
        }

        static Result of(Request request, String ranAs, ProbeOutcome outcome) {
            return new Result(
                    VERSION,
                    request.id(),
                    cut(ranAs),
                    outcome.kind().name(),
                    outcome.stage(),
                    outcome.reply() == null ? null : outcome.reply().code(),
                    outcome.reply() == null
                            ? List.of()
                            : outcome.reply().lines().stream().map(AccountProbe::cut).toList(),
                    outcome.written(MAX_LINES, MAX_LINE));
        }

        /**
         * What it says, with a note of who says it.
         *
         * @throws IllegalArgumentException if it says nothing that a probe can
         */
        ProbeOutcome outcome() {
            if (kind == null || stage == null) {
                throw new IllegalArgumentException("the result has no kind or no stage");
            }
            List<TranscriptLine> lines =
                    transcript.stream().limit(MAX_LINES).map(TranscriptLine::parse).toList();
            return new ProbeOutcome(
                            ProbeOutcome.Kind.valueOf(kind),
                            stage,
                            replyCode == null || replyLines.isEmpty()
                                    ? null
                                    : SmtpReply.of(replyCode, replyLines),
                            lines)
                    .noted("run as " + cut(ranAs));
        }
    }

    private static String cut(String text) {
        return text == null
                ? "nobody it names"
                : text.length() > MAX_LINE ? text.substring(0, MAX_LINE) : text;
    }

    static void write(Path file, Object content) throws IOException {
        DurableFile.write(file, JSON.writeValueAsBytes(content));
    }

    /**
     * Reads one of the files.
     *
     * @throws IOException saying what is wrong with it
     */
    static <T> T read(Path file, Class<T> type) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
        }
        try {
            T content = JSON.readValue(bytes, type);
            if (content == null) {
                throw new IOException(file + " is empty");
            }
            return content;
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        }
    }
}

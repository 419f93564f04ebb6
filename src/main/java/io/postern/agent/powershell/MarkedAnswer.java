package io.postern.agent.powershell;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a script answered: the lines of its output that begin with the mark it was given. Everything
 * else in the output is noise of PowerShell.
 *
 * @param message the script's words; empty = none
 * @param shown its lines before the answer, each without the mark: a kind, a blank, and the rest
 */
public record MarkedAnswer(Outcome outcome, String message, List<String> shown) {
    private static final int MAX_MESSAGE = 2_000;
    private static final String ANSWER = "answer ";
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** How a script ended; its exit code says the same. */
    public enum Outcome {
        DONE("done", 0),
        /** Nothing was changed. */
        REFUSED("refused", 1),
        /** Nothing was changed, and nothing is known. */
        COULD_NOT_ASK("could-not-ask", 2),
        /** A write was sent and its effect is not known. */
        CANNOT_TELL("cannot-tell", 3);

        private final String word;
        private final int exitCode;

        Outcome(String word, int exitCode) {
            this.word = word;
            this.exitCode = exitCode;
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Line(String outcome, String message) {}

    /**
     * Reads the marked lines of a script's output.
     *
     * @param kind the one kind of line that it may show
     * @param most lines shown at most
     * @throws IOException saying what is wrong, if they are not one whole answer
     */
    public static MarkedAnswer parse(ShellOutput output, String mark, String kind, int most)
            throws IOException {
        List<String> shown = new ArrayList<>();
        Line answer = null;
        String begin = mark + " ";
        for (String line : output.standardOutput().split("\r?\n", -1)) {
            if (!line.startsWith(begin)) {
                continue;
            }
            String rest = line.substring(begin.length());
            if (answer != null) {
                throw new IOException("the script's answer goes on after its end");
            }
            if (rest.startsWith(ANSWER)) {
                answer = line(rest.substring(ANSWER.length()));
            } else if (!rest.startsWith(kind + " ")) {
                throw new IOException("the script's answer has a line of no known kind");
            } else if (shown.size() == most) {
                throw new IOException("the script shows more than " + most + " objects");
            } else {
                shown.add(rest.substring(kind.length() + 1));
            }
        }
        if (answer == null) {
            throw new IOException(
                    "the script ended with code "
                            + output.exitCode()
                            + " and without an answer"
                            + detail(output.standardError()));
        }
        return new MarkedAnswer(
                outcome(answer.outcome(), output.exitCode()),
                answer.message() == null ? "" : bounded(answer.message()),
                List.copyOf(shown));
    }

    private static Line line(String json) throws IOException {
        try {
            Line line = JSON.readValue(json, Line.class);
            if (line == null) {
                throw new IOException("the script's answer is empty");
            }
            return line;
        } catch (JsonProcessingException e) {
            throw new IOException("the script's answer is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Outcome outcome(String word, int exitCode) throws IOException {
        for (Outcome one : Outcome.values()) {
            if (one.word.equals(word) && one.exitCode == exitCode) {
                return one;
            }
        }
        throw new IOException("the script answered '" + word + "' and ended with code " + exitCode);
    }

    private static String detail(String standardError) {
        String text = bounded(standardError);
        return text.isEmpty() ? "" : ": " + text;
    }

    private static String bounded(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() > MAX_MESSAGE ? line.substring(0, MAX_MESSAGE) + " ..." : line;
    }
}

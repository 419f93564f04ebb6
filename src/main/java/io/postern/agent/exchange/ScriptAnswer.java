package io.postern.agent.exchange;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.powershell.ShellOutput;
import io.postern.enforcement.AcceptedDomain;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a script answered.
 *
 * @param message Exchange's words or the script's; empty = none
 * @param domainController the one it asked; null = it did not come so far
 * @param anonymousLogon what S-1-5-7 is called there; null = it did not come so far
 * @param states the connectors it showed
 * @param acceptedDomains all of the organisation; null = not known
 */
record ScriptAnswer(
        Outcome outcome,
        String message,
        String domainController,
        String anonymousLogon,
        List<ConnectorState> states,
        List<AcceptedDomain> acceptedDomains) {
    private static final int MAX_MESSAGE = 2_000;
    private static final int MAX_STATES = 2_000;
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** How a script ended; its exit code says the same. */
    enum Outcome {
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
    private record Line(
            String outcome, String message, String domainController, String anonymousLogon) {}

    /**
     * Reads the marked lines of a script's output; everything else in it is noise of PowerShell.
     *
     * @throws IOException saying what is wrong, if they are not one whole answer
     */
    static ScriptAnswer parse(ShellOutput output, String mark) throws IOException {
        List<ConnectorState> states = new ArrayList<>();
        List<AcceptedDomain> domains = null;
        boolean hasDomains = false;
        Line answer = null;
        for (String line : output.standardOutput().split("\r?\n", -1)) {
            if (!line.startsWith(mark + " ")) {
                continue;
            }
            String rest = line.substring(mark.length() + 1);
            if (answer != null) {
                throw new IOException("the script's answer goes on after its end");
            }
            if (rest.startsWith("state ")) {
                if (states.size() == MAX_STATES) {
                    throw new IOException("the script shows more connectors than any server has");
                }
                states.add(ConnectorState.parse(rest.substring("state ".length())));
            } else if (rest.startsWith("domains ")) {
                if (hasDomains) {
                    throw new IOException("the script shows the accepted domains twice");
                }
                hasDomains = true;
                domains = ShownDomains.parse(rest.substring("domains ".length()));
            } else if (rest.startsWith("answer ")) {
                answer = line(rest.substring("answer ".length()));
            } else {
                throw new IOException("the script's answer has a line of no known kind");
            }
        }
        if (answer == null) {
            throw new IOException(
                    "the script ended with code "
                            + output.exitCode()
                            + " and without an answer"
                            + detail(output.standardError()));
        }
        return new ScriptAnswer(
                outcome(answer.outcome(), output.exitCode()),
                answer.message() == null ? "" : bounded(answer.message()),
                answer.domainController(),
                answer.anonymousLogon(),
                List.copyOf(states),
                domains);
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
        String text = bounded(standardError.strip());
        return text.isEmpty() ? "" : ": " + text;
    }

    private static String bounded(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() > MAX_MESSAGE ? line.substring(0, MAX_MESSAGE) + " ..." : line;
    }
}

package io.postern.agent.powershell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Calls of scripts that show lines of the kind {@code state}, each under a mark of its own that no
 * noise can have.
 */
public final class ScriptCalls {
    /** PowerShell 5.1 reads no JSON of 2,097,152 characters or more. */
    private static final int MAX_CHARACTERS = 2_000_000;

    private static final int MARK_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Escaped to ASCII, it survives any code page. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final Shell shell;
    private final int maxLines;

    /**
     * @param maxLines that a script may show at most
     */
    public ScriptCalls(Shell shell, int maxLines) {
        this.shell = shell;
        this.maxLines = maxLines;
    }

    /**
     * One call.
     *
     * @param request what the script is told; a mark is added
     * @throws ShellException if the script did not run to its end
     * @throws IOException if its answer is not a whole one, or the request is too long
     */
    public MarkedAnswer call(ShellScript script, ObjectNode request) throws IOException {
        byte[] random = new byte[MARK_BYTES];
        RANDOM.nextBytes(random);
        String mark = "postern-" + HexFormat.of().formatHex(random);
        ObjectNode marked = request.deepCopy();
        marked.put("mark", mark);
        return MarkedAnswer.parse(shell.run(script, text(marked)), mark, "state", maxLines);
    }

    private static String text(ObjectNode request) throws IOException {
        try {
            String text = JSON.writeValueAsString(request);
            if (text.length() > MAX_CHARACTERS) {
                throw new ShellException(
                        "a request of "
                                + text.length()
                                + " characters is more than PowerShell reads at once ("
                                + MAX_CHARACTERS
                                + ")",
                        false,
                        null);
            }
            return text;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain data is always JSON", e);
        }
    }
}

package io.postern.enforcement.exports;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** The text of a file that Windows wrote: UTF-8 with or without a mark, UTF-16 in either order. */
public final class ExportText {
    private ExportText() {}

    /**
     * The text of the bytes, without the mark.
     *
     * @throws UnreadableException with the place, if they are no text
     */
    public static String of(byte[] bytes) throws UnreadableException {
        if (starts(bytes, 0xEF, 0xBB, 0xBF)) {
            return decoded(bytes, 3, StandardCharsets.UTF_8);
        }
        // Export-Clixml of Windows PowerShell 5.1 writes UTF-16.
        if (starts(bytes, 0xFF, 0xFE)) {
            return decoded(bytes, 2, StandardCharsets.UTF_16LE);
        }
        if (starts(bytes, 0xFE, 0xFF)) {
            return decoded(bytes, 2, StandardCharsets.UTF_16BE);
        }
        if (bytes.length > 1 && bytes[0] != 0 && bytes[1] == 0) {
            return decoded(bytes, 0, StandardCharsets.UTF_16LE);
        }
        if (bytes.length > 1 && bytes[0] == 0 && bytes[1] != 0) {
            return decoded(bytes, 0, StandardCharsets.UTF_16BE);
        }
        return decoded(bytes, 0, StandardCharsets.UTF_8);
    }

    private static boolean starts(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (bytes.length <= i || (bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static String decoded(byte[] bytes, int from, Charset charset)
            throws UnreadableException {
        String text = new String(bytes, from, bytes.length - from, charset);
        if (text.indexOf('\uFFFD') >= 0) {
            checkStrictly(bytes, from, charset);
        }
        return text;
    }

    private static void checkStrictly(byte[] bytes, int from, Charset charset)
            throws UnreadableException {
        CharBuffer out = CharBuffer.allocate(bytes.length - from + 1);
        CoderResult result =
                charset.newDecoder()
                        .decode(ByteBuffer.wrap(bytes, from, bytes.length - from), out, true);
        if (result.isError()) {
            out.flip();
            String before = out.toString();
            int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
            throw new UnreadableException(
                    line,
                    before.length() - before.lastIndexOf('\n'),
                    "not " + charset.name() + " text; export the file again");
        }
    }
}

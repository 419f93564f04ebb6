package io.postern.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads replies out of the bytes of a server, however they are cut. Tolerant where servers are
 * sloppy (a bare line feed ends a line, 8-bit text is kept), bounded where they are hostile. Not
 * thread-safe.
 */
public final class ReplyReader {
    /** Longest line, without its line end. RFC 5321 allows 512; real servers write more. */
    public static final int MAX_LINE_BYTES = 2048;

    /** Most lines of one reply. */
    public static final int MAX_LINES = 100;

    /** One byte more than the limit may be held, since it may be the CR of the line end. */
    private static final int MOST_HELD = MAX_LINE_BYTES + 1;

    private static final int USUAL_LINE = 128;

    // Grows: thousands of readers wait at a time, and few ever see a long line.
    private byte[] line = new byte[USUAL_LINE];
    private int lineLength;
    private final List<String> lines = new ArrayList<>();
    private int code;
    private boolean broken;

    /**
     * Takes more bytes and returns the replies they complete, in order. After a {@link
     * MalformedReply}, which is always the last element, everything is ignored.
     */
    public List<ReplyRead> feed(byte[] bytes, int offset, int length) {
        List<ReplyRead> complete = new ArrayList<>();
        for (int i = offset; i < offset + length && !broken; i++) {
            ReplyRead read = take(bytes[i]);
            if (read != null) {
                broken = read instanceof MalformedReply;
                complete.add(read);
            }
        }
        return complete;
    }

    /** Whether a reply has begun that is not complete. */
    public boolean inReply() {
        return lineLength > 0 || !lines.isEmpty();
    }

    private ReplyRead take(byte next) {
        if (next == '\n') {
            int length =
                    lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
            lineLength = 0;
            return length > MAX_LINE_BYTES ? tooLong() : endOfLine(length);
        }
        if (lineLength == MOST_HELD) {
            return tooLong();
        }
        if (lineLength == line.length) {
            line = Arrays.copyOf(line, Math.min(MOST_HELD, line.length * 4));
        }
        line[lineLength++] = next;
        return null;
    }

    private static MalformedReply tooLong() {
        return new MalformedReply("a reply line is longer than " + MAX_LINE_BYTES + " bytes");
    }

    private ReplyRead endOfLine(int length) {
        int lineCode = codeOf(length);
        if (lineCode < 0) {
            return new MalformedReply("a line does not begin with a reply code (200 to 599)");
        }
        if (length > 3 && line[3] != ' ' && line[3] != '-') {
            return new MalformedReply("a reply code is followed by neither a blank nor '-'");
        }
        if (!lines.isEmpty() && lineCode != code) {
            return new MalformedReply(
                    "the code changes from " + code + " to " + lineCode + " within one reply");
        }
        code = lineCode;
        lines.add(length > 4 ? decode(line, 4, length - 4) : "");
        if (length > 3 && line[3] == '-') {
            return lines.size() < MAX_LINES
                    ? null
                    : new MalformedReply("a reply has more than " + MAX_LINES + " lines");
        }
        SmtpReply reply = SmtpReply.of(code, lines);
        lines.clear();
        return reply;
    }

    private int codeOf(int length) {
        if (length < 3) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < 3; i++) {
            if (line[i] < '0' || line[i] > '9') {
                return -1;
            }
            value = value * 10 + line[i] - '0';
        }
        return value >= 200 && value <= 599 ? value : -1;
    }

    /** UTF-8 where it is valid, else ISO-8859-1; control characters become U+FFFD. */
    static String decode(byte[] bytes, int offset, int length) {
        return isPrintableAscii(bytes, offset, length)
                ? new String(bytes, offset, length, StandardCharsets.ISO_8859_1)
                : decodeUnusual(bytes, offset, length);
    }

    private static boolean isPrintableAscii(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] < 0x20 || bytes[i] == 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static String decodeUnusual(byte[] bytes, int offset, int length) {
        String text;
        try {
            text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes, offset, length))
                            .toString();
        } catch (CharacterCodingException e) {
            text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        }
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(Character.isISOControl(c) && c != '\t' ? '\uFFFD' : c);
        }
        return clean.toString();
    }
}

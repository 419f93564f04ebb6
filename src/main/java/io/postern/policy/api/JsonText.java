package io.postern.policy.api;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing piece of JSON in UTF-8. For one thread. */
final class JsonText {
    private static final int FIRST_SIZE = 160;
    private static final byte[] NULL = utf8("null");
    private byte[] bytes;
    private int length;

    JsonText() {
        this(FIRST_SIZE);
    }

    JsonText(int expected) {
        bytes = new byte[expected];
    }

    /** Appends ready JSON. */
    JsonText add(byte[] json) {
        makeRoom(json.length);
        System.arraycopy(json, 0, bytes, length, json.length);
        length += json.length;
        return this;
    }

    private void makeRoom(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    /**
     * Appends a JSON string.
     *
     * @param text null = JSON null
     */
    JsonText text(String text) {
        if (text == null) {
            return add(NULL);
        }
        makeRoom(text.length() + 2);
        int end = length;
        bytes[end++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return escaped(text);
            }
            bytes[end++] = (byte) c;
        }
        bytes[end++] = '"';
        length = end;
        return this;
    }

    private JsonText escaped(String text) {
        byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        makeRoom(quoted.length + 2);
        bytes[length++] = '"';
        add(quoted);
        bytes[length++] = '"';
        return this;
    }

    byte[] toBytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

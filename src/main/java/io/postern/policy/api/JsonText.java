package io.postern.policy.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing piece of JSON in UTF-8. For one thread. */
final class JsonText {
    private static final int FIRST_SIZE = 160;
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
        if (length + json.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + json.length));
        }
        System.arraycopy(json, 0, bytes, length, json.length);
        length += json.length;
        return this;
    }

    byte[] toBytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.postern.policy.api;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.postern.policy.PolicyIndex;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A policy compiled for one epoch, with the JSON of outcomes already written: few distinct outcomes
 * make most answers. Safe for any number of threads.
 */
final class Epoch {
    /** A power of two; a slot holds the outcome that wanted it last. */
    private static final int SLOTS = 1024;

    private static final String OTHER_WORD = "(other)";

    private record Written(long outcome, byte[] json) {}

    private final PolicyIndex index;
    private final int other;
    private final AtomicReferenceArray<Written> written = new AtomicReferenceArray<>(SLOTS);

    Epoch(PolicyIndex index) {
        this.index = index;
        other = index.account(OTHER_WORD);
    }

    PolicyIndex index() {
        return index;
    }

    /** Whether an identity's number means that the policy does not know the name it came from. */
    boolean isStranger(int identity, String name) {
        return identity == other && !OTHER_WORD.equalsIgnoreCase(name);
    }

    /**
     * {@code "tier":…,"grant":…,"block":…} in UTF-8.
     *
     * @return not to be changed
     */
    byte[] json(long outcome) {
        int slot = (int) ((outcome ^ outcome >>> 32) * 0x9E3779B9L >>> 8) & SLOTS - 1;
        Written found = written.get(slot);
        if (found == null || found.outcome() != outcome) {
            found = new Written(outcome, write(outcome));
            written.set(slot, found);
        }
        return found.json();
    }

    private byte[] write(long outcome) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(64);
        field(json, "\"tier\":", index.tier(outcome).word());
        field(json, ",\"grant\":", index.grant(outcome));
        field(json, ",\"block\":", index.block(outcome));
        return json.toByteArray();
    }

    private static void field(ByteArrayOutputStream json, String name, String value) {
        json.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        if (value == null) {
            json.writeBytes("null".getBytes(StandardCharsets.UTF_8));
        } else {
            json.write('"');
            json.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(value));
            json.write('"');
        }
    }
}

package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The fixed hashes were computed by sha256sum from the text that docs/policy-hash.md describes. */
class PolicyHashTest {
    private static final String FIRST =
            "94e3c29eabd72de9a2b2d182cdd0c166c8947692c6f30fa7b28872fc2d0cf155";
    private static final PolicyEntry DOMAIN =
            new PolicyEntry(EntryKind.ACCEPTED_DOMAIN, "contoso.example", "\"contoso.example\"");
    private static final PolicyEntry SET =
            new PolicyEntry(EntryKind.ADDRESS_SET, "printers", "[\"10.20.30.0/24\"]");

    @Test
    void equalsWhatAnotherProgramComputes() {
        assertEquals(FIRST, PolicyHash.of(List.of(DOMAIN, SET), null));
    }

    @Test
    void theOrderOfEntriesMeansNothing() {
        assertEquals(FIRST, PolicyHash.of(List.of(SET, DOMAIN), null));
    }

    @Test
    void sortsByCodePointAndEscapesKeys() {
        assertEquals(
                "beb1ddb73c09f78b8adcef860bb8e93b8ca5f9fc00bba5c97aeb6bf6733e5ea1",
                PolicyHash.of(
                        List.of(
                                new PolicyEntry(EntryKind.SERVER, "a\"b", "{\"name\":\"x\"}"),
                                new PolicyEntry(EntryKind.GRANT, "😀", "{}"),
                                new PolicyEntry(EntryKind.GRANT, "～", "{}")),
                        FIRST));
    }

    @Test
    void coversTheParent() {
        assertNotEquals(FIRST, PolicyHash.of(List.of(DOMAIN, SET), FIRST));
    }
}

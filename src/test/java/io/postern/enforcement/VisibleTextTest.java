package io.postern.enforcement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.Tier;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleTextTest {
    @Test
    void whatCouldActIsShown() {
        assertEquals("a\\nb\\tc\\rd", VisibleText.of("a\nb\tc\rd"));
        assertEquals("\\u001b[2J", VisibleText.of("\u001b[2J"));
        assertEquals("x\\u202ey", VisibleText.of("x\u202ey"));
        assertEquals("\\ud800", VisibleText.of("\ud800"));
        assertEquals("für Drucker \uD83D\uDDA8", VisibleText.of("für Drucker \uD83D\uDDA8"));
    }

    @Test
    void longTextIsCut() {
        assertEquals(201, VisibleText.of("x".repeat(5000)).length());
        assertEquals("x".repeat(5000), VisibleText.of("x".repeat(5000), 5000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    1          | 1 address
                    4096       | 4,096 addresses
                    4294967296 | 4,294,967,296 addresses
                    18446744073709551616 | 2^64 addresses
                    18446744073709551617 | about 2^64 addresses
                    36893488147419103231 | about 2^65 addresses
                    """)
    void addressesAreCountedForPeople(BigInteger count, String text) {
        assertEquals(text, AddressCount.of(count));
    }

    @ParameterizedTest
    @CsvSource({
        "INTERNAL, INTERNAL, internal",
        "INTERNAL, RELAY, internal or relay",
        "NONE, RELAY, none to relay"
    })
    void boundsAreWords(Tier atLeast, Tier atMost, String text) {
        assertEquals(text, new TierBounds(atLeast, atMost).toString());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "ANONYMOUS_USERS, null, INTERNAL, RELAY",
                "ANONYMOUS_USERS, true, RELAY, RELAY",
                "ANONYMOUS_USERS, false, INTERNAL, INTERNAL",
                "CUSTOM, null, NONE, RELAY",
                "CUSTOM, false, NONE, NONE",
                "EXCHANGE_USERS, null, NONE, NONE"
            })
    void whatIsNotKnownIsNotCertain(
            PermissionGroup group, Boolean relay, Tier atLeast, Tier atMost) {
        ReceiveConnector connector =
                ConnectorDraft.connector("A", "10.0.0.1").groups(group).relay(relay).build();

        assertEquals(new TierBounds(atLeast, atMost), TierBounds.of(connector));
    }
}

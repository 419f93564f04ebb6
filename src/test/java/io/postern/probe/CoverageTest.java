package io.postern.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private static Coverage of(int regions, int covered) {
        return new Coverage(
                regions, covered, 0, BigInteger.TEN, BigInteger.ONE, BigInteger.ZERO, List.of());
    }

    @Test
    void serversThatTheChangeLeavesAloneDoNotMakeABlindRingSee() {
        assertTrue(of(2, 0).isBlind());
        assertFalse(Coverage.NONE.isBlind(), "nothing changes there");
        assertTrue(of(2, 0).plus(Coverage.NONE).isBlind());
        assertFalse(of(2, 0).plus(of(1, 1)).isBlind());
        assertEquals(33, of(2, 0).plus(of(1, 1)).percent());
    }
}

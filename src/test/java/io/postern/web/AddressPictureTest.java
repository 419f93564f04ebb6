package io.postern.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.change.Analysis;
import io.postern.change.Analysis.AnalysedRegion;
import io.postern.change.Analysis.AnalysedServer;
import io.postern.change.Analysis.Because;
import io.postern.change.Analysis.Coverage;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressPictureTest {
    private static AnalysedRegion region(String direction, String server, String... addresses) {
        return new AnalysedRegion(
                direction,
                List.of(server),
                List.of(25),
                List.of("*"),
                List.of("*"),
                List.of(addresses),
                "1",
                null,
                null,
                "none",
                "internal",
                null,
                new Because(null, null));
    }

    private static AddressPicture picture(AnalysedRegion... regions) {
        AnalysedServer server =
                new AnalysedServer(
                        "ex01",
                        null,
                        null,
                        List.of(),
                        List.of(),
                        new Coverage(0, 0, 0, 0, "0", "0", "0", List.of(), List.of(), List.of()),
                        null);
        return AddressPicture.of(
                        new Analysis(
                                Instant.EPOCH,
                                List.of(regions),
                                List.of(),
                                null,
                                List.of(),
                                List.of(server),
                                "h"))
                .get(0);
    }

    @ParameterizedTest(name = "{0} is drawn in {1}, cell {2}, whole {3}")
    @CsvSource({
        "10.20.30.40, 10.20.30.0/24, 40, true",
        "10.20.30.0-10.20.31.255, 10.20.0.0/16, 30, true",
        "10.20.30.0-10.20.31.0, 10.20.0.0/16, 31, false",
        "10.1.0.0-10.200.0.0, 10.0.0.0/8, 200, false",
        "0.0.0.0-255.255.255.255, 0.0.0.0/0, 255, true",
        "223.0.0.0/8, 223.0.0.0/8, 0, true"
    })
    void theSmallestNetworkThatHoldsEveryChangeIsDrawn(
            String addresses, String shown, int cell, boolean whole) {
        AddressPicture picture = picture(region("OPENS", "ex01", addresses));

        assertEquals(shown, picture.shown());
        assertEquals(256, picture.cells().size());
        assertEquals("opens", picture.cells().get(cell).kind());
        assertEquals(whole, picture.cells().get(cell).whole());
    }

    @Test
    void openingAndClosingInOneCellIsBoth() {
        AddressPicture picture =
                picture(
                        region("RAISES", "*", "10.20.30.1"),
                        region("LOWERS", "EX01", "10.20.30.2", "10.20.99.0/24"));

        assertEquals("both", picture.cells().get(30).kind());
        assertEquals("closes", picture.cells().get(99).kind());
        assertEquals("none", picture.cells().get(0).kind());
        assertEquals("1", picture.opens());
        assertEquals("257", picture.closes());
    }

    @Test
    void anotherServersChangesAreNotDrawn() {
        AddressPicture picture = picture(region("OPENS", "ex02", "10.0.0.1"));

        assertTrue(picture.cells().isEmpty());
        assertEquals("0", picture.opens());
    }

    @Test
    void loopbackDoesNotStretchThePictureButIsSaid() {
        AddressPicture picture = picture(region("OPENS", "ex01", "127.0.0.1", "10.20.30.1"));

        assertEquals("10.20.30.0/24", picture.shown());
        assertTrue(picture.outside());
        assertFalse(picture(region("OPENS", "ex01", "10.20.30.1")).outside());
    }

    @Test
    void ipv6IsSaidInWords() {
        AddressPicture picture = picture(region("CLOSES", "ex01", "fd00:20::/64"));

        assertTrue(picture.cells().isEmpty());
        assertEquals("closes fd00:20::/64", picture.ipv6());
    }
}

package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalPortsTest {
    private static List<String> list(String text) {
        return text == null ? List.of() : List.of(text.split(" "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "25 | 25 | true",
                "587 25 | 25 587 | true",
                "20-30 | 20-30 | true",
                "26-30 1-24 | 1-24 26-30 | false",
                "Any | Any | true",
                "587 any | Any | true",
                "RPC 25 25 | 25 RPC | true",
                "RPC-EPMap RPC | RPC RPC-EPMap | false",
                "25-25 | 25 | true",
                "0-65535 | 0-65535 | true",
                "025 | 25 | true",
                "２５ | ２５ | false"
            })
    void portsAreReadInOneOrder(String written, String canonical, boolean contains25) {
        LocalPorts ports = LocalPorts.of(list(written));
        assertEquals(list(canonical), ports.texts());
        assertEquals(contains25, ports.contains(25));
    }

    @ParameterizedTest(name = "{0} without {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "25 587 717 | 25 | 587 717",
                "25 | 25 | ",
                "20-30 | 25 | 20-24 26-30",
                "25-30 | 25 | 26-30",
                "20-25 | 25 | 20-24",
                "24-26 | 25 | 24 26",
                "20-30 25 | 25 26 | 20-24 27-30",
                "587 | 25 | 587",
                "RPC 25 | 25 | RPC",
                "0-65535 | 0 65535 | 1-65534"
            })
    void somePortsAreTakenOut(String written, String taken, String left) {
        assertEquals(
                list(left),
                LocalPorts.of(list(written))
                        .without(list(taken).stream().map(Integer::valueOf).toList()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "65536 | ports 65536-65536 are not a range within 0 to 65535",
                "30-20 | ports 30-20 are not a range within 0 to 65535",
                "1-99999 | ports 1-99999 are not a range within 0 to 65535"
            })
    void numbersThatAreNoPortsAreRefused(String written, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> LocalPorts.of(list(written)))
                        .getMessage());
    }

    @Test
    void everyPortLessSomeIsNoList() {
        LocalPorts any = LocalPorts.of(List.of("Any"));
        assertThrows(IllegalStateException.class, () -> any.without(List.of(25)));
    }
}

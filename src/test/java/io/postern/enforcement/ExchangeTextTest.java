package io.postern.enforcement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.AddressRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExchangeTextTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "192.168.1.1/24, 192.168.1.0/24",
        "10.0.0.5/0, 0.0.0.0/0",
        "10.0.0.5/32, 10.0.0.5",
        "fe80::1%11, fe80::1",
        "fe80::1%11/64, fe80::/64",
        "fe80::1%11-fe80::9%11, fe80::1-fe80::9",
        "0.0.0.0-255.255.255.255, 0.0.0.0/0",
        "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ::/0",
        "::1/128, ::1"
    })
    void aRangeIsUnderstoodInEveryFormExchangeKeeps(String text, String range) {
        assertEquals(AddressRange.parse(range), ExchangeText.range(text));
    }

    @ParameterizedTest(name = "{0} is {1} ms")
    @CsvSource({
        "00:00:05, 5000, 00:00:05",
        "00:00:00, 0, 00:00:00",
        "00:10:00, 600000, 00:10:00",
        "00:00:00.2500000, 250, 00:00:00.250",
        "1.00:00:01, 86401000, 24:00:01"
    })
    void aTimeSpanIsMilliseconds(String text, int millis, String written) {
        assertEquals(millis, ExchangeText.millis(text));
        assertEquals(written, ExchangeText.timeSpan(millis));
    }
}

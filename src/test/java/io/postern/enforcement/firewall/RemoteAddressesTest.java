package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteAddressesTest {
    private static List<String> list(String text) {
        return List.of(text.split(" "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.1 | 10.0.0.1",
                "10.1.0.0/255.255.0.0 | 10.1.0.0/16",
                "10.1.0.0/16 | 10.1.0.0/16",
                "10.1.2.3/255.255.0.0 | 10.1.0.0/16",
                "10.1.2.3/16 | 10.1.0.0/16",
                "10.1.2.3/255.255.255.255 | 10.1.2.3",
                "10.1.2.3/32 | 10.1.2.3",
                "10.1.2.3/0.0.0.0 | 0.0.0.0/0",
                "0.0.0.0/0 | 0.0.0.0/0",
                "10.0.0.0-10.0.0.255 | 10.0.0.0/24",
                "10.0.0.0-10.0.0.7 10.0.0.8-10.0.0.15 | 10.0.0.0/28",
                "10.0.0.5-10.0.0.9 | 10.0.0.5-10.0.0.9",
                "10.0.0.9 10.0.0.1 10.0.0.9 | 10.0.0.1 10.0.0.9",
                "0.0.0.0-255.255.255.255 | 0.0.0.0/0",
                "2001:DB8::/32 | 2001:db8::/32",
                "2001:db8::1/128 | 2001:db8::1",
                "2001:db8::5/64 | 2001:db8::/64",
                "::/0 | ::/0",
                "2001:db8::1-2001:db8::2 10.0.0.1 | 10.0.0.1 2001:db8::1-2001:db8::2",
                "::ffff:10.0.0.1 | 10.0.0.1",
                "::ffff:10.0.0.0/104 | 10.0.0.0/8",
                "::ffff:10.1.2.3/128 | 10.1.2.3",
                "::ffff:0:0/96 | 0.0.0.0/0",
                "::ffff:10.0.0.0/80 | ::/80",
                "::ffff:10.0.0.0-::ffff:10.0.0.3 | 10.0.0.0/30",
                "Any | Any",
                "10.0.0.1 any | Any",
                "* | Any",
                "LocalSubnet | LocalSubnet",
                "localsubnet 10.0.0.1 LOCALSUBNET dns | 10.0.0.1 DNS LocalSubnet",
                "RmtIntrAnet IntErnet Ply2Renders IntrAnet CaptivePortal |"
                        + " CaptivePortal Internet Intranet IntranetRemoteAccess PlayToDevice",
                "LocalSubnet6 DHCP WINS DefaultGateway | DHCP DefaultGateway LocalSubnet6 WINS"
            })
    void everyFormOfWindowsIsReadIntoOne(String written, String canonical) {
        RemoteAddresses read = RemoteAddresses.of(list(written));
        assertEquals(list(canonical), read.texts());
        assertEquals(read, RemoteAddresses.of(read.texts()), "it reads back");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "10.0.0.0/255.0.255.0 | '10.0.0.0/255.0.255.0' has a mask whose ones are not all on"
                        + " the left",
                "10.0.0.0/33 | '10.0.0.0/33' has no prefix length of 0 to 32 behind the slash",
                "10.0.0.0/ | '10.0.0.0/' has no prefix length of 0 to 32 behind the slash",
                "10.0.0.0/-1 | '10.0.0.0/-1' has no prefix length of 0 to 32 behind the slash",
                "2001:db8::/129 | '2001:db8::/129' has no prefix length of 0 to 128 behind the"
                        + " slash",
                "2001:db8::/255.255.0.0 | '2001:db8::/255.255.0.0' has no prefix length of 0 to 128"
                        + " behind the slash",
                "10.0.0.9-10.0.0.1 | range 10.0.0.9-10.0.0.1 is backwards (write"
                        + " 10.0.0.1-10.0.0.9)",
                "10.0.0.1-::1 | a range cannot span IPv4 and IPv6: 10.0.0.1-::1",
                "mail.contoso.example | 'mail.contoso.example' is not an IP address",
                "fe80::1%12 | 'fe80::1%12' has a zone id; write 'fe80::1'",
                "10.0.0.256 | '10.0.0.256' is not an IP address: 256 is over 255",
                "\"\" | '' is not an IP address"
            })
    void whatIsNoAddressIsRefusedInWords(String written, String message) {
        assertEquals(
                message,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> RemoteAddresses.of(List.of(written)))
                        .getMessage());
    }

    @Test
    void aMaskAndItsPrefixLengthMeanTheSame() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int bits = random.nextInt(33);
            long mask = bits == 0 ? 0 : 0xFFFFFFFFL << 32 - bits & 0xFFFFFFFFL;
            String address = dotted(random.nextInt() & 0xFFFFFFFFL);
            assertEquals(
                    RemoteAddresses.of(List.of(address + "/" + bits)),
                    RemoteAddresses.of(List.of(address + "/" + dotted(mask))),
                    "seed " + seed);
        }
    }

    private static String dotted(long value) {
        return (value >>> 24)
                + "."
                + (value >>> 16 & 255)
                + "."
                + (value >>> 8 & 255)
                + "."
                + (value & 255);
    }
}

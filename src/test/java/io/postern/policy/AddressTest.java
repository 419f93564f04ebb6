package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AddressTest {
    @Test
    void readsEveryFormAndWritesTheCanonicalOne() {
        String[][] table = {
            {"0.0.0.0", "0.0.0.0"},
            {"255.255.255.255", "255.255.255.255"},
            {"10.0.20.200", "10.0.20.200"},
            {"::", "::"},
            {"::1", "::1"},
            {"1::", "1::"},
            {"fd00::1:2", "fd00::1:2"},
            {"FD00:0:0:0:0:0:0:AbCd", "fd00::abcd"},
            {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
            {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
            {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
            {"1:2:3::7:8", "1:2:3::7:8"},
            {"1:2:3:4:5::8", "1:2:3:4:5::8"},
            {"0001:0002::000a", "1:2::a"},
            {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
            {"::ffff:10.1.2.3", "10.1.2.3"},
            {"::ffff:a01:203", "10.1.2.3"},
            {"0:0:0:0:0:ffff:0a01:0203", "10.1.2.3"},
            {"64:ff9b::10.1.2.3", "64:ff9b::a01:203"},
            {"1:2:3:4:5:6:10.1.2.3", "1:2:3:4:5:6:a01:203"},
            {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
        };
        for (String[] row : table) {
            assertEquals(row[1], Address.parse(row[0]).toString(), row[0]);
        }
    }

    @Test
    void saysWhatIsWrong() {
        String[][] table = {
            {"", "'' is not an IP address"},
            {"1", "'1' is not an IP address"},
            {"1.2.3", "'1.2.3' is not an IP address"},
            {"1.2.3.4.5", "'1.2.3.4.5' is not an IP address"},
            {"1..3.4", "'1..3.4' is not an IP address"},
            {".1.2.3", "'.1.2.3' is not an IP address"},
            {"1.2.3.", "'1.2.3.' is not an IP address"},
            {"1.2.3.4 ", "'1.2.3.4 ' is not an IP address"},
            {"1.2.3.-4", "'1.2.3.-4' is not an IP address"},
            {"1.2.3.0x4", "'1.2.3.0x4' is not an IP address"},
            {"1.2.3.256", "'1.2.3.256' is not an IP address: 256 is over 255"},
            {"1.2.3.04", "'1.2.3.04' is ambiguous: '04' has a leading zero (write 4)"},
            {"00.2.3.4", "'00.2.3.4' is ambiguous: '00' has a leading zero (write 0)"},
            {"\u0661.2.3.4", "'\u0661.2.3.4' is not an IP address"},
            {":", "':' is not an IP address"},
            {":1", "':1' is not an IP address"},
            {"1:", "'1:' is not an IP address"},
            {":::", "':::' is not an IP address"},
            {"1::2::3", "'1::2::3' is not an IP address"},
            {"1:2:3:4:5:6:7", "'1:2:3:4:5:6:7' is not an IP address"},
            {"1:2:3:4:5:6:7:8:9", "'1:2:3:4:5:6:7:8:9' is not an IP address"},
            {"1:2:3:4::5:6:7:8", "'1:2:3:4::5:6:7:8' is not an IP address"},
            {"1:2:3:4:5:6:7:", "'1:2:3:4:5:6:7:' is not an IP address"},
            {"12345::", "'12345::' is not an IP address"},
            {"::g", "'::g' is not an IP address"},
            {"::\uff11", "'::\uff11' is not an IP address"},
            {"::10.0.0.1:1", "'::10.0.0.1:1' is not an IP address"},
            {"fe80::1%eth0", "'fe80::1%eth0' has a zone id; write 'fe80::1'"},
            {
                "1111:2222:3333:4444:5555:6666:7777:8888:9999",
                "'1111:2222:3333:4444:5555:6666:7777:8888:9999' is not an IP address"
            },
            {
                "1111:2222:3333:4444:5555:6666:7777:8888:99999:",
                "not an IP address: longer than 45 characters"
            },
        };
        for (String[] row : table) {
            assertEquals(
                    row[1],
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> Address.parse(row[0]),
                                    row[0])
                            .getMessage());
        }
    }

    @Test
    void readsWhatTheJdkReads() throws UnknownHostException {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            String text = i % 4 == 0 ? dottedQuad(random) : groups(random);
            BigInteger expected = new BigInteger(1, InetAddress.getByName(text).getAddress());
            assertEquals(expected, Address.parse(text).value(), text);
        }
    }

    private static String dottedQuad(Random random) {
        List<String> octets = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            octets.add(String.valueOf(random.nextInt(256)));
        }
        return String.join(".", octets);
    }

    private static String groups(Random random) {
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String group = Integer.toHexString(random.nextInt(1 << 4 * (1 + random.nextInt(4))));
            groups.add(random.nextBoolean() ? group : group.toUpperCase());
        }
        int left = random.nextInt(9);
        int cut = 1 + random.nextInt(8);
        if (random.nextBoolean() || left + cut > 8) {
            return String.join(":", groups);
        }
        return String.join(":", groups.subList(0, left))
                + "::"
                + String.join(":", groups.subList(left + cut, 8));
    }

    @Test
    void readsRangesAndRefusesWhatIsNone() {
        String[][] table = {
            {"0.0.0.0/0", "0.0.0.0 255.255.255.255"},
            {"10.0.0.0/8", "10.0.0.0 10.255.255.255"},
            {"10.0.0.1/32", "10.0.0.1 10.0.0.1"},
            {"10.0.0.1 - 10.0.0.9", "10.0.0.1 10.0.0.9"},
            {"::/0", ":: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
            {"8000::/1", "8000:: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
            {"fd00::/63", "fd00:: fd00::1:ffff:ffff:ffff:ffff"},
            {"fd00::/64", "fd00:: fd00::ffff:ffff:ffff:ffff"},
            {"fd00::/65", "fd00:: fd00::7fff:ffff:ffff:ffff"},
            {"fd00::1/128", "fd00::1 fd00::1"},
            {"::ffff:10.0.0.0/104", "10.0.0.0 10.255.255.255"},
            {
                "::ffff:0:0/95",
                null,
                "'::ffff:0:0/95' has host bits set; write '::fffe:0:0/95'"
                        + " for the network or '::ffff:0:0' for the one address"
            },
            {
                "10.0.0.1/8",
                null,
                "'10.0.0.1/8' has host bits set; write '10.0.0.0/8'"
                        + " for the network or '10.0.0.1' for the one address"
            },
            {
                "fd00::1/64",
                null,
                "'fd00::1/64' has host bits set; write 'fd00::/64'"
                        + " for the network or 'fd00::1' for the one address"
            },
            {
                "fd01::/8",
                null,
                "'fd01::/8' has host bits set; write 'fd00::/8'"
                        + " for the network or 'fd01::' for the one address"
            },
            {"10.0.0.0/33", null, "'10.0.0.0/33' has no valid prefix length (0 to 32)"},
            {"fd00::/129", null, "'fd00::/129' has no valid prefix length (0 to 128)"},
            {"10.0.0.0/", null, "'10.0.0.0/' has no valid prefix length (0 to 32)"},
            {"10.0.0.0/-1", null, "'10.0.0.0/-1' has no valid prefix length (0 to 32)"},
            {"10.0.0.0/0032", null, "'10.0.0.0/0032' has no valid prefix length (0 to 32)"},
            {"10.0.0.0/1x", null, "'10.0.0.0/1x' has no valid prefix length (0 to 32)"},
        };
        for (String[] row : table) {
            if (row[1] != null) {
                AddressRange range = AddressRange.parse(row[0]);
                assertEquals(row[1], range.low() + " " + range.high(), row[0]);
            } else {
                assertEquals(
                        row[2],
                        assertThrows(
                                        IllegalArgumentException.class,
                                        () -> AddressRange.parse(row[0]),
                                        row[0])
                                .getMessage());
            }
        }
    }
}

package io.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.postern.policy.Address;
import io.postern.smtp.ProxyDecoder.State;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProxyProtocolTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    /** 10.20.30.41:51022 to 10.20.0.11:25 with the token "secret". */
    private static final String IPV4 =
            SIGNATURE
                    + "2111"
                    + "0015"
                    + "0a141e29"
                    + "0a14000b"
                    + "c74e"
                    + "0019"
                    + "e00006736563726574";

    /** fd00:20:30::7 port 4660 to fd00::11 port 25, no TLV. */
    private static final String IPV6 =
            SIGNATURE
                    + "2121"
                    + "0024"
                    + "fd000020003000000000000000000007"
                    + "fd000000000000000000000000000011"
                    + "1234"
                    + "0019";

    @Test
    void writesTheIpv4Header() {
        assertEquals(
                IPV4,
                hex(
                        ProxyProtocol.header(
                                Address.parse("10.20.30.41"),
                                51022,
                                Address.parse("10.20.0.11"),
                                25,
                                Map.of(0xE0, "secret".getBytes(StandardCharsets.US_ASCII)))));
    }

    @Test
    void writesTheIpv6Header() {
        assertEquals(
                IPV6,
                hex(
                        ProxyProtocol.header(
                                Address.parse("fd00:20:30::7"),
                                4660,
                                Address.parse("fd00::11"),
                                25,
                                Map.of())));
    }

    @Test
    void writesTheLocalHeader() {
        assertEquals(SIGNATURE + "20000000", hex(ProxyProtocol.local(Map.of())));
    }

    @Test
    void refusesToWriteWhatNobodyCouldRead() {
        Address ipv4 = Address.parse("10.0.0.1");
        Address ipv6 = Address.parse("fd00::1");
        Map<Integer, byte[]> none = Map.of();
        Map<Integer, byte[]> large = Map.of(0xE0, new byte[4066]);
        assertThrows(
                IllegalArgumentException.class,
                () -> ProxyProtocol.header(ipv4, 1, ipv6, 25, none));
        assertThrows(
                IllegalArgumentException.class,
                () -> ProxyProtocol.header(ipv4, 65536, ipv4, 25, none));
        assertThrows(
                IllegalArgumentException.class,
                () -> ProxyProtocol.header(ipv4, 1, ipv4, 25, large));
        assertThrows(
                IllegalArgumentException.class,
                () -> ProxyProtocol.local(Map.of(256, new byte[0])));
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                arguments("IPv4", IPV4, "10.20.30.41:51022 10.20.0.11:25 [224]"),
                arguments("IPv6", IPV6, "fd00:20:30::7:4660 fd00::11:25 []"),
                arguments("LOCAL", SIGNATURE + "20000000", "none []"),
                arguments(
                        "LOCAL with addresses ignored",
                        SIGNATURE + "2011000c" + "0a0000010a00000200010002",
                        "none []"),
                arguments("PROXY with family UNSPEC", SIGNATURE + "21000000", "none []"),
                arguments("UNSPEC with a TLV", SIGNATURE + "21000004" + "e1000141", "none [225]"),
                arguments("NOOP twice", SIGNATURE + "20000007" + "04000100" + "040000", "none []"),
                arguments("empty TLV", SIGNATURE + "20000003" + "e10000", "none [225]"),
                arguments(
                        "mapped IPv6 is IPv4",
                        SIGNATURE
                                + "21210024"
                                + "00000000000000000000ffff0a000001"
                                + "00000000000000000000ffff0a000002"
                                + "00010019",
                        "10.0.0.1:1 10.0.0.2:25 []"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void readsHeaders(String name, String hex, String expected) {
        ProxyDecoder decoder = decode(bytes(hex));
        assertEquals(State.HEADER, decoder.state(), decoder.reason());
        ProxyHeader header = decoder.header();
        String endpoints =
                header.namesEndpoints()
                        ? header.source()
                                + ":"
                                + header.sourcePort()
                                + " "
                                + header.destination()
                                + ":"
                                + header.destinationPort()
                        : "none";
        assertEquals(expected, endpoints + " " + header.tlvs().keySet());
        assertEquals(hex.length() / 2, decoder.received().length);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("version 1", SIGNATURE + "11110000", "unknown PROXY version or command"),
                arguments(
                        "unknown command",
                        SIGNATURE + "22110000",
                        "unknown PROXY version or command"),
                arguments(
                        "UDP",
                        SIGNATURE + "2112000c",
                        "a PROXY header for something else than TCP over IPv4 or IPv6"),
                arguments(
                        "Unix socket",
                        SIGNATURE + "213100d8",
                        "a PROXY header for something else than TCP over IPv4 or IPv6"),
                arguments(
                        "too short for IPv4",
                        SIGNATURE + "2111000b",
                        "a PROXY header too short for its addresses"),
                arguments(
                        "too short for IPv6",
                        SIGNATURE + "21210023",
                        "a PROXY header too short for its addresses"),
                arguments(
                        "oversized",
                        SIGNATURE + "21110ff1",
                        "a PROXY header longer than 4096 bytes"),
                arguments(
                        "largest length",
                        SIGNATURE + "2111ffff",
                        "a PROXY header longer than 4096 bytes"),
                arguments(
                        "cut TLV", SIGNATURE + "20000002" + "e000", "a cut TLV in a PROXY header"),
                arguments(
                        "TLV too long",
                        SIGNATURE + "20000004" + "e0000200",
                        "a TLV longer than its PROXY header"),
                arguments(
                        "TLV twice",
                        SIGNATURE + "20000008" + "e0000141e0000142",
                        "a TLV that occurs twice in a PROXY header"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void refusesMalformedHeaders(String name, String hex, String reason) {
        ProxyDecoder decoder = decode(bytes(hex));
        assertEquals(State.MALFORMED, decoder.state());
        assertEquals(reason, decoder.reason());
    }

    @Test
    void asksForMoreAtEveryCut() {
        for (String hex : new String[] {IPV4, IPV6}) {
            byte[] whole = bytes(hex);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertEquals(State.NEED_MORE, decode(cut).state(), "after " + length);
            }
        }
    }

    @Test
    void takesTheLargestHeaderThatMayBe() {
        byte[] largest = ProxyProtocol.local(Map.of(0xE0, new byte[4096 - 16 - 3]));
        assertEquals(4096, largest.length);
        assertEquals(State.HEADER, decode(largest).state());
    }

    @Test
    void givesBackWhatIsNoHeader() {
        ProxyDecoder decoder = decode("\r\n\r\nEHLO x\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(State.NOT_PROXY, decoder.state());
        assertArrayEquals("\r\n\r\nE".getBytes(StandardCharsets.US_ASCII), decoder.received());
        assertThrows(IllegalStateException.class, () -> decoder.take((byte) 0));
    }

    @Test
    void readsBackWhatItWrites() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            boolean ipv4 = random.nextBoolean();
            Address source = address(random, ipv4);
            Address destination = address(random, ipv4);
            Map<Integer, byte[]> tlvs = new TreeMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                byte[] value = new byte[random.nextInt(60)];
                random.nextBytes(value);
                tlvs.put(0xE0 + random.nextInt(16), value);
            }
            int port = random.nextInt(65536);
            byte[] wire = ProxyProtocol.header(source, port, destination, 25, tlvs);
            assertEquals(
                    new ProxyHeader(source, port, destination, 25, tlvs),
                    decode(wire).header(),
                    "seed " + seed + " round " + round);
        }
    }

    @Test
    void neverShowsTheValueOfATlv() {
        ProxyHeader header = decode(bytes(IPV4)).header();
        assertFalse(header.toString().contains("secret"));
        assertFalse(header.toString().contains("736563"));
    }

    private static Address address(Random random, boolean ipv4) {
        return ipv4
                ? Address.ipv4(random.nextInt() & 0xFFFF_FFFFL)
                : Address.ipv6(random.nextLong() | 1L << 62, random.nextLong());
    }

    /** Feeds bytes until the decoder wants no more. */
    private static ProxyDecoder decode(byte[] bytes) {
        ProxyDecoder decoder = new ProxyDecoder();
        for (int i = 0; i < bytes.length && decoder.state() == State.NEED_MORE; i++) {
            decoder.take(bytes[i]);
        }
        return decoder;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}

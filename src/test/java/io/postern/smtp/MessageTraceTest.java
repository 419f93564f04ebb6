package io.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.AddressSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whom the chain of fields names, and where it is not believed. */
class MessageTraceTest {
    private static final TraceTrust TRUST =
            new TraceTrust(
                    List.of("ex01", "ex02.contoso.example"),
                    AddressSet.parse("10.20.0.11", "10.20.0.12", "2001:db8::11"),
                    List.of("relay"),
                    AddressSet.parse("10.20.0.25"),
                    AddressSet.parse("10.20.0.5"));

    private static final String MAILBOX_HOP =
            exchange(
                    "EX01.contoso.example", "10.20.0.11", "EX02.contoso.example", "10.20.0.12", "");
    private static final String SELF_HOP =
            exchange(
                    "EX01.contoso.example", "10.20.0.11", "EX01.contoso.example", "10.20.0.11", "");
    private static final String FORGED =
            exchange("victim", "10.9.9.9", "EX01.contoso.example", "10.20.0.11", "front");

    private static String exchange(
            String from, String address, String by, String byAddress, String front) {
        return "from "
                + from
                + " ("
                + address
                + ") by "
                + by
                + " ("
                + byAddress
                + ") with Microsoft SMTP Server id 15.2.2562.20"
                + (front.isEmpty() ? "" : " via Frontend Transport")
                + "; Mon, 2 Mar 2026 09:00:01 +0100";
    }

    private static String front(String from, String address) {
        return exchange(from, address, "EX01.contoso.example", "10.20.0.11", "front");
    }

    private static String relay(String address) {
        return "from app (app ["
                + address
                + "]) by relay.contoso.example (Postfix) with ESMTP id 1; d";
    }

    static Stream<Arguments> chains() {
        return Stream.of(
                Arguments.of("front end alone", List.of(front("p", "10.1.1.1")), "HOST 10.1.1.1 1"),
                Arguments.of(
                        "hub to itself, then front end",
                        List.of(MAILBOX_HOP, SELF_HOP, front("p", "10.1.1.1")),
                        "HOST 10.1.1.1 3"),
                Arguments.of(
                        "what the client brought along is not believed, even in our name",
                        List.of(MAILBOX_HOP, front("p", "10.1.1.1"), FORGED),
                        "HOST 10.1.1.1 2"),
                Arguments.of(
                        "loopback, then the front end that the client talked to",
                        List.of(
                                exchange("ex01", "::1", "EX01.contoso.example", "::1", ""),
                                front("p", "2001:db8:7::1")),
                        "HOST 2001:db8:7::1 2"),
                Arguments.of(
                        "a neighbour by its link-local address, then the front end",
                        List.of(
                                exchange(
                                        "EX01.contoso.example",
                                        "fe80::7%4",
                                        "EX02.contoso.example",
                                        "fe80::8%4",
                                        ""),
                                front("p", "10.1.1.1")),
                        "HOST 10.1.1.1 2"),
                Arguments.of(
                        "who calls himself a server at the front end is none",
                        List.of(front("EX02.contoso.example", "fe80::7%4"), FORGED),
                        "HOST fe80::7 1"),
                Arguments.of(
                        "a program on the server itself",
                        List.of(MAILBOX_HOP, front("script", "127.0.0.1")),
                        "HOST 127.0.0.1 2"),
                Arguments.of(
                        "through a relay of ours",
                        List.of(front("relay", "10.20.0.25"), relay("10.1.1.1"), FORGED),
                        "HOST 10.1.1.1 2"),
                Arguments.of(
                        "the relay itself",
                        List.of(front("relay", "10.20.0.25")),
                        "HOST 10.20.0.25 1"),
                Arguments.of(
                        "below the relay a field in a server's name",
                        List.of(front("relay", "10.20.0.25"), FORGED),
                        "UNKNOWN null 1"),
                Arguments.of(
                        "below the relay one that cannot be read",
                        List.of(front("relay", "10.20.0.25"), "from a by relay by relay; d"),
                        "UNKNOWN null 1"),
                Arguments.of(
                        "below a server one by somebody else",
                        List.of(
                                SELF_HOP,
                                exchange("a", "10.1.1.1", "mx.other.example", "192.0.2.1", "")),
                        "UNKNOWN null 1"),
                Arguments.of(
                        "behind source NAT",
                        List.of(MAILBOX_HOP, front("p", "10.20.0.5"), FORGED),
                        "UNKNOWN null 2"),
                Arguments.of(
                        "no server of ours at the top",
                        List.of(
                                exchange(
                                        "a", "10.1.1.1", "mx.other.example", "192.0.2.1", "front")),
                        "UNKNOWN null 0"),
                Arguments.of(
                        "a name that only begins like ours",
                        List.of(
                                exchange(
                                        "a",
                                        "10.1.1.1",
                                        "ex01x.evil.example",
                                        "192.0.2.1",
                                        "front")),
                        "UNKNOWN null 0"),
                Arguments.of("no field", List.of(), "UNKNOWN null 0"),
                Arguments.of("nonsense", List.of("nonsense"), "UNKNOWN null 0"),
                Arguments.of(
                        "two addresses for one client",
                        List.of(
                                "from evil (10.20.0.11) (203.0.113.9) by ex01 (10.20.0.11) with"
                                        + " Microsoft SMTP Server via Frontend Transport; d"),
                        "UNKNOWN null 1"),
                Arguments.of(
                        "from a mailbox",
                        List.of(
                                MAILBOX_HOP,
                                "from EX01.contoso.example ([fe80::1]) by EX01.contoso.example"
                                        + " ([fe80::1%12]) with mapi id 15.02.1118.007; d"),
                        "LOCAL null 2"),
                Arguments.of(
                        "from the pickup directory",
                        List.of(
                                SELF_HOP,
                                "from localhost by Pickup with Microsoft SMTP Server id 15.2.1.1; d"),
                        "LOCAL null 2"),
                Arguments.of(
                        "a pickup directory of nobody knows whom",
                        List.of(
                                "from localhost by Pickup with Microsoft SMTP Server id 15.2.1.1; d"),
                        "UNKNOWN null 1"),
                Arguments.of(
                        "a forged pickup below a client",
                        List.of(
                                front("p", "10.1.1.1"),
                                "from localhost by Pickup with Microsoft SMTP Server id 15.2.1.1; d"),
                        "HOST 10.1.1.1 1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("chains")
    void tells(String name, List<String> received, String expected) {
        MessageTrace trace = MessageTrace.of(received, TRUST);
        assertEquals(
                expected,
                trace.verdict()
                        + " "
                        + trace.host()
                        + " "
                        + trace.hops().stream().filter(MessageTrace.Hop::isBelieved).count(),
                trace.reason());
        assertEquals(received, trace.hops().stream().map(MessageTrace.Hop::text).toList());
    }
}

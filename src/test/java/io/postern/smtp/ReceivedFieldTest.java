package io.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Address;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Received fields as servers write them. */
class ReceivedFieldTest {
    private static final String DATE = "Mon, 2 Mar 2026 09:00:01 +0100";

    static Stream<Arguments> fields() {
        return Stream.of(
                Arguments.of(
                        "Exchange front end, TLS",
                        "from printer7 (10.20.30.41) by EX01.contoso.example (10.20.0.11) with"
                                + " Microsoft SMTP Server (version=TLS1_2,"
                                + " cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.2.2562.20"
                                + " via Frontend Transport; "
                                + DATE,
                        "printer7 10.20.30.41 EX01.contoso.example 10.20.0.11 SMTP frontend",
                        "Microsoft SMTP Server"),
                Arguments.of(
                        "Exchange front end, clear text, address literal in EHLO",
                        "from [10.20.30.99] (10.20.30.41) by ex01 (10.20.0.11) with Microsoft SMTP"
                                + " Server id 15.1.2507.6 via Frontend Transport; "
                                + DATE,
                        "[10.20.30.99] 10.20.30.41 ex01 10.20.0.11 SMTP frontend",
                        "Microsoft SMTP Server"),
                Arguments.of(
                        "Exchange 2013, TLS alone",
                        "from a.example (10.1.1.1) by ex01 (10.20.0.11) with Microsoft SMTP Server"
                                + " (TLS) id 15.0.1497.2 via Frontend Transport; "
                                + DATE,
                        "a.example 10.1.1.1 ex01 10.20.0.11 SMTP frontend",
                        "Microsoft SMTP Server"),
                Arguments.of(
                        "Exchange hub, IPv6 with a zone",
                        "from EX01.contoso.example (fe80::4c1f:1%12) by EX02.contoso.example"
                                + " (2001:db8::12) with Microsoft SMTP Server (version=TLS1_2) id"
                                + " 15.2.1118.7; "
                                + DATE,
                        "EX01.contoso.example fe80::4c1f:1 EX02.contoso.example 2001:db8::12 SMTP -",
                        "Microsoft SMTP Server"),
                Arguments.of(
                        "mailbox submission",
                        "from EX01.contoso.example ([fe80::1]) by EX01.contoso.example"
                                + " ([fe80::1%12]) with mapi id 15.02.1118.007; "
                                + DATE,
                        "EX01.contoso.example fe80::1 EX01.contoso.example fe80::1 MAILBOX -",
                        "mapi"),
                Arguments.of(
                        "pickup",
                        "from localhost by Pickup with Microsoft SMTP Server id 15.2.1118.7; "
                                + DATE,
                        "localhost null Pickup null DIRECTORY -",
                        "Microsoft SMTP Server"),
                Arguments.of(
                        "Postfix, TLS comments between",
                        "from app.contoso.example (app.contoso.example [10.20.40.5]) (using TLSv1.3"
                                + " with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) (No client"
                                + " certificate requested) by relay.contoso.example (Postfix) with"
                                + " ESMTPS id 4F1; "
                                + DATE,
                        "app.contoso.example 10.20.40.5 relay.contoso.example null SMTP -",
                        "ESMTPS"),
                Arguments.of(
                        "Postfix, IPv6",
                        "from app (unknown [IPv6:2001:db8::5]) by relay (Postfix) with ESMTP id 1"
                                + " for <a@b.example>; "
                                + DATE,
                        "app 2001:db8::5 relay null SMTP -",
                        "ESMTP"),
                Arguments.of(
                        "two addresses: the client put one into its name",
                        "from evil (10.20.0.11) (203.0.113.9) by ex01 (10.20.0.11) with Microsoft"
                                + " SMTP Server id 15.2.1.1 via Frontend Transport; "
                                + DATE,
                        "evil null ex01 10.20.0.11 SMTP frontend",
                        "Microsoft SMTP Server"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fields")
    void isRead(String name, String text, String expected, String with) {
        ReceivedField field = ReceivedField.parse(text).orElseThrow();
        assertEquals(
                expected,
                String.join(
                        " ",
                        field.from(),
                        String.valueOf(field.fromAddress()),
                        field.by(),
                        String.valueOf(field.byAddress()),
                        field.kind().name(),
                        field.isFrontend() ? "frontend" : "-"));
        assertEquals(with, field.with());
        assertEquals(DATE, field.date());
    }

    static Stream<String> unreadable() {
        return Stream.of(
                "",
                "by ex01 with SMTP; x",
                "from a (10.1.1.1)",
                "from a (10.1.1.1) by",
                "from (10.1.1.1) by ex01; x",
                "(10.1.1.1) from a by ex01; x",
                // A client whose name brings clauses of its own must not be believed.
                "from a by ex02 (10.1.1.1) by ex01 (10.20.0.11) with SMTP; x",
                "from x from y (10.1.1.1) by ex01; x",
                "from a (10.1.1.1 by ex01 (10.20.0.11); x");
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void isNotReliedOn(String text) {
        assertTrue(ReceivedField.parse(text).isEmpty(), text);
    }

    /** Whatever comes is read or refused, and an address only if it stands there. */
    @Test
    void anyTextIsReadOrRefused() {
        String[] parts = {
            "from",
            "by",
            "with",
            "via",
            "Frontend",
            "Transport",
            "(",
            ")",
            "[",
            "]",
            ";",
            " ",
            "\t",
            "10.1.2.3",
            "fe80::1%3",
            "ex01",
            "IPv6:",
            "\\",
            "\"",
            "ä",
            "mapi",
            "%"
        };
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "from a " : "");
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(parts[random.nextInt(parts.length)]);
                text.append(random.nextInt(3) == 0 ? "" : " ");
            }
            Address seen =
                    ReceivedField.parse(text.toString())
                            .map(ReceivedField::fromAddress)
                            .orElse(null);
            assertTrue(
                    seen == null || text.toString().contains(seen.toString()),
                    "seed " + seed + ": " + text);
        }
    }
}

package io.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.postern.smtp.ObservedTier.Level;
import io.postern.smtp.ProbeOutcome.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ObservedTierTest {
    /** Kind, deciding reply, whether a network layer is expected, level. */
    static Stream<Arguments> outcomes() {
        return Stream.of(
                arguments(Kind.ACCEPTED, "250 2.1.5 Recipient OK", false, Level.AT_LEAST_RELAY),
                arguments(
                        Kind.REFUSED_AT_RCPT_FOREIGN,
                        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
                        false,
                        Level.INTERNAL),
                arguments(
                        Kind.REFUSED_AT_RCPT_FOREIGN,
                        "550 5.7.1 Unable to relay",
                        false,
                        Level.INTERNAL),
                arguments(
                        Kind.REFUSED_AT_RCPT_FOREIGN,
                        "554 5.7.1 <x@far.example>: Relay access denied",
                        false,
                        Level.INTERNAL),
                arguments(Kind.REFUSED_AT_RCPT_FOREIGN, "554 no", false, Level.INTERNAL),
                arguments(
                        Kind.REFUSED_AT_RCPT_FOREIGN, "550 Relaying denied", false, Level.INTERNAL),
                arguments(
                        Kind.REFUSED_AT_RCPT_FOREIGN,
                        "550 5.1.2 relay: reserved domain",
                        false,
                        Level.UNKNOWN),
                arguments(Kind.REFUSED_AT_RCPT_FOREIGN, "550 no", false, Level.UNKNOWN),
                arguments(
                        Kind.REFUSED_AT_RCPT_OWN,
                        "554 5.7.1 <host[10.0.0.1]>: Client host rejected: Access denied",
                        false,
                        Level.NONE),
                arguments(Kind.REFUSED_AT_RCPT_OWN, "550 5.7.1 no", false, Level.NONE),
                arguments(Kind.REFUSED_AT_RCPT_OWN, "554 no", false, Level.NONE),
                arguments(
                        Kind.REFUSED_AT_RCPT_OWN, "530 Authentication required", false, Level.NONE),
                arguments(
                        Kind.REFUSED_AT_RCPT_OWN,
                        "550 5.70.1 no such subject",
                        false,
                        Level.UNKNOWN),
                arguments(Kind.REFUSED_AT_RCPT_OWN, "552 5.2.2 mailbox full", false, Level.UNKNOWN),
                arguments(
                        Kind.REFUSED_AT_MAIL,
                        "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM",
                        false,
                        Level.NONE),
                arguments(Kind.REFUSED_AT_MAIL, "530 5.7.1 Not authenticated", false, Level.NONE),
                arguments(Kind.REFUSED_AT_MAIL, "530 Authentication required", false, Level.NONE),
                arguments(Kind.REFUSED_AT_MAIL, "554 5.7.1 rejected", false, Level.NONE),
                arguments(Kind.REFUSED_AT_MAIL, "554 rejected", false, Level.NONE),
                arguments(
                        Kind.REFUSED_AT_MAIL,
                        "530 5.7.0 Must issue a STARTTLS command first",
                        false,
                        Level.UNKNOWN),
                arguments(
                        Kind.REFUSED_AT_MAIL,
                        "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
                        false,
                        Level.UNKNOWN),
                arguments(
                        Kind.REFUSED_AT_MAIL,
                        "550 5.7.1 Client does not have permissions to send as this sender",
                        false,
                        Level.UNKNOWN),
                arguments(Kind.REFUSED_AT_MAIL, "550 5.7.606 banned", false, Level.NONE),
                arguments(Kind.REFUSED_AT_MAIL, "501 5.1.7 Invalid address", false, Level.UNKNOWN),
                arguments(Kind.REFUSED_AT_EHLO, "554 5.7.1 rejected", false, Level.NONE),
                arguments(Kind.REFUSED_AT_EHLO, "554 rejected", false, Level.NONE),
                arguments(Kind.REFUSED_AT_EHLO, "502 unknown command", false, Level.UNKNOWN),
                arguments(Kind.REFUSED_AT_BANNER, "554 No SMTP service here", false, Level.NONE),
                arguments(Kind.CONNECT_TIMEOUT, null, true, Level.NONE),
                arguments(Kind.CONNECT_TIMEOUT, null, false, Level.UNKNOWN),
                arguments(Kind.CONNECT_REFUSED, null, true, Level.NONE),
                arguments(Kind.CONNECT_REFUSED, null, false, Level.UNKNOWN),
                arguments(Kind.CLOSED_EARLY, null, true, Level.UNKNOWN),
                arguments(Kind.READ_TIMEOUT, null, true, Level.UNKNOWN),
                arguments(Kind.MALFORMED, null, true, Level.UNKNOWN),
                arguments(Kind.MALFORMED, "354 go on", true, Level.UNKNOWN),
                arguments(Kind.TRANSIENT, "421 4.3.2 Service not available", true, Level.UNKNOWN),
                arguments(Kind.TRANSIENT, "454 4.7.1 Relay access denied", false, Level.UNKNOWN),
                arguments(Kind.STARTTLS_NOT_OFFERED, "250 mx", true, Level.UNKNOWN),
                arguments(Kind.REFUSED_AT_STARTTLS, "554 5.7.3 no TLS", true, Level.UNKNOWN),
                arguments(Kind.TLS_FAILED, null, true, Level.UNKNOWN),
                arguments(
                        Kind.REFUSED_AT_RCPT_FOREIGN_ALONE,
                        "554 5.7.1 <host[10.0.0.1]>: Client host rejected: Access denied",
                        false,
                        Level.NONE),
                arguments(
                        Kind.REFUSED_AT_RCPT_FOREIGN_ALONE,
                        "530 5.7.57 Client was not authenticated",
                        false,
                        Level.NONE),
                arguments(
                        Kind.REFUSED_AT_RCPT_FOREIGN_ALONE,
                        "550 5.7.54 SMTP; Unable to relay recipient",
                        false,
                        Level.UNKNOWN),
                arguments(
                        Kind.REFUSED_AT_RCPT_FOREIGN_ALONE,
                        "550 5.7.1 Client host rejected",
                        false,
                        Level.UNKNOWN),
                arguments(Kind.REFUSED_AT_RCPT_SINK, "550 5.1.1 unknown", true, Level.UNKNOWN),
                arguments(Kind.REFUSED_AT_DATA, "554 5.7.1 no", true, Level.UNKNOWN),
                arguments(Kind.MESSAGE_TAKEN, "250 2.6.0 Queued", true, Level.UNKNOWN),
                arguments(Kind.UNREACHABLE, null, true, Level.UNKNOWN),
                arguments(Kind.NOT_RUN, null, true, Level.UNKNOWN));
    }

    @ParameterizedTest(name = "{0} {1} {2} is {3}")
    @MethodSource("outcomes")
    void readsTheTierOffTheOutcome(Kind kind, String reply, boolean networkLayer, Level expected) {
        ObservedTier tier = ObservedTier.of(outcome(kind, reply), networkLayer);
        assertEquals(expected, tier.level());
        assertFalse(tier.reason().isBlank());
    }

    @Test
    void everyRowOfTheTableDecidesSomeCase() {
        Set<ObservedTier.Row> unused = new HashSet<>(ObservedTier.TABLE);
        outcomes()
                .map(Arguments::get)
                .forEach(
                        c ->
                                unused.remove(
                                        deciding(
                                                outcome((Kind) c[0], (String) c[1]),
                                                (Boolean) c[2])));
        assertEquals(Set.of(), unused);
    }

    /**
     * Whatever a server may say to whatever kind, a tier comes from a row and from nothing else.
     */
    @Test
    void whatNoRowMatchesIsUnknown() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            int code = 200 + random.nextInt(400);
            String text = random.nextBoolean() ? code / 100 + ".7.1 Relaying denied" : "no";
            ProbeOutcome outcome = outcome(kind, random.nextInt(4) == 0 ? null : code + " " + text);
            boolean networkLayer = random.nextBoolean();
            Level expected =
                    ObservedTier.TABLE.stream()
                            .filter(row -> row.matches(outcome, networkLayer))
                            .map(ObservedTier.Row::level)
                            .findFirst()
                            .orElse(Level.UNKNOWN);
            assertEquals(
                    expected,
                    ObservedTier.of(outcome, networkLayer).level(),
                    "seed " + seed + " round " + round);
        }
    }

    private static ObservedTier.Row deciding(ProbeOutcome outcome, boolean networkLayer) {
        return ObservedTier.TABLE.stream()
                .filter(row -> row.matches(outcome, networkLayer))
                .findFirst()
                .orElseThrow();
    }

    private static ProbeOutcome outcome(Kind kind, String reply) {
        SmtpReply parsed =
                reply == null
                        ? null
                        : SmtpReply.of(
                                Integer.parseInt(reply.substring(0, 3)),
                                List.of(reply.substring(4)));
        return new ProbeOutcome(kind, "mail", parsed, List.of());
    }
}

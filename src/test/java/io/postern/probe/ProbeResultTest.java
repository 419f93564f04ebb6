package io.postern.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Tier;
import io.postern.smtp.ObservedTier.Level;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeOutcome.Kind;
import io.postern.smtp.SmtpReply;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProbeResultTest {
    private static ProbeResult of(Kind kind, Integer code, String... lines) {
        SmtpReply reply = code == null ? null : SmtpReply.of(code, List.of(lines));
        return ProbeResult.of(
                new ProbeOutcome(kind, "any", reply, List.of()), true, false, List.of());
    }

    @Test
    void whatContradictsItselfTellsNothing() {
        assertUnknown(of(Kind.ACCEPTED, null), "ACCEPTED without a reply");
        assertUnknown(of(Kind.ACCEPTED, 550, "5.7.1 no"), "ACCEPTED by 550");
        assertUnknown(of(Kind.REFUSED_AT_BANNER, null), "REFUSED_AT_BANNER without a reply");
        assertUnknown(of(Kind.REFUSED_AT_MAIL, 250, "5.7.1 ok"), "REFUSED_AT_MAIL by 250");
        assertUnknown(of(Kind.REFUSED_AT_MAIL, 451, "4.7.0 later"), "REFUSED_AT_MAIL by 451");
        assertUnknown(of(Kind.CONNECT_TIMEOUT, 220, "hello"), "CONNECT_TIMEOUT by 220");
        assertUnknown(of(Kind.CONNECT_REFUSED, 554, "no"), "CONNECT_REFUSED by 554");
    }

    private static void assertUnknown(ProbeResult result, String why) {
        assertEquals(Level.UNKNOWN, result.observed().level(), why);
        assertTrue(result.detail().contains("the result contradicts itself: " + why));
    }

    @Test
    void whatGoesTogetherIsReadAsEver() {
        assertEquals(Level.NONE, of(Kind.REFUSED_AT_MAIL, 530, "5.7.57 x").observed().level());
        assertEquals(Level.AT_LEAST_RELAY, of(Kind.ACCEPTED, 250, "ok").observed().level());
        assertEquals(Level.NONE, of(Kind.CONNECT_TIMEOUT, null).observed().level());
    }

    @Test
    void repliesOfAnyCharactersAreKeptBoundedAndHarmless() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            StringBuilder any = new StringBuilder();
            for (int i = 0; i < 3000; i++) {
                any.append((char) random.nextInt(random.nextBoolean() ? 256 : 65536));
            }
            ProbeResult result =
                    ProbeResult.of(
                            new ProbeOutcome(
                                    Kind.REFUSED_AT_MAIL,
                                    "mail",
                                    SmtpReply.of(530, List.of(any.toString())),
                                    List.of()),
                            true,
                            false,
                            Collections.nCopies(500, any.toString()));
            assertEquals(
                    ProbeResult.MAX_TRANSCRIPT_LINES, result.transcript().size(), "seed " + seed);
            for (String text : List.of(result.detail(), result.transcript().get(0))) {
                assertTrue(text.length() < 14_000, "seed " + seed);
                assertFalse(text.chars().anyMatch(Character::isISOControl), "seed " + seed);
                assertFalse(text.codePoints().anyMatch(BatchText::isLone), "seed " + seed);
            }
            assertEquals(
                    Verdict.PASS, ProbeJudge.judge(Tier.NONE, result.observed()), "seed " + seed);
        }
    }

    private static final class BatchText {
        private static boolean isLone(int codePoint) {
            return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        }
    }
}

package io.postern.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.Tier;
import io.postern.smtp.ObservedTier;
import io.postern.smtp.ObservedTier.Level;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every tier against everything a probe can see. */
class ProbeJudgeTest {
    private static final String TABLE =
            """
            NONE,     NONE,           PASS
            NONE,     INTERNAL,       FAIL
            NONE,     AT_LEAST_RELAY, FAIL
            NONE,     UNKNOWN,        INCONCLUSIVE
            INTERNAL, NONE,           FAIL
            INTERNAL, INTERNAL,       PASS
            INTERNAL, AT_LEAST_RELAY, FAIL
            INTERNAL, UNKNOWN,        INCONCLUSIVE
            RELAY,    NONE,           FAIL
            RELAY,    INTERNAL,       FAIL
            RELAY,    AT_LEAST_RELAY, PASS
            RELAY,    UNKNOWN,        INCONCLUSIVE
            TRUSTED,  NONE,           FAIL
            TRUSTED,  INTERNAL,       FAIL
            TRUSTED,  AT_LEAST_RELAY, PASS
            TRUSTED,  UNKNOWN,        INCONCLUSIVE
            """;

    @ParameterizedTest(name = "expected {0}, observed {1} is {2}")
    @CsvSource(textBlock = TABLE)
    void theTableHolds(Tier expected, Level observed, Verdict verdict) {
        assertEquals(verdict, ProbeJudge.judge(expected, new ObservedTier(observed, "seen")));
    }

    @Test
    void theTableIsWhole() {
        Set<String> rows = new HashSet<>();
        TABLE.lines()
                .map(line -> line.split("\\s*,\\s*"))
                .forEach(cells -> rows.add(cells[0] + " " + cells[1]));

        assertEquals(Tier.values().length * Level.values().length, rows.size());
    }

    @Test
    void theExplanationNamesBothSidesAndTheDetail() {
        ObservedTier relay = new ObservedTier(Level.AT_LEAST_RELAY, "accepted");

        assertEquals(
                "expected none, observed at-least-relay: 250 2.1.5 Recipient OK",
                ProbeJudge.explain(Tier.NONE, relay, "250 2.1.5 Recipient OK"));
        assertEquals(
                "expected relay, observed at-least-relay",
                ProbeJudge.explain(Tier.RELAY, relay, " "));
    }
}

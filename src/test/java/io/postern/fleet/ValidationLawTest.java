package io.postern.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.fleet.ValidationLaw.Outcome;
import io.postern.fleet.ValidationLaw.Standing;
import io.postern.fleet.ValidationLaw.Step;
import io.postern.probe.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a failed expectation becomes a finding, and when that ends. */
class ValidationLawTest {
    private static final ValidationLaw LAW = new ValidationLaw(2, 3, 3, 2, 4, Duration.ofHours(1));
    private static final Instant START = Instant.parse("2027-01-01T00:00:00Z");

    /** One expectation with the finding that it has. */
    private static final class Watched {
        private ExpectationHistory history = ExpectationHistory.CLEAN;
        private Standing standing = Standing.NONE;

        Step take(Verdict verdict, Instant at) {
            Outcome outcome = LAW.next(history, standing, verdict, at);
            history = outcome.history();
            standing =
                    switch (outcome.step()) {
                        case OPEN_FAILED -> Standing.FAILED;
                        case OPEN_FLAPPING -> Standing.FLAPPING;
                        case OPEN_UNKNOWN -> Standing.UNKNOWN;
                        case CLOSE -> Standing.NONE;
                        case NOTHING, ASK_AGAIN, SEEN_AGAIN -> standing;
                    };
            return outcome.step();
        }
    }

    private static Verdict verdict(int letter) {
        return switch (letter) {
            case 'P' -> Verdict.PASS;
            case 'F' -> Verdict.FAIL;
            default -> Verdict.INCONCLUSIVE;
        };
    }

    /** A verdict a minute; what follows from the last one, and how it stands then. */
    @ParameterizedTest(name = "{0} ends with {1}, {2}")
    @CsvSource({
        "P, NOTHING, NONE",
        "F, ASK_AGAIN, NONE",
        "FP, NOTHING, NONE",
        "FF, OPEN_FAILED, FAILED",
        "FIF, OPEN_FAILED, FAILED",
        "FI, ASK_AGAIN, NONE",
        "FII, NOTHING, NONE",
        "FIII, OPEN_UNKNOWN, UNKNOWN",
        "I, NOTHING, NONE",
        "II, NOTHING, NONE",
        "IPII, NOTHING, NONE",
        "III, OPEN_UNKNOWN, UNKNOWN",
        "IIII, SEEN_AGAIN, UNKNOWN",
        "IIIF, ASK_AGAIN, UNKNOWN",
        "IIIFF, OPEN_FAILED, FAILED",
        "IIIPP, NOTHING, UNKNOWN",
        "IIIPPP, CLOSE, NONE",
        "FFF, SEEN_AGAIN, FAILED",
        "FFI, NOTHING, FAILED",
        "FFPP, NOTHING, FAILED",
        "FFPPI, NOTHING, FAILED",
        "FFPPIP, NOTHING, FAILED",
        "FFPPP, CLOSE, NONE",
        "FFPPPF, ASK_AGAIN, NONE",
        "FPFP, NOTHING, NONE",
        "FPFPF, OPEN_FLAPPING, FLAPPING",
        "FPFPFP, NOTHING, FLAPPING",
        "FPFPFPF, SEEN_AGAIN, FLAPPING",
        "FPFPFPPPP, NOTHING, FLAPPING",
        "FFPFPF, OPEN_FLAPPING, FLAPPING"
    })
    void aVerdictAMinute(String verdicts, Step step, Standing standing) {
        Watched watched = new Watched();
        Step last = null;
        for (int i = 0; i < verdicts.length(); i++) {
            last = watched.take(verdict(verdicts.charAt(i)), START.plusSeconds(60L * i));
        }
        assertEquals(step, last);
        assertEquals(standing, watched.standing);
    }

    @Test
    void whatFlappedEndsOnceItIsQuietForTheWindow() {
        Watched watched = new Watched();
        for (int i = 0; i < 6; i++) {
            watched.take(i % 2 == 0 ? Verdict.FAIL : Verdict.PASS, START.plusSeconds(60L * i));
        }
        assertEquals(Standing.FLAPPING, watched.standing);
        Instant later = START.plus(Duration.ofHours(2));
        watched.take(Verdict.PASS, later);
        assertEquals(Step.CLOSE, watched.take(Verdict.PASS, later.plusSeconds(300)));
        assertTrue(watched.history.isClean());
    }

    @Test
    void whatFlappedAndNowOnlyFailsIsAFailureLikeAnother() {
        Watched watched = new Watched();
        for (int i = 0; i < 5; i++) {
            watched.take(i % 2 == 0 ? Verdict.FAIL : Verdict.PASS, START.plusSeconds(60L * i));
        }
        assertEquals(Standing.FLAPPING, watched.standing);
        watched.take(Verdict.FAIL, START.plus(Duration.ofHours(2)));
        assertEquals(Standing.FAILED, watched.standing);
    }

    @Test
    void ofAnyVerdictsNothingOpensWithoutEvidenceAndNothingClosesWithoutPasses() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            Watched watched = new Watched();
            List<Verdict> seen = new ArrayList<>();
            Instant at = START;
            int asked = 0;
            for (int i = 0; i < 60; i++) {
                Standing before = watched.standing;
                seen.add(Verdict.values()[random.nextInt(3)]);
                at = at.plusSeconds(random.nextInt(900));
                Step step = watched.take(seen.get(i), at);
                String about = "seed " + seed + ": " + seen;
                if (step == Step.OPEN_FAILED) {
                    assertEquals(Verdict.FAIL, seen.get(i), about);
                    assertTrue(failures(seen) >= 2, about);
                }
                if (step == Step.OPEN_UNKNOWN) {
                    assertEquals(Standing.NONE, before, about);
                    assertEquals(
                            List.of(
                                    Verdict.INCONCLUSIVE,
                                    Verdict.INCONCLUSIVE,
                                    Verdict.INCONCLUSIVE),
                            seen.subList(i - 2, i + 1),
                            about);
                }
                if (step == Step.CLOSE) {
                    assertEquals(
                            List.of(Verdict.PASS, Verdict.PASS, Verdict.PASS),
                            seen.subList(i - 2, i + 1),
                            about);
                }
                if (failures(seen) >= 2) {
                    assertTrue(
                            watched.standing == Standing.FAILED
                                    || watched.standing == Standing.FLAPPING,
                            about);
                }
                asked = seen.get(i) == Verdict.PASS ? 0 : asked;
                asked += step == Step.ASK_AGAIN ? 1 : 0;
                assertTrue(asked <= 2, about);
            }
        }
    }

    /** Failures at the end, with only inconclusive ones between. */
    private static int failures(List<Verdict> seen) {
        List<Verdict> conclusive =
                seen.stream()
                        .filter(one -> one != Verdict.INCONCLUSIVE)
                        .collect(Collectors.toList());
        int failures = 0;
        for (int i = conclusive.size() - 1; i >= 0 && conclusive.get(i) == Verdict.FAIL; i--) {
            failures++;
        }
        return failures;
    }
}

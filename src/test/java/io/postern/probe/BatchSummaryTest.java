package io.postern.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class BatchSummaryTest {
    private static final String A = "agent:a";
    private static final String B = "agent:b";
    private static final String C = "external:c";
    private static final String[] SEEN = {"none", "internal", "at-least-relay", "unknown", null};

    /** Open, passed, failed, inconclusive, contested. */
    private record Case(String name, String expected, Probe... probes) {}

    /** A probe from 10.0.0.x of which a vantage saw this; null = not answered yet. */
    private static Probe probe(int x, String region, String vantage, Tier expected, String seen) {
        return probe("10.0.0." + x, null, region, vantage, expected, seen);
    }

    private static Probe probe(
            String source,
            String target,
            String region,
            String vantage,
            Tier expected,
            String seen) {
        Verdict verdict =
                seen == null
                        ? null
                        : seen.equals("unknown")
                                ? Verdict.INCONCLUSIVE
                                : seen.equals(expected.word()) ? Verdict.PASS : Verdict.FAIL;
        return new Probe(
                1,
                "batch",
                null,
                "ring",
                "s1",
                target,
                25,
                source,
                null,
                null,
                expected,
                "reason",
                region,
                vantage,
                7,
                seen == null ? ProbeState.OPEN : ProbeState.ANSWERED,
                verdict,
                seen,
                seen == null ? null : "expected " + expected.word() + ", observed " + seen,
                false,
                List.of(),
                Instant.EPOCH,
                null);
    }

    private static Probe none(int x, String region, String vantage, String seen) {
        return probe(x, region, vantage, Tier.NONE, seen);
    }

    private static final List<Case> CASES =
            List.of(
                    new Case("nothing asked", "0 0 0 0 0"),
                    new Case("alone, not answered", "1 0 0 0 0", none(1, "", null, null)),
                    new Case("alone, as the policy says", "0 1 0 0 0", none(1, "", null, "none")),
                    new Case("alone, otherwise", "0 0 1 0 0", none(1, "", A, "internal")),
                    new Case("alone, cannot tell", "0 0 0 1 0", none(1, "", A, "unknown")),
                    new Case(
                            "one question, both pass",
                            "0 2 0 0 0",
                            none(1, "", A, "none"),
                            none(1, "", B, "none")),
                    new Case(
                            "one question, both fail alike",
                            "0 0 2 0 0",
                            none(1, "", A, "internal"),
                            none(1, "", B, "internal")),
                    new Case(
                            "one question, pass and failure",
                            "0 0 0 2 2",
                            none(1, "", A, "none"),
                            none(1, "", B, "internal")),
                    new Case(
                            "one question, two failures that differ",
                            "0 0 0 2 2",
                            none(1, "", A, "at-least-relay"),
                            none(1, "", B, "internal")),
                    new Case(
                            "one question, the other could not ask: a pass shows nothing",
                            "0 0 0 2 0",
                            none(1, "", A, "none"),
                            none(1, "", B, "unknown")),
                    new Case(
                            "one question, the other could not ask: a failure shows nothing",
                            "0 0 0 2 0",
                            none(1, "", A, "internal"),
                            none(1, "", B, "unknown")),
                    new Case(
                            "one question, the other still owes its answer to a failure",
                            "2 0 0 0 0",
                            none(1, "", A, "internal"),
                            none(1, "", B, null)),
                    new Case(
                            "one question, the other still owes its answer to a pass",
                            "2 0 0 0 0",
                            none(1, "", A, "none"),
                            none(1, "", B, null)),
                    new Case(
                            "region, one vantage, failures count",
                            "0 1 1 0 0",
                            none(1, "r", A, "none"),
                            none(2, "r", A, "internal")),
                    new Case(
                            "region, one fails where another passes",
                            "0 0 0 2 2",
                            none(1, "r", A, "internal"),
                            none(2, "r", B, "none")),
                    new Case(
                            "region, both fail somewhere",
                            "0 0 2 1 1",
                            none(1, "r", A, "internal"),
                            none(2, "r", B, "internal"),
                            none(3, "r", B, "none")),
                    new Case(
                            "region, both pass",
                            "0 2 0 0 0",
                            none(1, "r", A, "none"),
                            none(2, "r", B, "none")),
                    new Case(
                            "region, the second cannot tell",
                            "0 0 0 2 0",
                            none(1, "r", A, "none"),
                            none(2, "r", B, "unknown")),
                    new Case(
                            "region, a third that cannot tell takes nothing from two that pass",
                            "0 2 0 1 0",
                            none(1, "r", A, "none"),
                            none(2, "r", B, "none"),
                            none(3, "r", C, "unknown")),
                    new Case(
                            "region, two fail while a third passes",
                            "0 0 2 1 1",
                            none(1, "r", A, "internal"),
                            none(2, "r", B, "internal"),
                            none(3, "r", C, "none")),
                    new Case(
                            "region, two fail while a third still owes its answer",
                            "1 0 2 0 0",
                            none(1, "r", A, "internal"),
                            none(2, "r", B, "internal"),
                            none(3, "r", C, null)),
                    new Case(
                            "regions do not bear on each other",
                            "0 1 1 0 0",
                            none(1, "r", A, "internal"),
                            none(2, "q", B, "none")),
                    new Case(
                            "targets do not bear on each other",
                            "0 1 1 0 0",
                            probe("10.0.0.1", "10.9.9.1", "r", A, Tier.NONE, "internal"),
                            probe("10.0.0.1", "mail.example", "r", B, Tier.NONE, "none")),
                    new Case(
                            "families do not bear on each other: the server's addresses differ",
                            "0 1 1 0 0",
                            probe("10.0.0.1", null, "r", A, Tier.NONE, "none"),
                            probe("2001:db8::1", null, "r", B, Tier.NONE, "internal")),
                    new Case(
                            "one vantage contradicts itself",
                            "0 0 0 2 2",
                            none(1, "", A, "internal"),
                            none(1, "", A, "none")));

    @TestFactory
    Stream<DynamicTest> agreement() {
        return CASES.stream()
                .map(
                        one ->
                                DynamicTest.dynamicTest(
                                        one.name(),
                                        () ->
                                                assertEquals(
                                                        one.expected(),
                                                        counts(
                                                                BatchSummary.of(
                                                                        List.of(one.probes()))))));
    }

    private static String counts(BatchSummary s) {
        return String.format(
                Locale.ROOT,
                "%d %d %d %d %d",
                s.open(),
                s.passed(),
                s.failed(),
                s.inconclusive(),
                s.contested());
    }

    @Test
    void theFirstFailureNamesWhoSaysWhat() {
        assertEquals(
                "s1 from 10.0.0.1: agent:a: expected none, observed internal",
                BatchSummary.of(List.of(none(1, "", A, "internal"))).firstFailure());
        assertEquals(
                "s1 from 10.0.0.1: the vantages contradict each other: agent:a: expected none,"
                        + " observed internal; but agent:b: expected none, observed none (from"
                        + " 10.0.0.2)",
                BatchSummary.of(List.of(none(1, "r", A, "internal"), none(2, "r", B, "none")))
                        .firstFailure());
        assertEquals(
                "s1 from 10.0.0.1: agent:a: expected none, observed none; not shown by any other"
                        + " vantage that was asked: agent:b: expected none, observed unknown (from"
                        + " 10.0.0.2)",
                BatchSummary.of(List.of(none(1, "r", A, "none"), none(2, "r", B, "unknown")))
                        .firstFailure());
    }

    @Test
    void droppedProbesCountNowhere() {
        Probe open = none(1, "", A, null);
        Probe dropped =
                new Probe(
                        2,
                        "batch",
                        null,
                        "ring",
                        "s1",
                        null,
                        25,
                        "10.0.0.1",
                        null,
                        null,
                        Tier.NONE,
                        "reason",
                        "",
                        B,
                        7,
                        ProbeState.DROPPED,
                        null,
                        null,
                        null,
                        false,
                        List.of(),
                        Instant.EPOCH,
                        null);
        assertEquals("1 0 0 0 0", counts(BatchSummary.of(List.of(open, dropped))));
    }

    /**
     * Whatever A answers: what the honest B saw fail never passes, and nothing fails of which B saw
     * no failure.
     */
    @Test
    void oneVantageFakesNoVerdictWhereTwoAreAsked() {
        int mixed = 0;
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            int questions = 1 + random.nextInt(5);
            boolean isClean = random.nextBoolean();
            List<Probe> batch = new ArrayList<>();
            boolean honestFails = false;
            boolean honestPassesAll = true;
            for (int q = 0; q < questions; q++) {
                String region = random.nextInt(3) == 0 ? "" : "r" + random.nextInt(2);
                Tier expected =
                        region.equals("r0")
                                ? Tier.NONE
                                : region.equals("r1") ? Tier.INTERNAL : Tier.NONE;
                String honest = isClean ? expected.word() : SEEN[random.nextInt(3)];
                batch.add(probe(q, region, A, expected, SEEN[random.nextInt(SEEN.length)]));
                Probe seen = probe(q, region, B, expected, honest);
                batch.add(random.nextInt(batch.size() + 1), seen);
                honestFails |= seen.verdict() == Verdict.FAIL;
                honestPassesAll &= seen.verdict() == Verdict.PASS;
            }
            BatchSummary summary = BatchSummary.of(batch);
            boolean passes = summary.passed() == summary.total();
            assertEquals(batch.size(), summary.total(), "seed " + seed);
            assertFalse(passes && honestFails, "seed " + seed + ": passes though B saw a failure");
            assertFalse(
                    summary.failed() > 0 && honestPassesAll,
                    "seed " + seed + ": fails though B saw only passes");
            mixed += honestFails && summary.failed() > 0 ? 1 : 0;
        }
        assertTrue(mixed > 100, "the batches must be such that failures are seen: " + mixed);
    }

    @Test
    void regionsAloneSufficeWhereTheQuestionsDiffer() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            List<Probe> batch = new ArrayList<>();
            boolean isOpen = random.nextBoolean();
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                batch.add(none(i, "r", A, SEEN[random.nextInt(SEEN.length)]));
            }
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                batch.add(none(100 + i, "r", B, isOpen ? "internal" : "none"));
            }
            BatchSummary summary = BatchSummary.of(batch);
            assertFalse(
                    isOpen && summary.passed() > 0,
                    "seed " + seed + ": something passes though B saw only failures");
            assertFalse(
                    !isOpen && summary.failed() > 0,
                    "seed " + seed + ": something fails though B saw only passes");
        }
    }
}

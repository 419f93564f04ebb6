package io.postern.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.Tier;
import io.postern.probe.Probe;
import io.postern.probe.ProbeJudge;
import io.postern.probe.ProbeState;
import io.postern.smtp.ObservedTier;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.SmtpReply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which cause the evidence makes likely. */
class CauseEvidenceTest {
    /** An empty field is null; the last but one says S(erver) or V(antage) fails alike. */
    @ParameterizedTest(name = "{index}: {9}")
    @CsvSource({
        // ending, expected, observed, read back, own drift, other drift, wanted, read, alike,
        // cause, minutes of silence
        "ANSWERED, NONE, internal, INTERNAL, Ours: range added, , A, A, , DRIFT, 1",
        "ANSWERED, INTERNAL, none, NONE, Ours: missing, , A, Default, , DRIFT, 1",
        "ANSWERED, NONE, internal, INTERNAL, , Wide: opens it, A, Wide, , CONNECTOR_MOVED, 1",
        "ANSWERED, INTERNAL, none, NONE, , , A, , , CONNECTOR_MOVED, 1",
        "ANSWERED, NONE, at-least-relay, RELAY, , Domain: '*', A, A, , DRIFT, 1",
        "SILENCE, INTERNAL, none, NONE, , Rule: blocks, , , , DRIFT, 1",
        // a drift that the read-back does not show here explains nothing
        "ANSWERED, NONE, internal, NONE, Ours: range added, , A, A, , NOT_KNOWN, 1",
        "ANSWERED, NONE, internal, RELAY, Ours: range added, , A, A, , NOT_KNOWN, 1",
        "RESET, INTERNAL, unknown, INTERNAL, , , A, A, , SERVICE_DOWN, 1",
        "RESET, INTERNAL, none, INTERNAL, , , A, A, , SERVICE_DOWN, 1",
        "RESET, INTERNAL, unknown, , , , , , , SERVICE_DOWN, 99",
        "NOT_SERVING, INTERNAL, none, INTERNAL, , , A, A, , SERVICE_DOWN, 1",
        "SILENCE, INTERNAL, unknown, INTERNAL, , , A, A, , NETWORK, 1",
        "SILENCE, INTERNAL, unknown, INTERNAL, , , A, A, S, SERVICE_DOWN, 1",
        "SILENCE, INTERNAL, unknown, INTERNAL, , , A, A, SV, NETWORK, 1",
        "SILENCE, INTERNAL, unknown, INTERNAL, , , A, A, S, AGENT_SILENT, 99",
        "NO_WAY, INTERNAL, unknown, INTERNAL, , , A, A, , NETWORK, 1",
        "NOT_RUN, INTERNAL, , INTERNAL, , , A, A, , NOT_KNOWN, 1",
        "NOT_RUN, INTERNAL, , INTERNAL, , , A, A, S, AGENT_SILENT, 11",
        "NOT_RUN, INTERNAL, , , , , , , , AGENT_SILENT, ",
        "NO_VERDICT, INTERNAL, unknown, INTERNAL, , , A, A, , NOT_KNOWN, 1",
        "NO_VERDICT, INTERNAL, unknown, INTERNAL, , , A, A, S, SERVICE_DOWN, 1",
        "ANSWERED, INTERNAL, none, INTERNAL, , , A, A, , NOT_KNOWN, 1",
        "ANSWERED, INTERNAL, none, , , , , , , NOT_KNOWN, 1"
    })
    void theFirstThatIsLikely(
            ProbeEnding ending,
            Tier expected,
            String observed,
            Tier readBack,
            String ownDrift,
            String otherDrift,
            String wanted,
            String read,
            String alike,
            LikelyCause cause,
            Integer minutes) {
        String who = alike == null ? "" : alike;
        assertEquals(
                cause,
                new CauseEvidence(
                                ending,
                                expected,
                                observed,
                                readBack,
                                ownDrift,
                                otherDrift,
                                wanted,
                                read,
                                who.contains("S"),
                                who.contains("V"),
                                minutes == null ? null : Duration.ofMinutes(minutes),
                                Duration.ofMinutes(10))
                        .judge()
                        .cause());
    }

    /** Of the words in which results are kept: another wording of them must fail here. */
    @ParameterizedTest(name = "{0} ends as {1}")
    @CsvSource({
        "NOT_RUN, NOT_RUN, 0",
        "UNREACHABLE, NO_WAY, 0",
        "CONNECT_TIMEOUT, SILENCE, 0",
        "CONNECT_REFUSED, RESET, 0",
        "CLOSED_EARLY, NO_VERDICT, 0",
        "READ_TIMEOUT, SILENCE, 0",
        "MALFORMED, NO_VERDICT, 0",
        "REFUSED_AT_BANNER, NOT_SERVING, 421",
        "REFUSED_AT_BANNER, ANSWERED, 554",
        "REFUSED_AT_RCPT_OWN, ANSWERED, 550",
        "ACCEPTED, ANSWERED, 250",
        "TRANSIENT, NO_VERDICT, 451"
    })
    void anEndingIsReadOffWhatIsKept(ProbeOutcome.Kind kind, ProbeEnding ending, int code) {
        for (boolean isBehindFirewall : new boolean[] {false, true}) {
            SmtpReply reply = code == 0 ? null : SmtpReply.of(code, List.of("5.7.1 no"));
            ObservedTier observed =
                    ObservedTier.of(
                            new ProbeOutcome(kind, "banner", reply, List.of()), isBehindFirewall);
            Probe probe = probe(observed, code == 0 ? List.of() : List.of("3 < " + code + " no"));
            assertEquals(ending, ProbeEnding.of(probe), "behind a firewall: " + isBehindFirewall);
        }
    }

    @Test
    void whatNobodyAnsweredWasNotRun() {
        assertEquals(ProbeEnding.NOT_RUN, ProbeEnding.of(probe(null, List.of())));
    }

    private static Probe probe(ObservedTier observed, List<String> transcript) {
        return new Probe(
                1,
                "b",
                null,
                "",
                "ex01",
                null,
                25,
                "10.0.0.1",
                null,
                null,
                Tier.INTERNAL,
                "",
                "",
                null,
                1,
                ProbeState.ANSWERED,
                observed == null ? null : ProbeJudge.judge(Tier.INTERNAL, observed),
                observed == null ? null : ProbeJudge.word(observed),
                observed == null
                        ? null
                        : ProbeJudge.explain(Tier.INTERNAL, observed, observed.reason()),
                false,
                transcript,
                Instant.EPOCH,
                Instant.EPOCH);
    }
}

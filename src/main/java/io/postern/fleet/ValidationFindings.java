package io.postern.fleet;

import io.postern.audit.AuditTrail;
import io.postern.fleet.CauseEvidence.Judgement;
import io.postern.fleet.ValidationFinding.Kind;
import io.postern.fleet.ValidationFinding.Severity;
import io.postern.fleet.ValidationFinding.State;
import io.postern.fleet.ValidationLaw.Outcome;
import io.postern.policy.Address;
import io.postern.policy.Policy;
import io.postern.policy.Revisions;
import io.postern.policy.Submission;
import io.postern.probe.Probe;
import io.postern.probe.Verdict;
import io.postern.rollout.Rollout;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets the law turn verdicts into findings, in the caller's transaction. */
@ApplicationScoped
class ValidationFindings {
    static final String SUBJECT = "validation-finding";

    private final Validations validations;
    private final CauseEvidences evidences;
    private final LastChange lastChange;
    private final Revisions revisions;
    private final AuditTrail audit;
    private final ValidationConfig config;

    ValidationFindings(
            Validations validations,
            CauseEvidences evidences,
            LastChange lastChange,
            Revisions revisions,
            AuditTrail audit,
            ValidationConfig config) {
        this.validations = validations;
        this.evidences = evidences;
        this.lastChange = lastChange;
        this.revisions = revisions;
        this.audit = audit;
        this.config = config;
    }

    /**
     * Takes the verdict of one probe in; not answered counts as inconclusive.
     *
     * @return whether it is to be asked again at once
     */
    boolean take(Probe probe, List<Probe> batch, Instant now) {
        Expectation about = Expectation.of(probe);
        Optional<WatchedExpectation> before = validations.watched(about);
        Optional<ValidationFinding> open =
                before.map(WatchedExpectation::findingId).flatMap(validations::findForUpdate);
        Verdict verdict = probe.verdict() == null ? Verdict.INCONCLUSIVE : probe.verdict();
        Outcome outcome =
                config.law()
                        .next(
                                before.map(WatchedExpectation::history)
                                        .orElse(ExpectationHistory.CLEAN),
                                open.map(ValidationFinding::standing)
                                        .orElse(ValidationLaw.Standing.NONE),
                                verdict,
                                now);
        Long finding =
                switch (outcome.step()) {
                    case NOTHING, ASK_AGAIN -> open.map(ValidationFinding::id).orElse(null);
                    case SEEN_AGAIN -> seenAgain(open.orElseThrow(), probe, now);
                    case CLOSE -> {
                        close(
                                open.orElseThrow(),
                                config.passesToClose() + " probes in a row passed",
                                now);
                        yield null;
                    }
                    case OPEN_FAILED -> open(open, probe, batch, Kind.FAILED, State.OPEN, now);
                    case OPEN_FLAPPING ->
                            open(open, probe, batch, Kind.FAILED, State.FLAPPING, now);
                    case OPEN_UNKNOWN -> open(open, probe, batch, Kind.UNKNOWN, State.OPEN, now);
                };
        validations.save(
                new WatchedExpectation(
                        about,
                        probe.expected(),
                        outcome.history(),
                        ProbeEnding.of(probe),
                        now,
                        finding));
        return outcome.step() == ValidationLaw.Step.ASK_AGAIN;
    }

    private Long seenAgain(ValidationFinding finding, Probe probe, Instant now) {
        return validations
                .save(finding.seenAgain(probe.observed(), explanation(probe), probe.id(), now))
                .id();
    }

    private static String explanation(Probe probe) {
        return probe.explanation() == null
                ? "cannot tell: no vantage answered in time"
                : probe.explanation();
    }

    private Long open(
            Optional<ValidationFinding> open,
            Probe probe,
            List<Probe> batch,
            Kind kind,
            State state,
            Instant now) {
        Policy policy = revisions.policy(probe.revision());
        Judgement judgement =
                policy.server(probe.server())
                        .map(server -> evidences.of(probe, batch, server, now).judge())
                        .orElse(
                                new Judgement(
                                        LikelyCause.NOT_KNOWN, "The policy lost the server."));
        Optional<Rollout> change =
                lastChange.before(
                        probe.revision(),
                        new Submission(
                                Address.parse(probe.source()),
                                probe.account(),
                                probe.computer(),
                                probe.server(),
                                probe.port(),
                                now.truncatedTo(ChronoUnit.SECONDS)));
        // What passes just now flaps all the same; what it did wrong is what was seen before.
        boolean isPass = probe.verdict() == Verdict.PASS;
        String observed =
                isPass ? open.map(ValidationFinding::observed).orElse(null) : probe.observed();
        ValidationFinding stored =
                validations.save(
                        new ValidationFinding(
                                open.map(ValidationFinding::id).orElse(0L),
                                Expectation.of(probe),
                                probe.expected(),
                                observed,
                                probe.revision(),
                                kind,
                                state,
                                Severity.of(probe.expected(), observed),
                                isPass && open.isPresent() ? open.get().cause() : judgement.cause(),
                                isPass && open.isPresent()
                                        ? open.get().causeWhy()
                                        : judgement.why(),
                                explanation(probe),
                                probe.id(),
                                change.map(Rollout::changeId).orElse(null),
                                change.map(Rollout::revision).orElse(null),
                                open.map(ValidationFinding::since).orElse(now),
                                now,
                                open.map(ValidationFinding::seen).orElse(0) + 1,
                                null,
                                null,
                                open.map(ValidationFinding::acknowledgedBy).orElse(null),
                                open.map(ValidationFinding::acknowledgedAt).orElse(null)));
        record(
                "postern",
                open.isPresent() ? "validation-finding.changed" : "validation-finding.opened",
                stored,
                null);
        return stored.id();
    }

    void close(ValidationFinding finding, String reason, Instant now) {
        ValidationFinding closed = validations.save(finding.closed(reason, now));
        record("postern", "validation-finding.closed", closed, reason);
    }

    void record(String who, String action, ValidationFinding finding, String reason) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("server", finding.expectation().server());
        details.put("expectation", finding.expectation().sentence());
        details.put("expected", finding.expected().word());
        details.put("observed", finding.observed());
        details.put("kind", finding.kind().name());
        details.put("state", finding.state().name());
        details.put("cause", finding.cause().name());
        details.put("changeRequestId", finding.changeId());
        if (reason != null) {
            details.put("reason", reason);
        }
        audit.record(who, action, SUBJECT, String.valueOf(finding.id()), details);
    }
}

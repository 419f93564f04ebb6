package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges the assertions: the policy's unit tests. */
final class AssertionCheck {
    private final List<PolicyCheck.Finding> findings = new ArrayList<>();

    AssertionCheck(Policy before, Policy after, Instant at) {
        PolicyEvaluator was = new PolicyEvaluator(before);
        PolicyEvaluator is = new PolicyEvaluator(after);
        for (Assertion assertion : after.assertions()) {
            Optional<String> fault = fault(assertion, is, at);
            if (fault.isPresent()) {
                boolean had =
                        before.assertions().contains(assertion)
                                && fault(assertion, was, at).isPresent();
                add(assertion, fault.get(), had);
            }
        }
    }

    List<PolicyCheck.Finding> findings() {
        return findings;
    }

    private void add(Assertion assertion, String fault, boolean had) {
        findings.add(
                new PolicyCheck.Finding(
                        had ? PolicyCheck.Level.ADVISORY : PolicyCheck.Level.HARD,
                        PolicyCheck.ASSERTION,
                        assertion.key(),
                        "Assertion '"
                                + assertion.key()
                                + "' fails: "
                                + fault
                                + (assertion.message() == null ? "" : " " + assertion.message())
                                + (had ? " It already failed in the base." : ""),
                        "Change the policy so that it holds, or the assertion if it is wrong."));
    }

    private static Optional<String> fault(
            Assertion assertion, PolicyEvaluator evaluator, Instant at) {
        Submission submission =
                new Submission(
                        assertion.address(),
                        assertion.account(),
                        assertion.computer(),
                        assertion.server(),
                        assertion.port(),
                        assertion.at() == null ? at : assertion.at());
        try {
            Decision decision = evaluator.decide(submission);
            return holds(assertion.expect(), decision.tier())
                    ? Optional.empty()
                    : Optional.of(told(assertion, decision));
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage() + ".");
        }
    }

    private static boolean holds(String expect, Tier tier) {
        return switch (expect) {
            case "must-allow" -> tier != Tier.NONE;
            case "must-deny" -> tier == Tier.NONE;
            default -> Tier.ofWord(expect) == tier;
        };
    }

    private static String told(Assertion assertion, Decision decision) {
        String by =
                decision.block() != null
                        ? " by block '" + decision.block() + "'"
                        : decision.grant() != null
                                ? " by grant '" + decision.grant() + "'"
                                : ", for nothing matches";
        return assertion.address()
                + " on "
                + assertion.server()
                + ":"
                + assertion.port()
                + " is expected "
                + assertion.expect()
                + " and gets "
                + decision.tier().word()
                + by
                + ".";
    }
}

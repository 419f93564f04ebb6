package io.postern.policy;

import io.postern.policy.PolicyCheck.Finding;
import io.postern.policy.PolicyCheck.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges the assertions: the policy's unit tests. */
final class AssertionCheck {
    private final List<Finding> findings = new ArrayList<>();

    AssertionCheck(Policy before, Policy after, Instant at) {
        if (!after.assertions().isEmpty()) {
            judge(before, after, at);
        }
        compare(before, after);
    }

    List<Finding> findings() {
        return findings;
    }

    private void judge(Policy before, Policy after, Instant at) {
        PolicyEvaluator is = new PolicyEvaluator(after);
        PolicyEvaluator was = null;
        for (Assertion assertion : after.assertions()) {
            Optional<String> fault = fault(assertion, is, at);
            if (fault.isEmpty()) {
                continue;
            }
            boolean had = before.assertions().contains(assertion);
            if (had) {
                was = was == null ? new PolicyEvaluator(before) : was;
                had = fault(assertion, was, at).isPresent();
            }
            add(assertion, fault.get(), had);
        }
    }

    private void add(Assertion assertion, String fault, boolean had) {
        findings.add(
                new Finding(
                        had ? Level.ADVISORY : Level.HARD,
                        PolicyCheck.ASSERTION,
                        EntryKind.ASSERTION,
                        assertion.key(),
                        "Assertion '"
                                + assertion.key()
                                + "' fails: "
                                + fault
                                + (assertion.message() == null ? "" : " " + assertion.message())
                                + (had ? " It already failed in the base." : ""),
                        "Change the policy so that it holds, or the assertion if it is wrong."));
    }

    /** A change that breaks an assertion and rewrites it would pass unseen otherwise. */
    private void compare(Policy before, Policy after) {
        Map<String, Assertion> now = new HashMap<>();
        after.assertions().forEach(assertion -> now.put(assertion.key(), assertion));
        for (Assertion old : before.assertions()) {
            Assertion assertion = now.get(old.key());
            if (assertion == null || !asks(assertion).equals(asks(old))) {
                findings.add(
                        new Finding(
                                Level.SOFT,
                                PolicyCheck.ASSERTION_CHANGED,
                                EntryKind.ASSERTION,
                                old.key(),
                                "The change "
                                        + (assertion == null ? "removes" : "rewrites")
                                        + " assertion '"
                                        + old.key()
                                        + "', which expected "
                                        + old.expect()
                                        + " for "
                                        + old.address()
                                        + " on "
                                        + old.server()
                                        + ":"
                                        + old.port()
                                        + ".",
                                "Make sure that whoever wrote it agrees, or leave it as it was."));
            }
        }
    }

    private static Assertion asks(Assertion assertion) {
        return new Assertion(
                assertion.key(),
                assertion.expect(),
                assertion.address(),
                assertion.account(),
                assertion.computer(),
                assertion.server(),
                assertion.port(),
                assertion.at(),
                null);
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

package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PolicyEvaluatorSmallSpaceTest {
    private static final int SEEDS = Seeds.of(25);

    @Test
    void agreesWithTheReferenceOnEverySubmissionOfASmallSpace() {
        int[] asked = {0};
        for (long seed = 0; seed < SEEDS; seed++) {
            Policy policy = new SmallPolicies(seed).policy();
            PolicyEvaluator evaluator = new PolicyEvaluator(policy);
            ReferenceDecision reference = new ReferenceDecision(policy);
            String label = "seed " + seed;
            SmallSpace.forEach(
                    submission -> {
                        if (SmallSpace.isAnswerable(policy, submission)) {
                            asked[0]++;
                            Decision expected = reference.decide(submission);
                            Decision actual = evaluator.decide(submission);
                            if (!expected.equals(actual)) {
                                assertEquals(expected, actual, label + " " + submission);
                            }
                        }
                    });
        }
        assertTrue(
                asked[0] > Seeds.fewest(300_000),
                "only " + asked[0] + " submissions were answerable");
    }

    @Test
    void explanationCarriesTheSameDecisionAndItsMatchesAddUpToIt() {
        for (long seed = 0; seed < Seeds.of(10); seed++) {
            Policy policy = new SmallPolicies(seed).policy();
            PolicyEvaluator evaluator = new PolicyEvaluator(policy);
            String label = "seed " + seed;
            int[] turn = {0};
            SmallSpace.forEach(
                    submission -> {
                        if (turn[0]++ % 17 == 0 && SmallSpace.isAnswerable(policy, submission)) {
                            Explanation explanation = evaluator.explain(submission);
                            Decision decision = evaluator.decide(submission);
                            assertEquals(decision, explanation.decision(), label);
                            assertEquals(
                                    decision.grant() != null || decision.block() != null,
                                    explanation.trials().get(0).matched(),
                                    label + " " + submission);
                            if (explanation.trials().get(0).matched()) {
                                assertEquals(
                                        decision.block() != null
                                                ? decision.block()
                                                : decision.grant(),
                                        explanation.trials().get(0).key(),
                                        label + " the deciding entry stands first");
                            }
                        }
                    });
        }
    }
}

package io.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.Address;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Submission;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BatchDeciderTest {
    @Test
    void givesTheEvaluatorsAnswersHoweverManyEpochsAreAskedAbout() {
        StringBuilder text = new StringBuilder("version: 1\nservers: [{name: ex01}]\ngrants:\n");
        Instant first = Instant.parse("2027-01-01T00:00:00Z");
        int grants = BatchDecider.MOST_EPOCHS + 20;
        for (int i = 0; i < grants; i++) {
            text.append("  - {key: g" + i + ", from: {addresses: [10.0.0." + i + "]},");
            text.append(" tier: internal, expires: " + first.plusSeconds(i * 60L) + "}\n");
        }
        Policy policy = PolicyDocument.parse(text.toString()).policy();
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        BatchDecider decider = new BatchDecider(policy);
        int open = 0;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i <= grants; i++) {
                Submission submission =
                        new Submission(
                                Address.parse("10.0.0." + (grants / 2)),
                                null,
                                null,
                                "ex01",
                                25,
                                first.plusSeconds(i * 60L - 1));
                assertEquals(
                        evaluator.decide(submission),
                        decider.apply(submission),
                        "at " + submission.at());
                open += decider.apply(submission).grant() != null ? 1 : 0;
            }
        }
        assertEquals(2 * (grants / 2 + 1), open);
    }
}

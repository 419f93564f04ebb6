package io.postern.cli;

import io.postern.policy.Decision;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.PolicyIndex;
import io.postern.policy.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Decides many submissions under one policy: by an index for each epoch they fall into, and by the
 * evaluator, with the same answers, where they fall into more epochs than are worth compiling. For
 * one thread.
 */
final class BatchDecider implements Function<Submission, Decision> {
    static final int MOST_EPOCHS = 64;

    private final Policy policy;
    private final List<PolicyIndex> indexes = new ArrayList<>();
    private PolicyIndex last;
    private PolicyEvaluator evaluator;

    BatchDecider(Policy policy) {
        this.policy = policy;
    }

    @Override
    public Decision apply(Submission submission) {
        if (last == null || !last.covers(submission.at())) {
            PolicyIndex index = index(submission);
            if (index == null) {
                return evaluator().decide(submission);
            }
            last = index;
        }
        return last.decide(submission);
    }

    /** Null = there are too many epochs already. */
    private PolicyIndex index(Submission submission) {
        for (PolicyIndex index : indexes) {
            if (index.covers(submission.at())) {
                return index;
            }
        }
        if (indexes.size() == MOST_EPOCHS) {
            return null;
        }
        PolicyIndex index = PolicyIndex.of(policy, submission.at());
        indexes.add(index);
        return index;
    }

    private PolicyEvaluator evaluator() {
        if (evaluator == null) {
            evaluator = new PolicyEvaluator(policy);
        }
        return evaluator;
    }
}

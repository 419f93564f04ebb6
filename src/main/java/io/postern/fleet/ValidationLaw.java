package io.postern.fleet;

import io.postern.probe.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When a failed expectation becomes a finding, and when that ends. Pure.
 *
 * @param failsToOpen consecutive failures that open a finding; the ones before only ask again
 * @param passesToClose consecutive passes that close one
 * @param unknownsToOpen consecutive inconclusive probes that open one: no evidence is no success
 * @param confirmations how often a failure is asked again at once
 * @param turnsToFlap more turns between pass and fail than these within the window are flapping
 */
public record ValidationLaw(
        int failsToOpen,
        int passesToClose,
        int unknownsToOpen,
        int confirmations,
        int turnsToFlap,
        Duration flapWindow) {
    /** The finding that an expectation has. */
    public enum Standing {
        NONE,
        FAILED,
        FLAPPING,
        UNKNOWN
    }

    /** What follows. */
    public enum Step {
        NOTHING,
        ASK_AGAIN,
        OPEN_FAILED,
        OPEN_FLAPPING,
        OPEN_UNKNOWN,
        /** The open finding was seen once more. */
        SEEN_AGAIN,
        CLOSE
    }

    /** The next history, and what follows. */
    public record Outcome(ExpectationHistory history, Step step) {}

    public ValidationLaw {
        if (failsToOpen < 1 || passesToClose < 1 || unknownsToOpen < 1 || turnsToFlap < 1) {
            throw new IllegalArgumentException(
                    "a finding opens and closes after 1 probe at least, and flaps after 1 turn at"
                            + " least");
        }
    }

    /** Takes one verdict in. */
    public Outcome next(ExpectationHistory before, Standing standing, Verdict verdict, Instant at) {
        return switch (verdict) {
            case PASS -> passed(before, standing, at);
            case FAIL -> failed(before, standing, at);
            case INCONCLUSIVE -> unknown(before, standing, at);
        };
    }

    private Outcome passed(ExpectationHistory before, Standing standing, Instant at) {
        List<Instant> turns = turns(before, before.lastFailed(), at);
        ExpectationHistory history =
                new ExpectationHistory(false, 0, before.passes() + 1, 0, 0, turns);
        boolean isFlapping = turns.size() > turnsToFlap;
        Step step = history.passes() >= passesToClose ? Step.CLOSE : Step.NOTHING;
        if (isFlapping) {
            step = standing == Standing.FLAPPING ? Step.NOTHING : Step.OPEN_FLAPPING;
        } else if (standing == Standing.NONE) {
            step = Step.NOTHING;
        }
        return new Outcome(history, step);
    }

    private Outcome failed(ExpectationHistory before, Standing standing, Instant at) {
        List<Instant> turns = turns(before, !before.lastFailed(), at);
        int fails = before.fails() + 1;
        Step step;
        if (turns.size() > turnsToFlap) {
            step = standing == Standing.FLAPPING ? Step.SEEN_AGAIN : Step.OPEN_FLAPPING;
        } else if (standing == Standing.FAILED) {
            step = Step.SEEN_AGAIN;
        } else if (fails >= failsToOpen) {
            step = Step.OPEN_FAILED;
        } else if (standing == Standing.FLAPPING) {
            step = Step.SEEN_AGAIN;
        } else {
            step = again(before);
        }
        return new Outcome(
                new ExpectationHistory(true, fails, 0, 0, confirmations(before, step), turns),
                step);
    }

    private Outcome unknown(ExpectationHistory before, Standing standing, Instant at) {
        int unknowns = before.unknowns() + 1;
        Step step =
                switch (standing) {
                    case UNKNOWN -> Step.SEEN_AGAIN;
                    case FAILED, FLAPPING -> Step.NOTHING;
                    case NONE ->
                            unknowns >= unknownsToOpen
                                    ? Step.OPEN_UNKNOWN
                                    : before.fails() > 0 ? again(before) : Step.NOTHING;
                };
        return new Outcome(
                new ExpectationHistory(
                        before.lastFailed(),
                        before.fails(),
                        0,
                        unknowns,
                        confirmations(before, step),
                        turns(before, false, at)),
                step);
    }

    private Step again(ExpectationHistory before) {
        return before.confirmations() < confirmations ? Step.ASK_AGAIN : Step.NOTHING;
    }

    private static int confirmations(ExpectationHistory before, Step step) {
        return before.confirmations() + (step == Step.ASK_AGAIN ? 1 : 0);
    }

    private List<Instant> turns(ExpectationHistory before, boolean turned, Instant at) {
        List<Instant> turns =
                new ArrayList<>(
                        before.turnedAt().stream()
                                .filter(one -> one.isAfter(at.minus(flapWindow)))
                                .toList());
        if (turned) {
            turns.add(at);
        }
        // More than these say nothing more.
        return turns.size() > turnsToFlap + 1
                ? turns.subList(turns.size() - turnsToFlap - 1, turns.size())
                : turns;
    }
}

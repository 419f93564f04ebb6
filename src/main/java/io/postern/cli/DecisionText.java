package io.postern.cli;

import io.postern.policy.Decision;
import io.postern.policy.Explanation;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import java.io.PrintWriter;
import java.util.List;

/** A decision for a person to read. */
final class DecisionText {
    /** More entries than fit a screen help nobody; the rest is counted, and JSON has all. */
    private static final int SHOWN_TRIALS = 25;

    private DecisionText() {}

    static boolean isOpen(Decision decision) {
        return decision.tier() != Tier.NONE;
    }

    static void print(
            Submission submission, Explanation explanation, boolean explain, PrintWriter out) {
        Decision decision = explanation.decision();
        out.println(decision.tier().word() + ": " + meaning(decision));
        out.println();
        line(out, "address", submission.address().toString());
        line(out, "account", submission.account());
        line(out, "computer", submission.computer());
        line(out, "server", submission.server() + " port " + submission.port());
        line(out, "at", submission.at().toString());
        line(out, "grant", decision.grant());
        line(out, "block", decision.block());
        explanation.notes().forEach(note -> line(out, "note", note));
        if (explain) {
            printTrials(explanation.trials(), out);
        }
    }

    private static String meaning(Decision decision) {
        return switch (decision.tier()) {
            case NONE ->
                    decision.block() == null
                            ? "may not submit, as nothing grants it"
                            : "may not submit, as a block matches";
            case INTERNAL -> "may submit to the organisation's own domains";
            case RELAY -> "may submit to any recipient";
            case TRUSTED -> "may submit to any recipient and skips anti-spam";
        };
    }

    private static void line(PrintWriter out, String word, String value) {
        out.printf("  %-9s %s%n", word, value == null ? "-" : value);
    }

    private static void printTrials(List<Explanation.EntryTrial> trials, PrintWriter out) {
        out.println();
        out.println("Entries tried (those that nearly match come before the rest):");
        int width =
                trials.stream()
                        .limit(SHOWN_TRIALS)
                        .mapToInt(trial -> trial.key().length())
                        .max()
                        .orElse(1);
        trials.stream()
                .limit(SHOWN_TRIALS)
                .forEach(
                        trial ->
                                out.printf(
                                        "  %s %-5s %-" + width + "s  %s%n",
                                        trial.matched() ? "yes" : "no ",
                                        trial.kind(),
                                        trial.key(),
                                        trial.why()));
        if (trials.size() > SHOWN_TRIALS) {
            out.printf(
                    "  and %d more that do not match; --json lists all%n",
                    trials.size() - SHOWN_TRIALS);
        }
    }
}

package io.postern.cli;

import io.postern.enforcement.VisibleText;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.RelayTrick.Result;
import io.postern.smtp.TestMessage;
import io.postern.smtp.TranscriptLine;
import java.io.PrintWriter;
import java.util.List;

/** Answers of probed addresses as text. */
final class ProbeText {
    private ProbeText() {}

    static void print(List<ProbeAnswer> answers, String marker, PrintWriter out) {
        for (int i = 0; i < answers.size(); i++) {
            if (i > 0) {
                out.println();
            }
            print(answers.get(i), marker, out);
        }
    }

    private static void print(ProbeAnswer answer, String marker, PrintWriter out) {
        out.println(
                answer.address() + " port " + answer.target().getPort() + ", " + answer.family());
        transcript(answer.outcome(), out);
        if (answer.message() != null) {
            out.println("  the test message:");
            transcript(answer.message(), out);
        }
        tricks(answer, out);
        out.println(VisibleText.of(answer.sentence()));
        if (answer.message() != null) {
            out.println(
                    answer.message().kind() == ProbeOutcome.Kind.MESSAGE_TAKEN
                            ? "The test message was taken; it has "
                                    + TestMessage.FIELD
                                    + ": "
                                    + marker
                                    + "."
                            : "The test message was not taken: "
                                    + answer.message().kind()
                                    + " at "
                                    + answer.message().stage()
                                    + ".");
        }
        if (!answer.tricks().isEmpty()) {
            out.println(sentence(answer));
        }
    }

    private static void transcript(ProbeOutcome outcome, PrintWriter out) {
        for (TranscriptLine line : outcome.transcript()) {
            out.printf(
                    "  %6d ms %s %s%n",
                    line.elapsedMillis(), line.direction(), VisibleText.of(line.text()));
        }
    }

    private static void tricks(ProbeAnswer answer, PrintWriter out) {
        for (ProbeAnswer.Tried one : answer.tricks()) {
            out.printf(
                    "  %-9s %-36s %s%n",
                    ProbeJson.word(one.result()),
                    one.trick().name(),
                    VisibleText.of(
                            one.outcome().reply() == null
                                    ? one.outcome().kind().toString()
                                    : ProbeAnswer.text(one.outcome().reply())));
        }
    }

    static String sentence(ProbeAnswer answer) {
        long relays = answer.count(Result.RELAYS);
        long may = answer.count(Result.MAY_RELAY);
        long unknown = answer.count(Result.UNKNOWN);
        StringBuilder text = new StringBuilder();
        text.append(answer.tricks().size() + " tricks of address syntax: ");
        text.append(answer.count(Result.REFUSED) + " refused");
        if (relays > 0) {
            text.append(", " + relays + " accepted for a foreign domain (open to them)");
        }
        if (may > 0) {
            text.append(
                    ", "
                            + may
                            + " accepted at the own domain (it may relay; without a message it"
                            + " cannot be told)");
        }
        if (unknown > 0) {
            text.append(", " + unknown + " not answered");
        }
        return text.append('.').toString();
    }
}

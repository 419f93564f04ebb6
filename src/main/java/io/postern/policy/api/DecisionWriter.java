package io.postern.policy.api;

import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Decides what was read and writes the answers as JSON in UTF-8. Safe for any number of threads.
 */
final class DecisionWriter {
    private static final byte[] BEGIN = JsonText.utf8("{");
    private static final byte[] REVISION = JsonText.utf8(",\"revision\":");
    private static final byte[] AT = JsonText.utf8(",\"at\":\"");
    private static final byte[] NOTES = JsonText.utf8("\",\"notes\":[");
    private static final byte[] END = JsonText.utf8("]}");
    private static final byte[] COMMA = JsonText.utf8(",");
    private static final byte[] BEGIN_BATCH = JsonText.utf8("{\"revision\":");
    private static final byte[] DECISIONS = JsonText.utf8("\",\"decisions\":[");
    private static final byte[] NEXT = JsonText.utf8("},{");
    private static final byte[] END_BATCH = JsonText.utf8("}]}");
    private static final int EXPECTED_DECISION = 64;
    private static final UnaryOperator<String> OWN_FIELD = field -> "/" + field;

    private record Written(Instant at, byte[] text) {}

    /** Most requests of a second ask about the same one. */
    private volatile Written lastTime = new Written(Instant.EPOCH, text(Instant.EPOCH));

    private static byte[] text(Instant at) {
        return JsonText.utf8(at.toString());
    }

    /**
     * The answer to one question.
     *
     * @throws io.postern.problem.DomainException INVALID_FIELD
     */
    byte[] one(DecisionQuestion question, Epochs epochs) {
        RequestFaults faults = new RequestFaults();
        Epoch epoch = epochs.of(null);
        long outcome = Decider.decide(question, epochs.snapshot(), epoch, faults, OWN_FIELD);
        faults.refuseIfAny();
        JsonText json = new JsonText().add(BEGIN);
        epoch.write(outcome, json);
        json.add(REVISION)
                .add(epochs.snapshot().numberText())
                .add(AT)
                .add(time(epochs.at()))
                .add(NOTES);
        List<String> notes = Decider.notes(question, epoch);
        for (int i = 0; i < notes.size(); i++) {
            (i == 0 ? json : json.add(COMMA)).text(notes.get(i));
        }
        return json.add(END).toBytes();
    }

    /**
     * The answers to a batch, in its order.
     *
     * @throws io.postern.problem.DomainException INVALID_FIELD with the faults of every question
     */
    byte[] batch(List<DecisionQuestion> questions, Epochs epochs) {
        RequestFaults faults = new RequestFaults();
        JsonText json =
                new JsonText(EXPECTED_DECISION * (questions.size() + 1))
                        .add(BEGIN_BATCH)
                        .add(epochs.snapshot().numberText())
                        .add(AT)
                        .add(time(epochs.at()))
                        .add(DECISIONS)
                        .add(BEGIN);
        int[] item = {0};
        UnaryOperator<String> pointers = field -> "/requests/" + item[0] + "/" + field;
        for (int i = 0; i < questions.size() && !faults.areFull(); i++) {
            item[0] = i;
            DecisionQuestion question = questions.get(i);
            Epoch epoch = epochs.of(question.at);
            if (epoch == null) {
                faults.invalid(pointers.apply("at"), Epochs.OVER_LIMIT);
                break;
            }
            long outcome = Decider.decide(question, epochs.snapshot(), epoch, faults, pointers);
            if (faults.areNone()) {
                epoch.write(outcome, i == 0 ? json : json.add(NEXT));
            }
        }
        faults.refuseIfAny();
        return json.add(END_BATCH).toBytes();
    }

    private byte[] time(Instant at) {
        Written last = lastTime;
        if (!last.at().equals(at)) {
            last = new Written(at, text(at));
            lastTime = last;
        }
        return last.text();
    }

    /** Refuses a question that cannot be decided, with pointers, as {@link #one} would. */
    static void check(DecisionQuestion question, Epochs epochs) {
        RequestFaults faults = new RequestFaults();
        Decider.decide(question, epochs.snapshot(), epochs.of(null), faults, OWN_FIELD);
        faults.refuseIfAny();
    }
}

package io.postern.policy.api;

import io.postern.policy.Address;
import io.postern.policy.PolicyIndex;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Decides from memory. What is compiled already is answered on the caller's thread; what must first
 * be read or compiled (an older revision, another epoch) is done on a worker thread.
 */
@ApplicationScoped
class Decider {
    private final PolicySnapshots snapshots;
    private final Clock clock;

    Decider(PolicySnapshots snapshots, Clock clock) {
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /**
     * Gives a request what it is answered from, on this thread if all of it is in memory.
     *
     * @param asOf revision; null = the newest
     * @param at instant of the questions without one of their own; null = now
     * @param answer must not block
     * @return fails with NOT_FOUND for an unknown revision, and with what {@code answer} throws
     */
    <T> Uni<T> answer(
            Long asOf, Instant at, List<DecisionQuestion> questions, Function<Epochs, T> answer) {
        Instant common = instant(at);
        PolicySnapshot snapshot = snapshots.find(asOf);
        Epoch epoch = snapshot == null ? null : snapshot.find(common);
        if (epoch != null) {
            Epochs epochs = new Epochs(snapshot, common, epoch);
            if (epochs.cover(questions)) {
                return Uni.createFrom().item(answer.apply(epochs));
            }
        }
        return onWorker(() -> answer.apply(epochs(asOf, common)));
    }

    /** What a request is answered from; reads and compiles what is missing, so it blocks. */
    Epochs epochs(Long asOf, Instant at) {
        Instant common = instant(at);
        PolicySnapshot snapshot = snapshots.get(asOf);
        return new Epochs(snapshot, common, snapshot.epoch(common));
    }

    private Instant instant(Instant at) {
        return at == null ? clock.instant().truncatedTo(ChronoUnit.SECONDS) : at;
    }

    /** Runs what may take long off the event loop. */
    static <T> Uni<T> onWorker(Supplier<T> work) {
        return Uni.createFrom().item(work).runSubscriptionOn(Infrastructure.getDefaultExecutor());
    }

    /**
     * Decides one question in its epoch.
     *
     * @param pointers where each field stands in the request
     * @return the outcome for the epoch's index; undefined if a fault was added
     */
    static long decide(
            DecisionQuestion question,
            PolicySnapshot snapshot,
            Epoch epoch,
            RequestFaults faults,
            UnaryOperator<String> pointers) {
        PolicyIndex index = epoch.index();
        String field = "address";
        try {
            Address address = Address.parse(question.address);
            field = "server";
            int place = index.place(question.server, question.port);
            field = "account";
            int account = index.account(question.account);
            field = "computer";
            int computer = index.computer(question.computer);
            return index.decide(address, account, computer, place);
        } catch (IllegalArgumentException e) {
            boolean isPort =
                    field.equals("server") && snapshot.policy().server(question.server).isPresent();
            faults.invalid(pointers.apply(isPort ? "port" : field), e.getMessage());
            return 0;
        }
    }

    /** What a reader should know about a decided question besides; mostly nothing. */
    static List<String> notes(DecisionQuestion question, Epoch epoch) {
        if (question.account == null && question.computer == null) {
            return List.of();
        }
        PolicyIndex index = epoch.index();
        List<String> notes = new ArrayList<>(2);
        if (epoch.isStranger(index.account(question.account), question.account)) {
            notes.add(stranger("account", question.account));
        }
        if (epoch.isStranger(index.computer(question.computer), question.computer)) {
            notes.add(stranger("computer", question.computer));
        }
        return notes;
    }

    private static String stranger(String word, String name) {
        return word + " '" + name + "' is not a name this policy knows; it counts as (other)";
    }
}

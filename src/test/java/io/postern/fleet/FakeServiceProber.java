package io.postern.fleet;

import io.postern.smtp.ProbeOutcome;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** The machine of the service in tests: it has no address unless a test says so. */
@Alternative
@Priority(1)
@ApplicationScoped
public class FakeServiceProber implements ServiceProber {
    private final List<Task> asked = new CopyOnWriteArrayList<>();
    private volatile List<String> addresses = List.of();
    private volatile ProbeOutcome outcome;

    /** What a test makes of it; an empty list puts it away. */
    void stand(List<String> at, ProbeOutcome answers) {
        addresses = at;
        outcome = answers;
        asked.clear();
    }

    List<Task> asked() {
        return asked;
    }

    @Override
    public List<String> addresses() {
        return addresses;
    }

    @Override
    public CompletionStage<ProbeOutcome> probe(Task task) {
        asked.add(task);
        return CompletableFuture.completedFuture(outcome);
    }
}

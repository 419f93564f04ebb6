package io.postern.fleet;

import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Makes probes from the machine on which the service runs. Thread-safe. */
public interface ServiceProber {
    /**
     * One probe.
     *
     * @param target an address, or a load-balanced name to be resolved
     * @param source text of an address of this machine
     */
    record Task(String target, int port, String source, ProbeSettings settings) {}

    /** The addresses of this machine from which others can be reached; canonical texts. */
    List<String> addresses();

    /** Begins a probe. Every way it can end is an outcome. */
    CompletionStage<ProbeOutcome> probe(Task task);
}

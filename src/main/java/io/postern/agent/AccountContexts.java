package io.postern.agent;

import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import java.util.List;

/** The accounts that probes can run as on this machine. Thread-safe. */
public interface AccountContexts {
    /** None, as on every system but Windows. */
    AccountContexts NONE =
            new AccountContexts() {
                @Override
                public List<Context> contexts() {
                    return List.of();
                }

                @Override
                public ProbeOutcome probe(Context context, Question question) {
                    throw new IllegalArgumentException("this agent can run as nobody else");
                }
            };

    /**
     * As whom.
     *
     * @param account name as the policy knows it; null = none
     * @param computer likewise
     */
    record Context(String account, String computer) {}

    /**
     * What is asked.
     *
     * @param target text of the address to connect to
     * @param source text of an address of this machine
     */
    record Question(String target, int port, String source, ProbeSettings settings) {}

    /** Those that can be run as. */
    List<Context> contexts();

    /**
     * Makes one probe and returns when it has ended. Every way it can end is an outcome; what keeps
     * it from being made is NOT_RUN with the reason in its transcript.
     *
     * @param context one of {@link #contexts}
     */
    ProbeOutcome probe(Context context, Question question);
}

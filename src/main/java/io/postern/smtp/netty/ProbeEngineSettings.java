package io.postern.smtp.netty;

/**
 * How much an engine does at a time.
 *
 * @param threads event loops, 1 to 64
 * @param perSource sessions at a time from one source to one target, 1 to 10,000; the others wait
 *     their turn. Exchange allows 20 by default and refuses more with 421
 * @param total sessions at a time in all, 1 to 100,000
 * @param waiting most that wait for their turn, 1 to 1,000,000; one more ends as NOT_RUN
 */
public record ProbeEngineSettings(int threads, int perSource, int total, int waiting) {
    /** Two threads, 20 a source, 10,000 at a time, 100,000 waiting. */
    public static final ProbeEngineSettings USUAL = new ProbeEngineSettings(2, 20, 10_000, 100_000);

    public ProbeEngineSettings {
        requireInRange("threads", threads, 64);
        requireInRange("sessions per source", perSource, 10_000);
        requireInRange("sessions in all", total, 100_000);
        requireInRange("probes waiting", waiting, 1_000_000);
    }

    private static void requireInRange(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    what + " out of range (1 to " + most + "): " + value);
        }
    }
}

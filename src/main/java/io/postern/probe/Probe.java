package io.postern.probe;

import io.postern.policy.Tier;
import java.time.Instant;
import java.util.List;

/**
 * A stored probe, asked or answered.
 *
 * @param batch the probes that are judged together
 * @param rolloutId the rollout it belongs to; null = none
 * @param ring the ring's name; empty = none
 * @param target address or load-balanced name to connect to; null = the server's first address of
 *     the source's family
 * @param source text of the address it is asked from
 * @param region probes of one region to one target must all end alike; empty = it stands alone
 * @param vantage name of the vantage that is asked; null = whoever stands at the source
 * @param revision the revision whose policy says {@code expected}
 * @param verdict null = not answered
 * @param observed tier word, {@code at-least-relay} or {@code unknown}; null = not answered
 * @param explanation one sentence; null = not answered
 * @param simulated whether the source was simulated, not real
 * @param transcript lines {@code millis direction text}; empty = none
 */
public record Probe(
        long id,
        String batch,
        Long rolloutId,
        String ring,
        String server,
        String target,
        int port,
        String source,
        String account,
        String computer,
        Tier expected,
        String reason,
        String region,
        String vantage,
        long revision,
        ProbeState state,
        Verdict verdict,
        String observed,
        String explanation,
        boolean simulated,
        List<String> transcript,
        Instant requestedAt,
        Instant answeredAt) {
    public Probe {
        transcript = List.copyOf(transcript);
    }
}

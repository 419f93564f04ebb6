package io.postern.fleet;

import io.postern.enforcement.server.DriftFinding;
import java.time.Instant;
import java.util.List;

/**
 * How a server differs from what its agent holds as desired.
 *
 * @param readAt when the agent reported what is compared; null = it never did
 * @param unjudged why nothing is compared, a sentence for people; null = it was compared
 * @param findings empty = nothing differs, if it was compared and as far as is known
 * @param unknowns sentences for people about what cannot be told from what was read; empty =
 *     everything is known
 */
public record ServerDrift(
        String server,
        Instant readAt,
        String unjudged,
        List<DriftFinding> findings,
        List<String> unknowns) {
    public ServerDrift {
        findings = List.copyOf(findings);
        unknowns = List.copyOf(unknowns);
    }

    /** Whether some finding is of a layer: a policy cannot say what an accepted domain does. */
    public boolean canBeAdopted() {
        return findings.stream()
                .anyMatch(finding -> finding.about() != DriftFinding.About.ACCEPTED_DOMAIN);
    }

    /** Whether writing what is desired again mends some of it. */
    public boolean canBeReverted() {
        return findings.stream().anyMatch(DriftFinding::isRevertible);
    }
}

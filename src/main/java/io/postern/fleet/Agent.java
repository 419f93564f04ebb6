package io.postern.fleet;

import io.postern.probe.Vantage;
import java.time.Instant;
import java.util.List;

/**
 * An enrolled agent.
 *
 * @param name unique
 * @param publicKey its Ed25519 public key as a JWK
 * @param servers names of the servers it serves
 * @param version the agent program's version, as it says
 * @param addresses from which it can probe, as it says; canonical texts
 * @param contexts as whom it can probe, besides nobody in particular, as it says
 */
public record Agent(
        long id,
        String name,
        String publicKey,
        List<String> servers,
        Instant enrolledAt,
        Instant lastSeen,
        boolean enabled,
        String version,
        List<String> addresses,
        List<Vantage.Context> contexts) {
    public Agent {
        servers = List.copyOf(servers);
        addresses = List.copyOf(addresses);
        contexts = List.copyOf(contexts);
    }

    /** Its name as a vantage. */
    public String vantage() {
        return "agent:" + name;
    }
}

package io.postern.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The stored agents and enrolment tokens. Writes join the caller's transaction. */
public interface Agents {
    Optional<Agent> find(String name);

    /** The agent of a post; empty = none. */
    Optional<Agent> serving(String post);

    /** Names of the posts of a server that have an agent: its own first, then its gateways. */
    List<String> posts(String server);

    List<Agent> all();

    /** Stores a new agent; its servers are taken over from the agents that had them. */
    Agent add(String name, String publicKey, List<String> servers, String version, Instant at);

    /** Stores from where and as whom it can probe. */
    void offer(long id, VantageOffer offer);

    /** Notes that it was heard. */
    void seen(long id, Instant at);

    void addToken(
            String tokenHash,
            List<String> servers,
            String createdBy,
            Instant at,
            Instant expiresAt);

    /** The token of that hash, kept from others until the transaction ends; empty = unknown. */
    Optional<EnrolmentToken> tokenForUpdate(String tokenHash);

    void useToken(long tokenId, long agentId, Instant at);
}

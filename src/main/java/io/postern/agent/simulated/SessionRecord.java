package io.postern.agent.simulated;

import io.postern.policy.Address;
import java.time.Instant;

/**
 * What the simulated server knows of one session.
 *
 * @param sessionId 16 hexadecimal digits
 * @param source the client's address, simulated or real
 * @param simulated whether a PROXY header of the server's own agent named the endpoints
 * @param account the account the simulation counts as proven; null = none
 * @param computer the computer the simulation counts as proven; null = none
 * @param connector name of the connector that took the session; null = none
 * @param permissions the words of the {@code Set Session Permissions} record; {@code None} =
 *     nothing
 * @param refusal why the session got no banner; null = it got one
 */
public record SessionRecord(
        Instant startedAt,
        String sessionId,
        Address source,
        int sourcePort,
        Address local,
        int localPort,
        boolean simulated,
        String account,
        String computer,
        String connector,
        String permissions,
        String refusal) {}

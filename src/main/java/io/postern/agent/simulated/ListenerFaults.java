package io.postern.agent.simulated;

import io.postern.policy.Address;
import java.time.Duration;

/**
 * How the listener itself misbehaves. Immutable.
 *
 * @param transientUntilNanos until when MAIL is answered 451 (System.nanoTime); null = it is not
 * @param isTransientForever whether it is for ever
 * @param tarpit delay before every refusal; null = the connector's own
 * @param masquerade who every client of its family seems to be; null = itself
 */
record ListenerFaults(
        Long transientUntilNanos,
        boolean isTransientForever,
        Duration tarpit,
        boolean closesEarly,
        boolean isNonsense,
        Address masquerade) {
    static final ListenerFaults NONE = new ListenerFaults(null, false, null, false, false, null);

    /** Whether MAIL is answered 451 now. */
    boolean isTransient() {
        return isTransientForever
                || transientUntilNanos != null && System.nanoTime() - transientUntilNanos < 0;
    }

    /** Who a client seems to be. */
    Address seen(Address client) {
        return masquerade != null && masquerade.family() == client.family() ? masquerade : client;
    }
}

package io.postern.agent.simulated;

import io.postern.agent.simulated.SimulatedFault.Kind;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.policy.Address;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The armed faults of one server, and what they make of its state. The law, the plan and the agent
 * know nothing of them: only what is in force differs. One caller at a time.
 */
final class SimulatedFaults {
    /** What is asked for: what is read back. @param firewall null = there is none */
    record State(List<ReceiveConnector> connectors, ObservedFirewall firewall) {
        boolean isSameAs(State other) {
            return data().equals(other.data())
                    && (firewall == null
                            || other.firewall != null
                                    && new HashSet<>(firewall.rules())
                                            .equals(new HashSet<>(other.firewall.rules())));
        }

        /** As data, in which the order of ranges means nothing: undoing need not restore it. */
        private Set<ConnectorData> data() {
            return connectors.stream().map(ConnectorData::of).collect(Collectors.toSet());
        }
    }

    /**
     * What is in force.
     *
     * @param connectorsAt those of single addresses of the server, instead of the others
     */
    record InForce(
            List<ReceiveConnector> connectors,
            Map<Address, List<ReceiveConnector>> connectorsAt,
            ObservedFirewall firewall,
            ListenerFaults listener,
            boolean isRefusing) {}

    private final String server;
    private final FaultFile file;
    private List<SimulatedFault> armed = List.of();
    private State before;
    private Long since;

    SimulatedFaults(String server, FaultFile file) {
        this.server = server;
        this.file = file;
    }

    /**
     * Reads the file again.
     *
     * @param asked what is held by now: a new fault strikes with the next change of it
     */
    void look(State asked) throws IOException {
        List<SimulatedFault> now = file.of(server);
        if (before == null || !now.equals(armed)) {
            armed = now;
            before = asked;
            since = null;
        }
    }

    /** Whether a fault of the agent's own steps is armed. */
    boolean isArmed(Kind kind) {
        return armed.stream().anyMatch(fault -> fault.kind() == kind);
    }

    Optional<SimulatedFault> first(Kind kind) {
        return armed.stream().filter(fault -> fault.kind() == kind).findFirst();
    }

    /** What was held when they were armed. */
    State before() {
        return before;
    }

    InForce inForce(State asked) {
        boolean isChanged = !asked.isSameAs(before);
        List<SimulatedFault> striking =
                armed.stream().filter(fault -> fault.isInForce(isChanged)).toList();
        Map<Address, List<ReceiveConnector>> at = new LinkedHashMap<>();
        striking.stream()
                .filter(fault -> fault.kind() == Kind.OLD_CONNECTORS_AT)
                .forEach(fault -> at.put(fault.address(0), before.connectors()));
        return new InForce(
                ConnectorFaults.inForce(asked.connectors(), before.connectors(), striking),
                at,
                asked.firewall() == null
                        ? null
                        : FirewallFaults.inForce(asked.firewall(), before.firewall(), striking),
                listener(striking),
                striking.stream().anyMatch(fault -> fault.kind() == Kind.REFUSE_CONNECTIONS));
    }

    private ListenerFaults listener(List<SimulatedFault> striking) {
        Long until = null;
        boolean isForever = false;
        Duration tarpit = null;
        boolean closesEarly = false;
        boolean isNonsense = false;
        Address masquerade = null;
        for (SimulatedFault fault : striking) {
            switch (fault.kind()) {
                case REPLY_4XX -> {
                    // From the first time on, however often the file is read.
                    since = since == null ? Long.valueOf(System.nanoTime()) : since;
                    until = since + Duration.ofSeconds(fault.number(0)).toNanos();
                    isForever |= fault.number(0) == 0;
                }
                case TARPIT -> tarpit = Duration.ofMillis(fault.number(0));
                case CLOSE_EARLY -> closesEarly = true;
                case NONSENSE -> isNonsense = true;
                case MASQUERADE -> masquerade = fault.address(0);
                default -> {}
            }
        }
        return new ListenerFaults(until, isForever, tarpit, closesEarly, isNonsense, masquerade);
    }
}

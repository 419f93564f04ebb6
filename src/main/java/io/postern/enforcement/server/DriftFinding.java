package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorDrift;
import java.util.Objects;

/**
 * One difference between what an enforcement point should hold and what was read back.
 *
 * @param kind as in {@link ConnectorDrift}
 * @param connector the connector's name; null = it is about something else
 * @param acceptedDomain the accepted domain's entry; null likewise
 * @param firewallRule name of a rule, set or profile of the firewall; null likewise
 * @param detail for people: what differs
 * @param remedy for people: what would remove it
 * @param isRevertible whether writing what is desired again removes it
 */
public record DriftFinding(
        String kind,
        String connector,
        String acceptedDomain,
        String firewallRule,
        String detail,
        String remedy,
        boolean isRevertible) {
    public DriftFinding {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(detail);
        Objects.requireNonNull(remedy);
    }

    /** Of a connector or an accepted domain. */
    public static DriftFinding of(ConnectorDrift drift) {
        return new DriftFinding(
                drift.kind(),
                drift.connector(),
                drift.acceptedDomain(),
                null,
                drift.detail(),
                drift.remedy(),
                !drift.kind().equals(ConnectorDrift.EFFECTIVE));
    }

    static DriftFinding ofFirewall(
            String kind, String rule, String detail, String remedy, boolean isRevertible) {
        return new DriftFinding(kind, null, null, rule, detail, remedy, isRevertible);
    }

    /** Whose it is. */
    public String subject() {
        if (connector != null) {
            return connector;
        }
        return acceptedDomain != null ? acceptedDomain : firewallRule;
    }
}

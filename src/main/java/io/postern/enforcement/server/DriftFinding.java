package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorDrift;
import io.postern.enforcement.outlook.OutlookGuardCompiler;
import io.postern.enforcement.outlook.OutlookGuardDrift;
import io.postern.enforcement.pickup.PickupDrift;
import io.postern.enforcement.pickup.PickupPassages;
import java.util.Objects;

/**
 * One difference between what an enforcement point should hold and what was read back.
 *
 * @param kind as in {@link ConnectorDrift}
 * @param connector the connector's name; null = it is about something else
 * @param acceptedDomain the accepted domain's entry; null likewise
 * @param firewallRule name of a rule, set or profile of the firewall; null likewise
 * @param other an account of the pickup folder or a value of the object model guard, with the kind
 *     before it; null likewise
 * @param detail for people: what differs
 * @param remedy for people: what would remove it
 * @param isRevertible whether writing what is desired again removes it
 */
public record DriftFinding(
        String kind,
        String connector,
        String acceptedDomain,
        String firewallRule,
        String other,
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
                null,
                drift.detail(),
                drift.remedy(),
                !drift.kind().equals(ConnectorDrift.EFFECTIVE));
    }

    static DriftFinding ofFirewall(
            String kind, String rule, String detail, String remedy, boolean isRevertible) {
        return new DriftFinding(kind, null, null, rule, null, detail, remedy, isRevertible);
    }

    /** Of the pickup folder. */
    public static DriftFinding of(PickupDrift drift) {
        return ofOther(
                PickupPassages.KIND, drift.kind(), drift.subject(), drift.detail(), drift.remedy());
    }

    /** Of the object model guard. */
    public static DriftFinding of(OutlookGuardDrift drift) {
        return ofOther(
                OutlookGuardCompiler.KIND,
                drift.kind(),
                drift.subject(),
                drift.detail(),
                drift.remedy());
    }

    private static DriftFinding ofOther(
            String point, String kind, String subject, String detail, String remedy) {
        return new DriftFinding(
                kind,
                null,
                null,
                null,
                point + ": " + subject,
                detail,
                remedy,
                !kind.equals(ConnectorDrift.EFFECTIVE));
    }

    /** Whose it is. */
    public String subject() {
        if (connector != null) {
            return connector;
        }
        if (acceptedDomain != null) {
            return acceptedDomain;
        }
        return firewallRule != null ? firewallRule : other;
    }
}

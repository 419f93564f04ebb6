package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorDrift;
import io.postern.enforcement.nftables.NftablesDrift;
import io.postern.enforcement.nftables.NftablesEffect;
import io.postern.enforcement.outlook.OutlookGuardCompiler;
import io.postern.enforcement.outlook.OutlookGuardDrift;
import io.postern.enforcement.pickup.PickupDrift;
import io.postern.enforcement.pickup.PickupPassages;
import io.postern.enforcement.postfix.PostfixDrift;
import io.postern.enforcement.postfix.PostfixEffect;
import java.util.Objects;

/**
 * One difference between what an enforcement point should hold and what was read back.
 *
 * @param kind as in {@link ConnectorDrift}
 * @param about what the subject is
 * @param subject name of what differs
 * @param detail for people: what differs
 * @param remedy for people: what would remove it
 * @param isRevertible whether writing what is desired again removes it
 */
public record DriftFinding(
        String kind,
        About about,
        String subject,
        String detail,
        String remedy,
        boolean isRevertible) {
    /** What a subject names. */
    public enum About {
        /** A receive connector. */
        CONNECTOR,
        /** An entry of the accepted domains. */
        ACCEPTED_DOMAIN,
        /** A rule, set or profile of the Windows firewall. */
        FIREWALL_RULE,
        /**
         * An account of the pickup folder, a value of the object model guard, a rule of nftables or
         * a parameter or table of Postfix, with the kind before it.
         */
        OTHER
    }

    public DriftFinding {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(about);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(detail);
        Objects.requireNonNull(remedy);
    }

    /** Of a connector or an accepted domain. */
    public static DriftFinding of(ConnectorDrift drift) {
        return new DriftFinding(
                drift.kind(),
                drift.acceptedDomain() == null ? About.CONNECTOR : About.ACCEPTED_DOMAIN,
                drift.subject(),
                drift.detail(),
                drift.remedy(),
                !drift.kind().equals(ConnectorDrift.EFFECTIVE));
    }

    static DriftFinding ofFirewall(
            String kind, String rule, String detail, String remedy, boolean isRevertible) {
        return new DriftFinding(kind, About.FIREWALL_RULE, rule, detail, remedy, isRevertible);
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

    /** Of our table. */
    public static DriftFinding of(NftablesDrift drift) {
        return ofOther(
                NftablesEffect.KIND, drift.kind(), drift.subject(), drift.detail(), drift.remedy());
    }

    /** Of a Postfix. */
    public static DriftFinding of(PostfixDrift drift) {
        return ofOther(
                PostfixEffect.KIND, drift.kind(), drift.subject(), drift.detail(), drift.remedy());
    }

    private static DriftFinding ofOther(
            String point, String kind, String subject, String detail, String remedy) {
        return new DriftFinding(
                kind,
                About.OTHER,
                point + ": " + subject,
                detail,
                remedy,
                !kind.equals(ConnectorDrift.EFFECTIVE));
    }

    /** The subject if it is such a one; null = it is another. */
    public String subjectIf(About wanted) {
        return about == wanted ? subject : null;
    }
}

package io.postern.enforcement.outlook;

import java.util.List;
import java.util.Objects;

/**
 * A difference between the guard as it should be and as it is.
 *
 * @param kind MISSING (a value is absent), CHANGED (another one is there) or EFFECTIVE (it cannot
 *     be read, so what holds is not known)
 * @param subject the value's path
 * @param detail for people: what differs
 * @param remedy for people: what would remove it
 */
public record OutlookGuardDrift(String kind, String subject, String detail, String remedy) {
    public static final String MISSING = "MISSING";
    public static final String CHANGED = "CHANGED";
    public static final String EFFECTIVE = "EFFECTIVE";

    public OutlookGuardDrift {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(detail);
        Objects.requireNonNull(remedy);
    }

    /** Every difference, by key and name. */
    public static List<OutlookGuardDrift> compare(
            OutlookGuardState wanted, ObservedOutlookGuard observed) {
        return OutlookGuardPlan.held(observed, wanted).deviations().stream()
                .filter(one -> !wanted.deviations().contains(one))
                .map(one -> of(one, wanted))
                .toList();
    }

    private static OutlookGuardDrift of(GuardDeviation one, OutlookGuardState wanted) {
        String subject = one.key().path() + "\\" + one.name();
        if (!one.isReadable()) {
            return new OutlookGuardDrift(
                    EFFECTIVE,
                    subject,
                    "it cannot be read or holds no number",
                    "look at the value and its permissions by hand");
        }
        String should = GuardValues.meaning(one.name(), wanted.values(one.key()).get(one.name()));
        return one.value() == null
                ? new OutlookGuardDrift(
                        MISSING, subject, "it is absent, should be " + should, remedy(one))
                : new OutlookGuardDrift(
                        CHANGED,
                        subject,
                        "it is "
                                + GuardValues.meaning(one.name(), one.value())
                                + ", should be "
                                + should,
                        remedy(one));
    }

    private static String remedy(GuardDeviation one) {
        return one.key().user() == null
                ? "write Postern's value again"
                : "write Postern's value again; if it comes back, a group policy sets it: change it"
                        + " there";
    }
}

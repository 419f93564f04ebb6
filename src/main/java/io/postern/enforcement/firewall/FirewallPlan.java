package io.postern.enforcement.firewall;

import java.util.List;

/** The steps from what a firewall holds to what it should hold. */
public final class FirewallPlan {
    private FirewallPlan() {}

    /** To be written. */
    public static List<FirewallStep> between(ObservedFirewall observed, FirewallState wanted) {
        throw new UnsupportedOperationException();
    }

    /** To be written. */
    public static ObservedFirewall apply(ObservedFirewall observed, FirewallStep step) {
        throw new UnsupportedOperationException();
    }

    /** To be written. */
    public static FirewallState held(ObservedFirewall observed, List<Integer> ports) {
        throw new UnsupportedOperationException();
    }
}

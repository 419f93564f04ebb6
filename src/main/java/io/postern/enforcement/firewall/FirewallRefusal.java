package io.postern.enforcement.firewall;

import java.util.ArrayList;
import java.util.List;

/** Why rules of the local store would not do what they say on a server: then none is written. */
public final class FirewallRefusal {
    private FirewallRefusal() {}

    /** The same where connection security rules are wanted. */
    public static List<String> reasons(ObservedFirewall observed) {
        return reasons(observed, true);
    }

    /** The same for what a state wants. */
    public static List<String> reasons(ObservedFirewall observed, FirewallState wanted) {
        return reasons(observed, !wanted.securityRules().isEmpty());
    }

    /**
     * The reasons, as sentences; none = nothing stands in the way. Profiles that no interface uses
     * are not asked, unless none is known to be used. What is not known is a reason too.
     */
    private static List<String> reasons(ObservedFirewall observed, boolean isSecurityWanted) {
        List<String> reasons = new ArrayList<>();
        if (observed.profiles().isEmpty()) {
            reasons.add("The firewall's profiles were not read, so it is not known what holds.");
        }
        boolean isNoneUsed =
                observed.profiles().stream()
                        .allMatch(profile -> Boolean.FALSE.equals(profile.active()));
        for (FirewallProfile profile : observed.profiles()) {
            if (isNoneUsed || !Boolean.FALSE.equals(profile.active())) {
                of(profile, isSecurityWanted, reasons);
            }
        }
        return List.copyOf(reasons);
    }

    private static void of(
            FirewallProfile profile, boolean isSecurityWanted, List<String> reasons) {
        String name = "Profile " + profile.name() + ": ";
        check(
                profile.enabled(),
                true,
                name + "the firewall is off, so everything is open.",
                name + "whether the firewall is on is not known.",
                reasons);
        check(
                profile.inboundAllowed(),
                false,
                name + "the default inbound action is Allow, so what no rule names is open.",
                name + "the default inbound action is not known.",
                reasons);
        check(
                profile.blocksAll(),
                false,
                name + "all inbound connections are blocked, so no allow rule does anything.",
                name + "whether all inbound connections are blocked is not known.",
                reasons);
        check(
                profile.localRules(),
                true,
                name
                        + "AllowLocalFirewallRules is False by group policy, so local rules are"
                        + " void.",
                name + "AllowLocalFirewallRules is not known.",
                reasons);
        if (isSecurityWanted) {
            check(
                    profile.localSecurityRules(),
                    true,
                    name
                            + "AllowLocalIPsecRules is False by group policy, so local connection"
                            + " security rules are void.",
                    name + "AllowLocalIPsecRules is not known.",
                    reasons);
        }
    }

    private static void check(
            Boolean value, boolean good, String bad, String unknown, List<String> reasons) {
        if (value == null) {
            reasons.add(unknown);
        } else if (value != good) {
            reasons.add(bad);
        }
    }
}

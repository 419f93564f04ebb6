package io.postern.enforcement.firewall;

import io.postern.enforcement.EnforcementStep;
import java.util.Objects;

/**
 * One write to a server's firewall, with its exact inverse. Steps name what they write to by its
 * name; {@link FirewallPlan#apply} is what they mean.
 */
public sealed interface FirewallStep extends EnforcementStep {
    /** Name of the rule or set it writes to. */
    String name();

    @Override
    FirewallStep inverse();

    /** Creates a rule of ours. */
    record CreateRule(FirewallRule rule) implements FirewallStep {
        public CreateRule {
            requireOwn(rule);
        }

        @Override
        public String name() {
            return rule.name();
        }

        @Override
        public String description() {
            return "Create the rule '" + rule.displayName() + "' (" + name() + ").";
        }

        @Override
        public FirewallStep inverse() {
            return new RemoveRule(rule);
        }
    }

    /** Removes a rule of ours. */
    record RemoveRule(FirewallRule rule) implements FirewallStep {
        public RemoveRule {
            requireOwn(rule);
        }

        @Override
        public String name() {
            return rule.name();
        }

        @Override
        public String description() {
            return "Remove the rule '" + rule.displayName() + "' (" + name() + ").";
        }

        @Override
        public FirewallStep inverse() {
            return new CreateRule(rule);
        }
    }

    /**
     * Copies a rule that is not ours: the same but for name, display name, group, ports and whether
     * it is on; what this model does not know of it is copied too (Copy-NetFirewallRule).
     *
     * @param original its name
     * @param copy what the copy must be
     */
    record CopyRule(String original, FirewallRule copy) implements FirewallStep {
        public CopyRule {
            Objects.requireNonNull(original);
            requireOwn(copy);
        }

        @Override
        public String name() {
            return copy.name();
        }

        @Override
        public String description() {
            return "Copy the rule "
                    + original
                    + " to '"
                    + copy.displayName()
                    + "' ("
                    + name()
                    + ") "
                    + (copy.enabled()
                            ? "with the ports " + String.join(", ", copy.localPorts())
                            : "disabled, to remember it")
                    + ".";
        }

        @Override
        public FirewallStep inverse() {
            return new RemoveCopy(original, copy);
        }
    }

    /** Removes such a copy. */
    record RemoveCopy(String original, FirewallRule copy) implements FirewallStep {
        public RemoveCopy {
            Objects.requireNonNull(original);
            requireOwn(copy);
        }

        @Override
        public String name() {
            return copy.name();
        }

        @Override
        public String description() {
            return "Remove the copy '" + copy.displayName() + "' (" + name() + ").";
        }

        @Override
        public FirewallStep inverse() {
            return new CopyRule(original, copy);
        }
    }

    /**
     * Disables a rule that is not ours.
     *
     * @param displayName for people
     */
    record DisableOriginal(String name, String displayName) implements FirewallStep {
        @Override
        public String description() {
            return "Disable '" + displayName + "' (" + name + ").";
        }

        @Override
        public FirewallStep inverse() {
            return new EnableOriginal(name, displayName);
        }
    }

    /** Enables it again. */
    record EnableOriginal(String name, String displayName) implements FirewallStep {
        @Override
        public String description() {
            return "Enable '" + displayName + "' (" + name + ").";
        }

        @Override
        public FirewallStep inverse() {
            return new DisableOriginal(name, displayName);
        }
    }

    /** Creates an authentication set of ours. */
    record CreateSet(AuthenticationSet set) implements FirewallStep {
        @Override
        public String name() {
            return set.name();
        }

        @Override
        public String description() {
            return "Create the authentication set '" + name() + "'.";
        }

        @Override
        public FirewallStep inverse() {
            return new RemoveSet(set);
        }
    }

    /** Removes it; no rule uses it by then. */
    record RemoveSet(AuthenticationSet set) implements FirewallStep {
        @Override
        public String name() {
            return set.name();
        }

        @Override
        public String description() {
            return "Remove the authentication set '" + name() + "'.";
        }

        @Override
        public FirewallStep inverse() {
            return new CreateSet(set);
        }
    }

    /** Creates a connection security rule of ours; its sets are there by then. */
    record CreateSecurityRule(ConnectionSecurityRule rule) implements FirewallStep {
        @Override
        public String name() {
            return rule.name();
        }

        @Override
        public String description() {
            return "Create the connection security rule '" + rule.displayName() + "'.";
        }

        @Override
        public FirewallStep inverse() {
            return new RemoveSecurityRule(rule);
        }
    }

    /** Removes it. */
    record RemoveSecurityRule(ConnectionSecurityRule rule) implements FirewallStep {
        @Override
        public String name() {
            return rule.name();
        }

        @Override
        public String description() {
            return "Remove the connection security rule '" + rule.displayName() + "'.";
        }

        @Override
        public FirewallStep inverse() {
            return new CreateSecurityRule(rule);
        }
    }

    private static void requireOwn(FirewallRule rule) {
        if (!rule.isOwn()) {
            throw new IllegalArgumentException("'" + rule.name() + "' is not Postern's");
        }
    }
}

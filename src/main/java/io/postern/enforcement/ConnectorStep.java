package io.postern.enforcement;

import io.postern.policy.AddressRange;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One write to the connectors of a server, with its exact inverse. Steps name their connector by
 * its name; {@link ConnectorPlan#apply} is what they mean.
 */
public sealed interface ConnectorStep extends EnforcementStep {
    /** Name of the connector it writes to. */
    String name();

    @Override
    ConnectorStep inverse();

    /** Creates it disabled and without the relay right, complete otherwise. */
    record CreateDisabled(ReceiveConnector connector) implements ConnectorStep {
        public CreateDisabled {
            if (connector.enabled() || !Boolean.FALSE.equals(connector.anonymousRelay())) {
                throw new IllegalArgumentException("it is created disabled and without relay");
            }
        }

        @Override
        public String name() {
            return connector.name();
        }

        @Override
        public String description() {
            return "Create '"
                    + name()
                    + "', disabled, for "
                    + shortened(connector.remoteIpRanges())
                    + ".";
        }

        @Override
        public ConnectorStep inverse() {
            return new Remove(connector);
        }
    }

    /** Removes it; it must be disabled and without the relay right by then. */
    record Remove(ReceiveConnector connector) implements ConnectorStep {
        public Remove {
            if (connector.enabled() || !Boolean.FALSE.equals(connector.anonymousRelay())) {
                throw new IllegalArgumentException("it is removed disabled and without relay");
            }
        }

        @Override
        public String name() {
            return connector.name();
        }

        @Override
        public String description() {
            return "Remove '" + name() + "'.";
        }

        @Override
        public ConnectorStep inverse() {
            return new CreateDisabled(connector);
        }
    }

    /** Adds ranges it does not hold yet. */
    record AddRanges(String name, List<AddressRange> ranges) implements ConnectorStep {
        public AddRanges {
            ranges = List.copyOf(ranges);
        }

        @Override
        public String description() {
            return "Add " + shortened(ranges) + " to '" + name + "'.";
        }

        @Override
        public ConnectorStep inverse() {
            return new RemoveRanges(name, ranges);
        }
    }

    /** Removes ranges it holds; the last one cannot be removed. */
    record RemoveRanges(String name, List<AddressRange> ranges) implements ConnectorStep {
        public RemoveRanges {
            ranges = List.copyOf(ranges);
        }

        @Override
        public String description() {
            return "Remove " + shortened(ranges) + " from '" + name + "'.";
        }

        @Override
        public ConnectorStep inverse() {
            return new AddRanges(name, ranges);
        }
    }

    /** Removes ranges it holds and adds others in one write, so that no client falls through. */
    record ReplaceRanges(String name, List<AddressRange> removed, List<AddressRange> added)
            implements ConnectorStep {
        public ReplaceRanges {
            removed = List.copyOf(removed);
            added = List.copyOf(added);
        }

        @Override
        public String description() {
            return "Replace "
                    + shortened(removed)
                    + " of '"
                    + name
                    + "' by "
                    + shortened(added)
                    + ".";
        }

        @Override
        public ConnectorStep inverse() {
            return new ReplaceRanges(name, added, removed);
        }
    }

    /** Gives ANONYMOUS LOGON the right Ms-Exch-SMTP-Accept-Any-Recipient on it. */
    record GrantRelay(String name) implements ConnectorStep {
        @Override
        public String description() {
            return "Let anonymous clients of '" + name + "' send to any recipient.";
        }

        @Override
        public ConnectorStep inverse() {
            return new RevokeRelay(name);
        }
    }

    /** Takes that right away. */
    record RevokeRelay(String name) implements ConnectorStep {
        @Override
        public String description() {
            return "Stop anonymous clients of '" + name + "' from sending to any recipient.";
        }

        @Override
        public ConnectorStep inverse() {
            return new GrantRelay(name);
        }
    }

    /** Lets it take sessions. */
    record Enable(String name) implements ConnectorStep {
        @Override
        public String description() {
            return "Enable '" + name + "'.";
        }

        @Override
        public ConnectorStep inverse() {
            return new Disable(name);
        }
    }

    /** Stops it from taking sessions; its clients fall to the next wider connector. */
    record Disable(String name) implements ConnectorStep {
        @Override
        public String description() {
            return "Disable '" + name + "'.";
        }

        @Override
        public ConnectorStep inverse() {
            return new Enable(name);
        }
    }

    /** Sets the settings of it that are neither ranges, state nor relay right. */
    record SetProperties(String name, Properties before, Properties after)
            implements ConnectorStep {
        public SetProperties {
            Objects.requireNonNull(before);
            Objects.requireNonNull(after);
        }

        @Override
        public String description() {
            return "Set the properties of '" + name + "': " + after.differenceFrom(before) + ".";
        }

        @Override
        public ConnectorStep inverse() {
            return new SetProperties(name, after, before);
        }
    }

    /** The settings that can change on a living connector, as in {@link ReceiveConnector}. */
    record Properties(
            Set<PermissionGroup> permissionGroups,
            Set<AuthMechanism> authMechanism,
            String fqdn,
            String comment,
            int tarpitMillis,
            boolean verboseLogging) {
        public Properties {
            permissionGroups = Set.copyOf(permissionGroups);
            authMechanism = Set.copyOf(authMechanism);
        }

        static Properties of(ReceiveConnector connector) {
            return new Properties(
                    connector.permissionGroups(),
                    connector.authMechanism(),
                    connector.fqdn(),
                    connector.comment(),
                    connector.tarpitMillis(),
                    connector.verboseLogging());
        }

        private String differenceFrom(Properties before) {
            StringBuilder text = new StringBuilder();
            differ(text, "permission groups", before.permissionGroups, permissionGroups);
            differ(text, "authentication", before.authMechanism, authMechanism);
            differ(text, "FQDN", before.fqdn, fqdn);
            differ(text, "comment", before.comment, comment);
            differ(text, "tarpit in ms", before.tarpitMillis, tarpitMillis);
            differ(text, "verbose log", before.verboseLogging, verboseLogging);
            return text.toString();
        }

        private static void differ(StringBuilder text, String what, Object before, Object after) {
            if (!before.equals(after)) {
                text.append(text.isEmpty() ? "" : ", ").append(what).append(' ');
                text.append(after instanceof Set<?> set ? words(set) : after);
            }
        }

        private static String words(Set<?> set) {
            return set.stream().map(Object::toString).sorted().collect(Collectors.joining("+"));
        }
    }

    /** The ranges in words, long lists shortened. */
    private static String shortened(List<AddressRange> ranges) {
        int shown = Math.min(3, ranges.size());
        String text =
                ranges.subList(0, shown).stream()
                        .map(AddressRange::toString)
                        .collect(Collectors.joining(", "));
        return ranges.size() > shown
                ? text + " and " + (ranges.size() - shown) + " more ranges"
                : text;
    }
}

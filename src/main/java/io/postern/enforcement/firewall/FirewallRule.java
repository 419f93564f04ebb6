package io.postern.enforcement.firewall;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * One inbound rule of Windows Defender Firewall as plain data, in the cmdlets' own words (Microsoft
 * NetSecurity, New-NetFirewallRule); every list in one fixed order, so that equal rules give equal
 * data. Outbound rules are never held. Immutable.
 *
 * @param name unique in its store (the InstanceID); 1 to 511 characters
 * @param displayName what people see; not unique, may be localised
 * @param group ownership marker; empty = none
 * @param action {@code Allow}, {@code Block} or {@code Bypass} (allow that overrides blocks)
 * @param profile {@code Any}, or some of {@code Domain}, {@code Private}, {@code Public} joined by
 *     a comma and a blank, in this order
 * @param protocol {@code TCP}, {@code UDP}, {@code Any}, or a number as text
 * @param localPorts {@code Any} alone, or numbers, ranges {@code a-b} and words such as {@code
 *     RPC}; numbers first, ascending
 * @param localAddresses {@code Any} alone, or as {@code remoteAddresses}
 * @param remoteAddresses {@code Any} alone, or canonical literals, prefixes, ranges {@code a-b} in
 *     address order, then keywords such as {@code LocalSubnet} by name
 * @param remoteUser SDDL of the accounts; empty = not asked
 * @param remoteMachine SDDL of the computers; empty = not asked
 * @param authentication {@code NotRequired}, {@code Required} or {@code NoEncap}
 * @param encryption {@code NotRequired}, {@code Required} or {@code Dynamic}
 * @param program path; {@code Any} = every program
 * @param service short name; {@code Any} = every program and service
 * @param interfaces aliases and types it is bound to; {@code Any} alone = every one
 * @param source where it is kept: {@code Local} (PersistentStore), {@code GroupPolicy} or another
 *     word of PolicyStoreSourceType
 * @param other properties that were read and that this model does not know, by name; kept, never
 *     interpreted
 */
public record FirewallRule(
        String name,
        String displayName,
        String group,
        boolean enabled,
        String action,
        String profile,
        String protocol,
        List<String> localPorts,
        List<String> localAddresses,
        List<String> remoteAddresses,
        String remoteUser,
        String remoteMachine,
        String authentication,
        String encryption,
        String program,
        String service,
        List<String> interfaces,
        String source,
        Map<String, String> other) {
    /** The word for "every one". */
    public static final String ANY = "Any";

    /** The word for a rule in the local store, which an agent can write. */
    public static final String LOCAL = "Local";

    /** The group of every rule that Postern makes: its ownership marker. */
    public static final String OWN_GROUP = "Postern";

    /** Names of properties, in the cmdlets' spelling and the registry's, folded. */
    private static final Set<String> NARROWING =
            Set.of(
                    "localuser",
                    "luauth",
                    "owner",
                    "luown",
                    "platform",
                    "remotedynamickeywordaddresses",
                    "package",
                    "apppkgid",
                    "policyappid");

    private static final List<String> ACTIONS = List.of("Allow", "Block", "Bypass");
    private static final String NOT_REQUIRED = "NotRequired";
    private static final List<String> AUTHENTICATIONS =
            List.of(NOT_REQUIRED, "Required", "NoEncap");
    private static final List<String> ENCRYPTIONS = List.of(NOT_REQUIRED, "Required", "Dynamic");

    public FirewallRule {
        Objects.requireNonNull(name);
        Objects.requireNonNull(displayName);
        Objects.requireNonNull(group);
        word("action", action, ACTIONS);
        Objects.requireNonNull(profile);
        Objects.requireNonNull(protocol);
        localPorts = List.copyOf(localPorts);
        localAddresses = List.copyOf(localAddresses);
        remoteAddresses = List.copyOf(remoteAddresses);
        Objects.requireNonNull(remoteUser);
        Objects.requireNonNull(remoteMachine);
        word("authentication", authentication, AUTHENTICATIONS);
        word("encryption", encryption, ENCRYPTIONS);
        Objects.requireNonNull(program);
        Objects.requireNonNull(service);
        interfaces = List.copyOf(interfaces);
        Objects.requireNonNull(source);
        other = java.util.Collections.unmodifiableMap(new TreeMap<>(other));
    }

    private static void word(String what, String value, List<String> allowed) {
        if (!allowed.contains(value)) {
            throw new IllegalArgumentException(
                    what + " '" + value + "' is not one of " + String.join(", ", allowed));
        }
    }

    /**
     * Of {@link #other}, what narrows whom or what the rule is for in a way that this model does
     * not know: it may then apply to less than it seems to.
     */
    public Map<String, String> narrowing() {
        Map<String, String> narrowing = new TreeMap<>();
        other.forEach(
                (property, value) -> {
                    boolean isSet =
                            !value.isBlank()
                                    && !value.equalsIgnoreCase(ANY)
                                    && !value.equals("[]")
                                    && !value.equals("{}");
                    if (isSet && NARROWING.contains(property.toLowerCase(Locale.ROOT))) {
                        narrowing.put(property, value);
                    }
                });
        return narrowing;
    }

    /** Whether Postern made it. */
    public boolean isOwn() {
        return group.equals(OWN_GROUP);
    }

    /** Whether it is our copy of an original, in reach of an agent. */
    public boolean isCopy() {
        return isOwn() && isLocal() && name.startsWith(OwnNames.COPY_PREFIX);
    }

    /** Whether an agent can write it: it is in the local store. */
    public boolean isLocal() {
        return source.equals(LOCAL);
    }

    /** Whether a peer must prove something before it applies. */
    public boolean isSecure() {
        return !authentication.equals(NOT_REQUIRED);
    }

    /** Whether it covers a TCP port: protocol TCP or any, and the port listed or any. */
    public boolean coversTcp(int port) {
        return (protocol.equals("TCP") || protocol.equals(ANY))
                && LocalPorts.of(localPorts).contains(port);
    }

    /** The same rule under another name. */
    public FirewallRule named(String newName) {
        return copy(newName, displayName, group, enabled, localPorts, source, other);
    }

    /** The same rule, on or off. */
    public FirewallRule enabled(boolean on) {
        return copy(name, displayName, group, on, localPorts, source, other);
    }

    /** The same rule without {@link #other}. */
    public FirewallRule withoutOther() {
        return copy(name, displayName, group, enabled, localPorts, source, Map.of());
    }

    /** A copy of it that is ours. */
    FirewallRule ownCopy(String newName, String newDisplayName, boolean on, List<String> ports) {
        return copy(newName, newDisplayName, OWN_GROUP, on, ports, LOCAL, other);
    }

    /**
     * The same rule for others.
     *
     * @param users as {@link #remoteUser}
     * @param machines as {@link #remoteMachine}
     */
    public FirewallRule forOthers(String users, String machines) {
        return proving(users, machines, authentication, encryption);
    }

    /** The same rule for everybody: it asks for no proof. */
    public FirewallRule forEverybody() {
        return proving("", "", NOT_REQUIRED, NOT_REQUIRED);
    }

    private FirewallRule proving(
            String users, String machines, String newAuthentication, String newEncryption) {
        return new FirewallRule(
                name,
                displayName,
                group,
                enabled,
                action,
                profile,
                protocol,
                localPorts,
                localAddresses,
                remoteAddresses,
                users,
                machines,
                newAuthentication,
                newEncryption,
                program,
                service,
                interfaces,
                source,
                other);
    }

    private FirewallRule copy(
            String newName,
            String newDisplayName,
            String newGroup,
            boolean on,
            List<String> ports,
            String newSource,
            Map<String, String> newOther) {
        return new FirewallRule(
                newName,
                newDisplayName,
                newGroup,
                on,
                action,
                profile,
                protocol,
                ports,
                localAddresses,
                remoteAddresses,
                remoteUser,
                remoteMachine,
                authentication,
                encryption,
                program,
                service,
                interfaces,
                newSource,
                newOther);
    }
}

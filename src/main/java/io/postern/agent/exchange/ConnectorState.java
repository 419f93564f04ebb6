package io.postern.agent.exchange;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.Binding;
import io.postern.enforcement.ConnectorPermission;
import io.postern.enforcement.ExchangeText;
import io.postern.enforcement.ObservedConnector;
import io.postern.enforcement.ObservedExchange;
import io.postern.enforcement.OwnershipMark;
import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.TransportRole;
import io.postern.policy.AddressRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One connector as a script showed it. The script's own text is kept: a write is sent together with
 * it and refused if the connector's text has become another.
 *
 * @param text exactly as shown
 * @param observed what it means; the relay right comes from the permissions
 * @param permissions its access entries about extended rights, inherited ones too
 * @param spelling each range as Exchange spells it, which is how it must be asked to remove it
 */
record ConnectorState(
        String text,
        ObservedConnector observed,
        List<ConnectorPermission> permissions,
        Map<AddressRange, String> spelling) {
    private static final String ANONYMOUS_SID = "S-1-5-7";
    private static final String SELF_SID = "S-1-5-10";
    private static final String RELAY_RIGHT = "ms-exch-smtp-accept-any-recipient";

    /** What the group AnonymousUsers gives to ANONYMOUS LOGON, and what we give. */
    private static final Set<String> EXPLAINED_RIGHTS =
            Set.of(
                    "ms-exch-smtp-submit",
                    "ms-exch-smtp-accept-any-sender",
                    "ms-exch-smtp-accept-authoritative-domain-sender",
                    "ms-exch-accept-headers-routing",
                    RELAY_RIGHT);

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Shown(
            String name,
            String server,
            String guid,
            String distinguishedName,
            Boolean enabled,
            String transportRole,
            List<String> bindings,
            List<String> remoteIPRanges,
            String permissionGroups,
            String authMechanism,
            String fqdn,
            String comment,
            String tarpitInterval,
            String protocolLoggingLevel,
            List<Entry> permissions) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Entry(
            String user, Boolean deny, Boolean inherited, List<String> extendedRights) {}

    /**
     * Reads what a script showed.
     *
     * @throws IOException saying what cannot be understood
     */
    static ConnectorState parse(String text) throws IOException {
        Shown shown;
        try {
            shown = JSON.readValue(text, Shown.class);
        } catch (JsonProcessingException e) {
            throw new IOException("a connector is no JSON: " + e.getOriginalMessage(), e);
        }
        if (shown == null || shown.name() == null || shown.server() == null) {
            throw new IOException("a connector has no name or no server");
        }
        try {
            return state(text, shown);
        } catch (NullPointerException e) {
            throw new IOException("connector '" + shown.name() + "' lacks a property", e);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "connector '" + shown.name() + "' cannot be understood: " + e.getMessage(), e);
        }
    }

    private static ConnectorState state(String text, Shown shown) {
        Map<AddressRange, String> spelling = new LinkedHashMap<>();
        for (String range : shown.remoteIPRanges()) {
            spelling.put(ExchangeText.range(range), range);
        }
        List<Binding> bindings = new ArrayList<>();
        for (String binding : shown.bindings()) {
            bindings.add(Binding.parse(binding));
        }
        String comment = shown.comment() == null ? "" : shown.comment();
        ReceiveConnector connector =
                new ReceiveConnector(
                        shown.name(),
                        OwnershipMark.isIn(comment),
                        shown.enabled(),
                        ExchangeText.one(
                                "transport role",
                                TransportRole.class,
                                TransportRole::word,
                                shown.transportRole()),
                        bindings,
                        List.copyOf(spelling.keySet()),
                        ExchangeText.flags(
                                "permission group",
                                PermissionGroup.class,
                                PermissionGroup::word,
                                shown.permissionGroups()),
                        ExchangeText.flags(
                                "authentication",
                                AuthMechanism.class,
                                AuthMechanism::word,
                                shown.authMechanism()),
                        null,
                        shown.fqdn() == null ? "" : shown.fqdn(),
                        comment,
                        ExchangeText.millis(shown.tarpitInterval()),
                        "Verbose".equalsIgnoreCase(shown.protocolLoggingLevel()));
        ObservedConnector observed =
                new ObservedConnector(
                        shown.server(),
                        connector,
                        shown.distinguishedName(),
                        shown.guid(),
                        new TreeMap<>());
        return new ConnectorState(text, observed, entries(shown), spelling);
    }

    private static List<ConnectorPermission> entries(Shown shown) {
        List<ConnectorPermission> entries = new ArrayList<>();
        for (Entry entry : shown.permissions()) {
            entries.add(
                    new ConnectorPermission(
                            shown.distinguishedName(),
                            entry.user(),
                            entry.deny(),
                            entry.inherited(),
                            entry.extendedRights()));
        }
        return entries;
    }

    String name() {
        return observed.connector().name();
    }

    /**
     * The connector with its relay right.
     *
     * @param anonymousLogon what ANONYMOUS LOGON is called where it was shown
     */
    ReceiveConnector connector(String anonymousLogon) {
        List<ConnectorPermission> known = new ArrayList<>();
        // Somebody without rights: no entry at all would count as not read.
        known.add(
                new ConnectorPermission(
                        observed.distinguishedName(), SELF_SID, false, true, List.of()));
        for (ConnectorPermission entry : permissions) {
            known.add(
                    entry.user().equalsIgnoreCase(anonymousLogon)
                            ? new ConnectorPermission(
                                    entry.identity(),
                                    ANONYMOUS_SID,
                                    entry.deny(),
                                    entry.inherited(),
                                    entry.extendedRights())
                            : entry);
        }
        ReceiveConnector connector =
                new ObservedExchange(List.of(observed), known, null, List.of())
                        .connectorsOf(observed.server())
                        .get(0);
        return isCustomOurs(connector, known) ? withoutCustom(connector) : connector;
    }

    /**
     * Exchange reports Custom for the relay right that we gave ourselves. It stays where anybody
     * holds a right of his own that neither the group nor we gave: somebody else put it there.
     */
    private static boolean isCustomOurs(
            ReceiveConnector connector, List<ConnectorPermission> known) {
        if (!connector.managed()
                || !Boolean.TRUE.equals(connector.anonymousRelay())
                || !connector
                        .permissionGroups()
                        .equals(Set.of(PermissionGroup.ANONYMOUS_USERS, PermissionGroup.CUSTOM))) {
            return false;
        }
        return known.stream()
                .filter(entry -> !entry.inherited())
                .flatMap(
                        entry ->
                                entry.extendedRights().stream()
                                        .map(right -> right.toLowerCase(Locale.ROOT))
                                        .filter(right -> right.startsWith("ms-exch-"))
                                        .filter(
                                                right ->
                                                        entry.deny()
                                                                || !entry.user()
                                                                        .equals(ANONYMOUS_SID)
                                                                || !EXPLAINED_RIGHTS.contains(
                                                                        right)))
                .findAny()
                .isEmpty();
    }

    private static ReceiveConnector withoutCustom(ReceiveConnector connector) {
        Set<PermissionGroup> groups = EnumSet.copyOf(connector.permissionGroups());
        groups.remove(PermissionGroup.CUSTOM);
        return connector.withPermissionGroups(groups);
    }
}

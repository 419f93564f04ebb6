package io.postern.agent.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.Binding;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ExchangeText;
import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.AddressRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The connectors of one Exchange server in memory. It refuses what Exchange refuses, and reports
 * {@code Custom} where a right was given by hand, as Exchange does (documented). Its access entries
 * are invented after the documented rights of the permission groups.
 */
public final class InMemoryExchange {
    public static final String DOMAIN_CONTROLLER = "dc01.contoso.example";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RELAY = "ms-Exch-SMTP-Accept-Any-Recipient";

    /** Of the group AnonymousUsers (documented). */
    private static final List<String> ANONYMOUS_RIGHTS =
            List.of(
                    "ms-Exch-SMTP-Submit",
                    "ms-Exch-SMTP-Accept-Any-Sender",
                    "ms-Exch-SMTP-Accept-Authoritative-Domain-Sender",
                    "ms-Exch-Accept-Headers-Routing");

    final String server;
    final String anonymousLogon;
    private List<ReceiveConnector> connectors;
    private final Map<AddressRange, String> spelling = new HashMap<>();
    private final List<ForeignRight> foreignRights = new ArrayList<>();
    private List<AcceptedDomain> acceptedDomains =
            List.of(
                    new AcceptedDomain(
                            "contoso.example",
                            "contoso.example",
                            AcceptedDomain.Type.AUTHORITATIVE,
                            true));

    private record ForeignRight(String connector, String user, String right) {}

    /** English. */
    public InMemoryExchange(String server, List<ReceiveConnector> connectors) {
        this(server, "NT AUTHORITY\\ANONYMOUS LOGON", connectors);
    }

    InMemoryExchange(String server, String anonymousLogon, List<ReceiveConnector> connectors) {
        this.server = server;
        this.anonymousLogon = anonymousLogon;
        this.connectors = List.copyOf(connectors);
        for (ReceiveConnector connector : connectors) {
            // As the wizard writes them, whatever is shorter.
            connector
                    .remoteIpRanges()
                    .forEach(range -> spelling.put(range, range.low() + "-" + range.high()));
        }
    }

    public List<ReceiveConnector> connectors() {
        return connectors;
    }

    /** Empty = the role of the agent's account may not read them. */
    Optional<List<AcceptedDomain>> acceptedDomains() {
        return Optional.ofNullable(acceptedDomains);
    }

    /** A person has made them so; null = the account's role lacks the right to read them. */
    void setAcceptedDomains(List<AcceptedDomain> domains) {
        acceptedDomains = domains;
    }

    /** The list that read.ps1 makes of them. */
    static String shown(List<AcceptedDomain> domains) {
        ObjectNode shown = JSON.createObjectNode();
        ArrayNode entries = shown.putArray("acceptedDomains");
        for (AcceptedDomain domain : domains) {
            ObjectNode entry = entries.addObject();
            entry.put("name", domain.name());
            entry.put("domainName", domain.domain());
            entry.put("domainType", domain.type().word());
            entry.put("isDefault", domain.isDefault());
        }
        return shown.toString();
    }

    /** A person does this in the Exchange shell. */
    void byHand(ConnectorStep step) {
        connectors = ConnectorPlan.apply(connectors, step);
    }

    /** A person puts this one there, whatever our model says to it. */
    void addByHand(ReceiveConnector connector) {
        List<ReceiveConnector> all = new ArrayList<>(connectors);
        all.add(connector);
        connectors = List.copyOf(all);
    }

    /** A person removes them. */
    void removeByHand(String name) {
        connectors = connectors.stream().filter(one -> !one.name().equals(name)).toList();
    }

    /** A person gives a right of a connector. */
    void grantByHand(String connector, String user, String right) {
        foreignRights.add(new ForeignRight(connector, user, right));
    }

    /** Those of that name in any case. */
    List<ReceiveConnector> named(String name) {
        return connectors.stream().filter(one -> one.name().equalsIgnoreCase(name)).toList();
    }

    /** A cmdlet that writes; Exchange's refusals are {@link IllegalStateException}s. */
    void write(ConnectorStep step, boolean inEarnest) {
        List<ReceiveConnector> next = ConnectorPlan.apply(connectors, step);
        if (inEarnest) {
            connectors = next;
        }
    }

    String guid(ReceiveConnector connector) {
        return UUID.nameUUIDFromBytes(
                        (server + "/" + connector.name()).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    String distinguishedName(ReceiveConnector connector) {
        return "CN="
                + connector.name().replace(",", "\\,")
                + ",CN=SMTP Receive Connectors,CN=Protocols,CN="
                + server
                + ",CN=Servers,DC=contoso,DC=example";
    }

    /** The text that session.ps1 makes of a connector. */
    String state(ReceiveConnector connector) {
        ObjectNode state = JSON.createObjectNode();
        state.put("name", connector.name());
        state.put("server", server);
        state.put("guid", guid(connector));
        state.put("distinguishedName", distinguishedName(connector));
        state.put("enabled", connector.enabled());
        state.put("transportRole", connector.transportRole().word());
        texts(state.putArray("bindings"), connector.bindings().stream().map(Binding::toString));
        texts(
                state.putArray("remoteIPRanges"),
                connector.remoteIpRanges().stream()
                        .map(range -> spelling.getOrDefault(range, range.toString())));
        state.put("permissionGroups", groups(connector));
        state.put(
                "authMechanism",
                ExchangeText.flagText(connector.authMechanism(), AuthMechanism::word));
        state.put("fqdn", connector.fqdn());
        state.put("comment", connector.comment());
        state.put("tarpitInterval", ExchangeText.timeSpan(connector.tarpitMillis()));
        state.put("protocolLoggingLevel", connector.verboseLogging() ? "Verbose" : "None");
        permissions(connector, state.putArray("permissions"));
        try {
            return JSON.writeValueAsString(state);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void texts(ArrayNode array, java.util.stream.Stream<String> texts) {
        texts.sorted().forEach(array::add);
    }

    private String groups(ReceiveConnector connector) {
        Set<PermissionGroup> groups = new LinkedHashSet<>(connector.permissionGroups());
        boolean foreign =
                foreignRights.stream().anyMatch(one -> one.connector().equals(connector.name()));
        if (Boolean.TRUE.equals(connector.anonymousRelay()) || foreign) {
            groups.add(PermissionGroup.CUSTOM);
        }
        return ExchangeText.flagText(groups, PermissionGroup::word);
    }

    private void permissions(ReceiveConnector connector, ArrayNode permissions) {
        if (connector.anonymous()) {
            ANONYMOUS_RIGHTS.forEach(right -> entry(permissions, anonymousLogon, false, right));
        }
        if (Boolean.TRUE.equals(connector.anonymousRelay())) {
            entry(permissions, anonymousLogon, false, RELAY);
        }
        if (connector.permissionGroups().contains(PermissionGroup.EXCHANGE_SERVERS)) {
            entry(permissions, "MS Exchange\\Externally Secured Servers", false, RELAY);
        }
        for (ForeignRight right : foreignRights) {
            if (right.connector().equals(connector.name())) {
                entry(permissions, right.user(), false, right.right());
            }
        }
        entry(permissions, "CONTOSO\\Exchange Servers", true, "Receive-As");
    }

    private static void entry(ArrayNode permissions, String user, boolean inherited, String right) {
        ObjectNode entry = permissions.addObject();
        entry.put("user", user);
        entry.put("deny", false);
        entry.put("inherited", inherited);
        entry.putArray("extendedRights").add(right.toLowerCase(Locale.ROOT));
    }

    /** A range is shown later as it was added. */
    void spelled(String range) {
        spelling.put(AddressRange.parse(range), range);
    }

    String spelling(AddressRange range) {
        return spelling.getOrDefault(range, range.toString());
    }
}

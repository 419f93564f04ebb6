package io.postern.enforcement.exports;

import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.Binding;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.ExchangeText;
import io.postern.enforcement.ObservedConnector;
import io.postern.enforcement.OwnershipMark;
import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.TransportRole;
import io.postern.enforcement.VisibleText;
import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Makes connectors of exported objects (Get-ReceiveConnector). */
final class ConnectorExport {
    static final int MAX_RANGES = 2_000_000;
    private static final Map<Integer, PermissionGroup> GROUPS =
            Map.of(
                    1, PermissionGroup.ANONYMOUS_USERS,
                    2, PermissionGroup.EXCHANGE_USERS,
                    4, PermissionGroup.EXCHANGE_SERVERS,
                    8, PermissionGroup.EXCHANGE_LEGACY_SERVERS,
                    16, PermissionGroup.PARTNERS,
                    32, PermissionGroup.CUSTOM);
    private static final Map<Integer, AuthMechanism> MECHANISMS =
            Map.of(
                    1, AuthMechanism.TLS,
                    2, AuthMechanism.INTEGRATED,
                    4, AuthMechanism.BASIC_AUTH,
                    8, AuthMechanism.BASIC_AUTH_REQUIRE_TLS,
                    16, AuthMechanism.EXCHANGE_SERVER,
                    32, AuthMechanism.EXTERNAL_AUTHORITATIVE);
    private static final Map<Integer, TransportRole> ROLES =
            Map.of(32, TransportRole.HUB_TRANSPORT, 16384, TransportRole.FRONTEND_TRANSPORT);
    private static final Map<Integer, Boolean> LOGGING = Map.of(0, false, 1, true);

    /** What the model holds; everything else is kept as text. */
    private static final Set<String> MODELLED =
            Set.of(
                    "name",
                    "server",
                    "identity",
                    "distinguishedname",
                    "guid",
                    "enabled",
                    "transportrole",
                    "bindings",
                    "remoteipranges",
                    "permissiongroups",
                    "authmechanism",
                    "fqdn",
                    "comment",
                    "tarpitinterval",
                    "protocollogginglevel");

    private final ExportFaults faults;
    private final ExportValues values;
    private int ranges;

    ConnectorExport(ExportFaults faults) {
        this.faults = faults;
        values = new ExportValues(faults);
    }

    static boolean isOne(ExportNode object) {
        int telling = 0;
        for (String property :
                List.of(
                        "Bindings",
                        "RemoteIPRanges",
                        "PermissionGroups",
                        "AuthMechanism",
                        "TransportRole")) {
            telling += object.member(property) == null ? 0 : 1;
        }
        return telling >= 2 || object.types.stream().anyMatch(t -> t.endsWith(".ReceiveConnector"));
    }

    /** The connector; null = a fault was told. */
    ObservedConnector read(ExportNode object) {
        int before = faults.count();
        String identity = ExportValues.text(object, "Identity");
        String dn = ExportValues.text(object, "DistinguishedName");
        String name = firstOf(ExportValues.text(object, "Name"), tail(identity));
        if (name == null || name.isBlank()) {
            faults.add(object, "a connector has no Name");
            return null;
        }
        String who = "connector '" + VisibleText.of(name) + "'";
        String server =
                firstOf(
                        ExportValues.text(object, "Server", "Name", "Rdn"),
                        head(identity),
                        DistinguishedNames.serverOf(dn));
        if (server == null || server.isBlank()) {
            faults.add(object, who + " does not say its Server");
            server = "?";
        }
        ReceiveConnector connector = connector(object, name, who);
        return faults.count() > before || connector == null
                ? null
                : new ObservedConnector(
                        server, connector, dn, ExportValues.text(object, "Guid"), others(object));
    }

    private ReceiveConnector connector(ExportNode object, String name, String who) {
        Boolean enabled = values.bool(object, "Enabled", who);
        if (enabled == null) {
            missing(object, "Enabled", who);
        }
        TransportRole role = values.one(object, "TransportRole", ROLES, TransportRole::word, who);
        if (role == null && isMissing(object, "TransportRole")) {
            faults.note(object, who + " has no TransportRole; taken as FrontendTransport");
            role = TransportRole.FRONTEND_TRANSPORT;
        }
        List<Binding> bindings =
                all(object, "Bindings", who, "a binding", ConnectorExport::binding);
        List<AddressRange> remote =
                all(object, "RemoteIPRanges", who, "a remote range", ConnectorExport::range);
        ranges += remote.size();
        if (ranges > MAX_RANGES) {
            faults.add(object, "more than " + MAX_RANGES + " remote ranges in all");
        }
        Set<PermissionGroup> groups =
                values.flags(
                        object,
                        "PermissionGroups",
                        PermissionGroup.class,
                        GROUPS,
                        PermissionGroup::word,
                        PermissionGroup.CUSTOM,
                        who);
        Set<AuthMechanism> mechanisms =
                values.flags(
                        object,
                        "AuthMechanism",
                        AuthMechanism.class,
                        MECHANISMS,
                        AuthMechanism::word,
                        null,
                        who);
        missing(object, "PermissionGroups", who);
        missing(object, "AuthMechanism", who);
        Integer tarpit = values.millis(object, "TarpitInterval", who);
        Boolean verbose =
                values.one(
                        object,
                        "ProtocolLoggingLevel",
                        LOGGING,
                        on -> on ? "Verbose" : "None",
                        who);
        if (isMissing(object, "ProtocolLoggingLevel")) {
            faults.note(object, who + " has no ProtocolLoggingLevel; taken as None");
        }
        if (enabled == null || role == null) {
            return null;
        }
        String comment = firstOf(ExportValues.text(object, "Comment"), "");
        return new ReceiveConnector(
                name,
                OwnershipMark.isIn(comment),
                enabled,
                role,
                bindings,
                remote,
                groups,
                mechanisms,
                null,
                firstOf(ExportValues.text(object, "Fqdn", "Domain", "Address"), ""),
                comment,
                tarpit == null ? DefaultConnectors.TARPIT_MILLIS : tarpit,
                Boolean.TRUE.equals(verbose));
    }

    private static boolean isMissing(ExportNode object, String property) {
        ExportNode value = object.member(property);
        return value == null || value.isNothing();
    }

    private void missing(ExportNode object, String property, String who) {
        if (isMissing(object, property)) {
            faults.add(object, who + " has no " + property);
        }
    }

    private <T> List<T> all(
            ExportNode object,
            String property,
            String who,
            String what,
            Function<ExportNode, T> parse) {
        List<T> read = new ArrayList<>();
        ExportNode list = object.member(property);
        List<ExportNode> items = list == null ? List.of() : list.values();
        for (ExportNode item : items) {
            try {
                read.add(parse.apply(item));
            } catch (IllegalArgumentException e) {
                faults.add(
                        item,
                        who
                                + ": "
                                + property
                                + ": "
                                + VisibleText.of(String.valueOf(e.getMessage())));
            }
        }
        if (items.isEmpty()) {
            faults.add(
                    list == null ? object : list,
                    who
                            + " has no "
                            + property
                            + "; Exchange never has a connector without "
                            + what
                            + ", so the export is damaged or cut");
        }
        return read;
    }

    private static AddressRange range(ExportNode item) {
        String text = item.textOr("Expression");
        if (text != null) {
            return ExchangeText.range(text);
        }
        String low = ExportValues.text(item, "LowerBound", "IPAddressToString");
        String high = ExportValues.text(item, "UpperBound", "IPAddressToString");
        if (low == null || high == null) {
            throw new IllegalArgumentException("a value without text, LowerBound and UpperBound");
        }
        return ExchangeText.range(low + "-" + high);
    }

    private static Binding binding(ExportNode item) {
        String text = item.textOr();
        if (text != null) {
            return ExchangeText.binding(text);
        }
        String address = ExportValues.text(item, "Address", "IPAddressToString");
        String port = ExportValues.text(item, "Port");
        if (address == null || port == null) {
            throw new IllegalArgumentException("a value without text, Address and Port");
        }
        return ExchangeText.binding(
                (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port);
    }

    private static SortedMap<String, String> others(ExportNode object) {
        SortedMap<String, String> others = new TreeMap<>();
        object.members()
                .forEach(
                        (name, value) -> {
                            if (!MODELLED.contains(name.toLowerCase(Locale.ROOT))) {
                                others.put(name, value.summary());
                            }
                        });
        return others;
    }

    private static String firstOf(String... texts) {
        for (String text : texts) {
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    private static String head(String identity) {
        int slash = identity == null ? -1 : identity.indexOf('\\');
        return slash < 0 ? null : identity.substring(0, slash);
    }

    private static String tail(String identity) {
        int slash = identity == null ? -1 : identity.indexOf('\\');
        return slash < 0 ? null : identity.substring(slash + 1);
    }
}

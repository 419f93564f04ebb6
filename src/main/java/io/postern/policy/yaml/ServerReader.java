package io.postern.policy.yaml;

import io.postern.policy.Addresses;
import io.postern.policy.ProtectedSource;
import io.postern.policy.Server;
import io.postern.policy.ServerMode;
import io.postern.policy.ServerRepair;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Reads servers and protected sources. */
final class ServerReader {
    static final List<String> MODES =
            Arrays.stream(ServerMode.values()).map(ServerMode::word).toList();
    static final List<String> REPAIRS =
            Arrays.stream(ServerRepair.values()).map(ServerRepair::word).toList();
    static final List<String> ENFORCEMENT =
            List.of(
                    "exchange",
                    "simulated-exchange",
                    "windows-firewall",
                    "nftables",
                    "postfix",
                    "pickup",
                    "outlook-guard");
    static final List<String> SOURCE_KINDS =
            List.of("exchange", "edge", "gateway", "hybrid", "loadbalancer", "monitor");
    static final List<String> GRANTED_TIERS = List.of("internal", "relay", "trusted");

    /** Name of the implicit protected source of 127.0.0.1 and ::1. */
    private static final String LOOPBACK = "loopback";

    private final ValueReader values;
    private final AddressReader addresses;

    ServerReader(ValueReader values, AddressReader addresses) {
        this.values = values;
        this.addresses = addresses;
    }

    Server server(YamlNode node, String pointer) {
        if (!values.isObject(node, pointer, FileFields.SERVER, "a server")) {
            return null;
        }
        String name = readName(node, pointer, "a server");
        List<Integer> ports = values.ports(ValueReader.field(node, "ports"), pointer + "/ports");
        YamlNode ring = ValueReader.field(node, "ring");
        String mode =
                values.word(ValueReader.field(node, "mode"), pointer + "/mode", "a mode", MODES);
        String repair =
                values.word(
                        ValueReader.field(node, "repair"),
                        pointer + "/repair",
                        "a repair",
                        REPAIRS);
        // All is read before anything is left out: a fault must not hide another.
        Addresses ownAddresses = own(node, pointer, "addresses");
        String ringName = ring == null ? null : values.name(ring, pointer + "/ring", "ring");
        List<String> enforcement = enforcement(node, pointer);
        Addresses kerberosRanges = own(node, pointer, "kerberosRanges");
        List<String> balanced =
                values.names(
                        ValueReader.field(node, "loadBalancedNames"),
                        pointer + "/loadBalancedNames",
                        "loadBalancedNames");
        if (name != null && name.equalsIgnoreCase(LOOPBACK)) {
            values.errors()
                    .add(
                            node,
                            pointer + "/name",
                            "'loopback' is the protected source of 127.0.0.1");
        }
        if (name != null && name.indexOf('@') >= 0) {
            values.errors()
                    .add(
                            node,
                            pointer + "/name",
                            "'@' is no part of a server's name: it divides one from the gateway"
                                    + " before it (mx1@gw1)");
        }
        if (name == null) {
            return null;
        }
        return new Server(
                name,
                ownAddresses.set(),
                ports == null ? Server.DEFAULT_PORTS : ports,
                ringName,
                enforcement,
                kerberosRanges.set(),
                balanced,
                mode == null
                        ? ServerMode.ENFORCE
                        : ServerMode.valueOf(mode.toUpperCase(Locale.ROOT)),
                repair == null
                        ? ServerRepair.NONE
                        : ServerRepair.valueOf(repair.toUpperCase(Locale.ROOT)));
    }

    private String readName(YamlNode node, String pointer, String what) {
        YamlNode name = values.required(node, pointer, "name", what);
        String read = name == null ? null : values.name(name, pointer + "/name", "a name");
        if ("*".equals(read)) {
            values.errors().add(name, pointer + "/name", "'*' means all and is no name");
            return null;
        }
        return read;
    }

    private Addresses own(YamlNode node, String pointer, String field) {
        return addresses.plain(
                ValueReader.field(node, field),
                pointer + "/" + field,
                field,
                "a server's " + field + " cannot name an address set; write the addresses out");
    }

    private List<String> enforcement(YamlNode node, String pointer) {
        List<String> kinds = new ArrayList<>();
        String at = pointer + "/enforcement";
        List<YamlNode> items =
                values.list(ValueReader.field(node, "enforcement"), at, "enforcement");
        for (int i = 0; i < items.size(); i++) {
            String kind =
                    values.word(
                            items.get(i),
                            PolicyErrors.child(at, i),
                            "a kind of enforcement point",
                            ENFORCEMENT);
            if (kind != null) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    ProtectedSource protectedSource(YamlNode node, String pointer, List<Server> servers) {
        String what = "a protected source";
        if (!values.isObject(node, pointer, FileFields.PROTECTED_SOURCE, what)) {
            return null;
        }
        String name = readName(node, pointer, what);
        YamlNode kindNode = values.required(node, pointer, "kind", what);
        String kind =
                values.word(
                        kindNode, pointer + "/kind", "a kind of protected source", SOURCE_KINDS);
        YamlNode list = values.required(node, pointer, "addresses", what);
        Addresses where = addresses.withSets(list, pointer + "/addresses", "addresses");
        if (list != null && list.isSequence() && list.items().isEmpty()) {
            values.errors().add(list, pointer + "/addresses", what + " needs an address");
        }
        String tier =
                values.word(
                        ValueReader.field(node, "tier"),
                        pointer + "/tier",
                        "the tier of a protected source",
                        GRANTED_TIERS);
        boolean forwards =
                values.flag(ValueReader.field(node, "forwards"), pointer + "/forwards", "forwards");
        if (name != null && isImplicit(name, servers)) {
            values.errors()
                    .add(
                            node,
                            pointer + "/name",
                            "the name '"
                                    + PolicyErrors.shown(name)
                                    + "' is taken: a server's own addresses and loopback are"
                                    + " protected sources of that name");
        }
        return name == null || kind == null || list == null
                ? null
                : new ProtectedSource(
                        name,
                        kind,
                        where,
                        tier == null ? Tier.INTERNAL : Tier.ofWord(tier),
                        forwards);
    }

    private static boolean isImplicit(String name, List<Server> servers) {
        return name.equalsIgnoreCase(LOOPBACK)
                || servers.stream().anyMatch(server -> server.name().equalsIgnoreCase(name));
    }
}

package io.postern.policy.yaml;

import io.postern.policy.Addresses;
import io.postern.policy.Block;
import io.postern.policy.From;
import io.postern.policy.Grant;
import io.postern.policy.Principal;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads grants and blocks. */
final class RuleReader {
    private static final String PROTECTED_PREFIX = "protected:";

    private final ValueReader values;
    private final AddressReader addresses;
    private final PrincipalReader principals;
    private final Names names;

    RuleReader(ValueReader values, AddressReader addresses, Names names) {
        this.values = values;
        this.addresses = addresses;
        this.principals = new PrincipalReader(values);
        this.names = names;
    }

    Grant grant(YamlNode node, String pointer) {
        if (!values.isObject(node, pointer, FileFields.GRANT, "a grant")) {
            return null;
        }
        String key = key(node, pointer, "a grant");
        From from = from(node, pointer, "a grant");
        To to = to(node, pointer, FileFields.TO);
        Tier tier = tier(node, pointer);
        Instant notBefore = instant(node, pointer, "notBefore");
        Instant expires = instant(node, pointer, "expires");
        if (notBefore != null && expires != null && !notBefore.isBefore(expires)) {
            values.errors()
                    .warn(node, pointer + "/expires", "it expires before it begins: never valid");
        }
        if (from != null && to != null && tier != null && to.pickup()) {
            checkPickup(node, pointer, from, tier);
        }
        String owner = prose(node, pointer, "owner");
        String reason = prose(node, pointer, "reason");
        String ticket = prose(node, pointer, "ticket");
        return key == null || from == null || to == null || tier == null
                ? null
                : new Grant(key, from, to, tier, owner, reason, ticket, notBefore, expires);
    }

    Block block(YamlNode node, String pointer) {
        if (!values.isObject(node, pointer, FileFields.BLOCK, "a block")) {
            return null;
        }
        String key = key(node, pointer, "a block");
        From from = from(node, pointer, "a block");
        To to = to(node, pointer, FileFields.BLOCK_TO);
        String reason = prose(node, pointer, "reason");
        Instant expires = instant(node, pointer, "expires");
        return key == null || from == null || to == null
                ? null
                : new Block(key, from, to, reason, expires);
    }

    private String prose(YamlNode node, String pointer, String field) {
        YamlNode value = ValueReader.field(node, field);
        return value == null ? null : values.prose(value, pointer + "/" + field, field);
    }

    private Instant instant(YamlNode node, String pointer, String field) {
        YamlNode value = ValueReader.field(node, field);
        return value == null ? null : values.instant(value, pointer + "/" + field, field);
    }

    private String key(YamlNode node, String pointer, String what) {
        YamlNode keyNode = values.required(node, pointer, "key", what);
        String key = keyNode == null ? null : values.name(keyNode, pointer + "/key", "a key");
        if (key != null && key.startsWith(PROTECTED_PREFIX)) {
            values.errors()
                    .add(
                            keyNode,
                            pointer + "/key",
                            "keys that begin with '"
                                    + PROTECTED_PREFIX
                                    + "' belong to protected sources");
            return null;
        }
        return key;
    }

    private Tier tier(YamlNode node, String pointer) {
        YamlNode tier = values.required(node, pointer, "tier", "a grant");
        if (tier != null && tier.isScalar() && tier.text().equals("none")) {
            values.errors()
                    .add(
                            tier,
                            pointer + "/tier",
                            "a grant's tier cannot be none; to deny, write a block (allowed:"
                                    + " internal, relay, trusted)");
            return null;
        }
        String word = values.word(tier, pointer + "/tier", "a tier", ServerReader.GRANTED_TIERS);
        return word == null ? null : Tier.ofWord(word);
    }

    private From from(YamlNode entry, String pointer, String what) {
        YamlNode node = values.required(entry, pointer, "from", what);
        String at = pointer + "/from";
        if (node == null || !values.isObject(node, at, FileFields.FROM, "from")) {
            return null;
        }
        Addresses where = addresses(node, at, "addresses");
        Addresses except = addresses(node, at, "except");
        List<String> accounts = identities(node, at, "accounts");
        List<String> computers = identities(node, at, "computers");
        refuseUsers(node, at);
        if (isEmpty(node, "addresses") && isEmpty(node, "accounts") && isEmpty(node, "computers")) {
            values.errors()
                    .add(
                            node,
                            at,
                            "from must not be empty: it needs addresses, accounts or computers"
                                    + (isEmpty(node, "except")
                                            ? ""
                                            : " (except alone means everybody else)"));
            return null;
        }
        return new From(where, except, accounts, computers);
    }

    /** Absent, or an empty list; a faulty value is reported as that, not as missing. */
    private static boolean isEmpty(YamlNode from, String field) {
        YamlNode value = from.members().get(field);
        return value == null || value.isSequence() && value.items().isEmpty();
    }

    private Addresses addresses(YamlNode node, String pointer, String field) {
        YamlNode list = ValueReader.field(node, field);
        return list == null
                ? Addresses.NOT_ASKED
                : addresses.withSets(list, pointer + "/" + field, field);
    }

    private List<String> identities(YamlNode node, String pointer, String field) {
        YamlNode list = ValueReader.field(node, field);
        if (list == null) {
            return List.of();
        }
        String at = pointer + "/" + field;
        List<String> found = principals.identities(list, at, field);
        if (list.isSequence()) {
            principals.warnOfUndeclared(list, at, names);
        }
        return found;
    }

    private void refuseUsers(YamlNode node, String pointer) {
        YamlNode list = ValueReader.field(node, "computers");
        List<YamlNode> items = list != null && list.isSequence() ? list.items() : List.of();
        for (int i = 0; i < items.size(); i++) {
            YamlNode item = items.get(i);
            Principal principal = item.isText() ? names.principal(item.text()).orElse(null) : null;
            String kind = principal == null ? "" : principal.kind();
            if (kind.equals("user") || kind.equals("gmsa")) {
                values.errors()
                        .add(
                                item,
                                PolicyErrors.child(pointer + "/computers", i),
                                "'"
                                        + PolicyErrors.shown(item.text())
                                        + "' is a "
                                        + kind
                                        + "; computers takes computers and groups, accounts takes"
                                        + " every principal");
            }
        }
    }

    private To to(YamlNode entry, String pointer, List<String> fields) {
        YamlNode node = ValueReader.field(entry, "to");
        if (node == null) {
            return To.EVERYWHERE;
        }
        String at = pointer + "/to";
        if (!values.isObject(node, at, fields, "to")) {
            return null;
        }
        List<String> servers = servers(ValueReader.field(node, "servers"), at + "/servers");
        YamlNode portsNode = ValueReader.field(node, "ports");
        List<Integer> ports = values.ports(portsNode, at + "/ports");
        if (ports != null && servers != null) {
            refuseUnknownPorts(portsNode, at + "/ports", ports, servers);
        }
        boolean pickup = values.flag(ValueReader.field(node, "pickup"), at + "/pickup", "pickup");
        return servers == null ? null : new To(servers, ports == null ? List.of() : ports, pickup);
    }

    /** Empty = all; null = faulty. */
    private List<String> servers(YamlNode node, String pointer) {
        if (node == null || node.isScalar() && node.text().equals("*")) {
            return List.of();
        }
        List<YamlNode> items = values.list(node, pointer, "servers");
        if (items.isEmpty()) {
            if (node.isSequence() && node.items().isEmpty()) {
                values.errors()
                        .add(
                                node,
                                pointer,
                                "servers is an empty list; leave it out or write ['*'] for all");
            }
            return null;
        }
        if (items.size() == 1 && items.get(0).isScalar() && items.get(0).text().equals("*")) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        boolean sound = true;
        for (int i = 0; i < items.size(); i++) {
            String name = server(items.get(i), PolicyErrors.child(pointer, i));
            if (name == null) {
                sound = false;
            } else {
                found.add(name);
            }
        }
        return sound ? found : null;
    }

    private String server(YamlNode node, String pointer) {
        String name = values.name(node, pointer, "a server's name");
        if (name == null) {
            return null;
        }
        if (name.equals("*")) {
            values.errors().add(node, pointer, "'*' means all servers and stands alone");
            return null;
        }
        if (names.server(name).isEmpty()) {
            values.errors()
                    .add(
                            node,
                            pointer,
                            "unknown server '"
                                    + PolicyErrors.shown(name)
                                    + "'"
                                    + values.errors().suggest(name, names.serverNames()));
            return null;
        }
        return name;
    }

    private void refuseUnknownPorts(
            YamlNode node, String pointer, List<Integer> ports, List<String> servers) {
        for (int i = 0; i < node.items().size(); i++) {
            YamlNode item = node.items().get(i);
            if (item.isScalar() && item.isInteger() && item.text().length() < 6) {
                int port = Integer.parseInt(item.text());
                if (ports.contains(port) && !names.hasPort(port, servers)) {
                    values.errors()
                            .add(
                                    item,
                                    PolicyErrors.child(pointer, i),
                                    "unknown port "
                                            + port
                                            + ": none of these servers has it (see ports of"
                                            + " servers)");
                }
            }
        }
    }

    /**
     * The pickup folder's ACL knows accounts and nothing else, and whoever writes there can relay.
     */
    private void checkPickup(YamlNode node, String pointer, From from, Tier tier) {
        YamlNode to = ValueReader.field(node, "to");
        String at = pointer + "/to/pickup";
        YamlNode pickup = ValueReader.field(to, "pickup");
        if (from.accounts().isEmpty()) {
            values.errors().add(pickup, at, "pickup: true needs accounts");
        }
        if (tier.compareTo(Tier.RELAY) < 0) {
            values.errors()
                    .add(
                            pickup,
                            at,
                            "pickup: true needs tier relay or trusted: whoever can write to the"
                                    + " pickup folder can relay");
        }
        if (!from.addresses().isAny() || !from.except().isAny() || !from.computers().isEmpty()) {
            values.errors()
                    .add(
                            pickup,
                            at,
                            "pickup: true takes no addresses, except or computers: the folder's"
                                    + " ACL knows only accounts");
        }
    }
}

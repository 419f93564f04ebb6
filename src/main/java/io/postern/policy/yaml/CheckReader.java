package io.postern.policy.yaml;

import io.postern.policy.Address;
import io.postern.policy.Addresses;
import io.postern.policy.Assertion;
import io.postern.policy.Guardrail;
import io.postern.policy.PolicyCheck;
import io.postern.policy.Server;
import java.time.Instant;
import java.util.List;

/** Reads assertions and guardrails. */
final class CheckReader {
    static final List<String> EXPECTATIONS =
            List.of("must-allow", "must-deny", "none", "internal", "relay", "trusted");
    static final List<String> LEVELS = List.of("advisory", "soft", "hard");

    private final ValueReader values;
    private final AddressReader addresses;
    private final PrincipalReader principals;
    private final Names names;

    CheckReader(ValueReader values, AddressReader addresses, Names names) {
        this.values = values;
        this.addresses = addresses;
        this.principals = new PrincipalReader(values);
        this.names = names;
    }

    Assertion assertion(YamlNode node, String pointer) {
        String what = "an assertion";
        if (!values.isObject(node, pointer, FileFields.ASSERTION, what)) {
            return null;
        }
        YamlNode keyNode = values.required(node, pointer, "key", what);
        String key = keyNode == null ? null : values.name(keyNode, pointer + "/key", "a key");
        YamlNode expectNode = values.required(node, pointer, "expect", what);
        String expect =
                values.word(expectNode, pointer + "/expect", "an expectation", EXPECTATIONS);
        YamlNode addressNode = values.required(node, pointer, "address", what);
        Address address =
                addressNode == null ? null : addresses.address(addressNode, pointer + "/address");
        Server server = server(node, pointer);
        Integer port = port(node, pointer, server);
        String account = identity(node, pointer, "account");
        String computer = identity(node, pointer, "computer");
        Instant at = values.instant(ValueReader.field(node, "at"), pointer + "/at", "at");
        String message =
                values.prose(ValueReader.field(node, "message"), pointer + "/message", "message");
        return key == null || expect == null || address == null || server == null || port == null
                ? null
                : new Assertion(
                        key, expect, address, account, computer, server.name(), port, at, message);
    }

    private Server server(YamlNode node, String pointer) {
        YamlNode serverNode = values.required(node, pointer, "server", "an assertion");
        String name =
                serverNode == null
                        ? null
                        : values.name(serverNode, pointer + "/server", "a server's name");
        Server server = name == null ? null : names.server(name).orElse(null);
        if (name != null && server == null) {
            values.errors()
                    .add(
                            serverNode,
                            pointer + "/server",
                            "unknown server '"
                                    + PolicyErrors.shown(name)
                                    + "'"
                                    + PolicyErrors.suggestion(name, names.serverNames()));
        }
        return server;
    }

    private Integer port(YamlNode node, String pointer, Server server) {
        YamlNode portNode = ValueReader.field(node, "port");
        Integer port =
                portNode == null ? Integer.valueOf(25) : values.port(portNode, pointer + "/port");
        if (server != null && port != null && !server.ports().contains(port)) {
            values.errors()
                    .add(
                            portNode == null ? node : portNode,
                            pointer + "/port",
                            "server '"
                                    + PolicyErrors.shown(server.name())
                                    + "' has no port "
                                    + port
                                    + " (it has "
                                    + server.ports()
                                    + ")");
        }
        return port;
    }

    /** A request's identity: (none) and (other) are allowed, a group with members is none. */
    private String identity(YamlNode node, String pointer, String field) {
        YamlNode value = ValueReader.field(node, field);
        if (value == null) {
            return null;
        }
        String at = pointer + "/" + field;
        if (value.isText()
                && (value.text().equalsIgnoreCase("(none)")
                        || value.text().equalsIgnoreCase("(other)"))) {
            return value.text();
        }
        String name = principals.identity(value, at, field);
        if (name == null) {
            return null;
        }
        names.principal(name)
                .ifPresent(
                        principal -> {
                            if (principal.isExpandable()) {
                                values.errors()
                                        .add(
                                                value,
                                                at,
                                                "'"
                                                        + PolicyErrors.shown(name)
                                                        + "' is a group with members and no"
                                                        + " identity; name a member");
                            } else if (field.equals("computer")
                                    && !List.of("computer", "group").contains(principal.kind())) {
                                values.errors()
                                        .add(
                                                value,
                                                at,
                                                "'"
                                                        + PolicyErrors.shown(name)
                                                        + "' is a "
                                                        + principal.kind()
                                                        + " and no computer");
                            }
                        });
        return name;
    }

    Guardrail guardrail(YamlNode node, String pointer) {
        String what = "a guardrail";
        if (!values.isObject(node, pointer, FileFields.GUARDRAIL, what)) {
            return null;
        }
        YamlNode ruleNode = values.required(node, pointer, "rule", what);
        String rule = rule(ruleNode, pointer + "/rule");
        String level =
                values.word(
                        ValueReader.field(node, "level"), pointer + "/level", "a level", LEVELS);
        Integer limit = limit(node, pointer, rule);
        Addresses ranges = ranges(node, pointer, rule);
        List<String> except =
                values.names(ValueReader.field(node, "except"), pointer + "/except", "except");
        return rule == null
                ? null
                : new Guardrail(rule, level == null ? "hard" : level, limit, ranges, except);
    }

    private String rule(YamlNode node, String pointer) {
        String rule = node == null ? null : values.name(node, pointer, "a rule");
        if (rule != null && !PolicyCheck.RULES.contains(rule)) {
            values.errors()
                    .add(
                            node,
                            pointer,
                            "unknown rule '"
                                    + PolicyErrors.shown(rule)
                                    + "'"
                                    + PolicyErrors.suggestion(rule, PolicyCheck.RULES));
            return null;
        }
        return rule;
    }

    private Integer limit(YamlNode node, String pointer, String rule) {
        YamlNode limit = ValueReader.field(node, "limit");
        if (rule == null) {
            return null;
        }
        int highest = PolicyCheck.highestLimit(rule);
        if (highest < 0 && limit != null) {
            values.errors().add(limit, pointer + "/limit", "rule '" + rule + "' takes no limit");
            return null;
        }
        if (highest >= 0 && limit == null) {
            values.errors()
                    .add(
                            node,
                            pointer,
                            "rule '"
                                    + rule
                                    + "' needs a limit, the shortest allowed prefix (0 to "
                                    + highest
                                    + ")");
        }
        return values.number(limit, pointer + "/limit", "limit", 0, highest);
    }

    private Addresses ranges(YamlNode node, String pointer, String rule) {
        YamlNode ranges = ValueReader.field(node, "ranges");
        if (ranges == null) {
            if (PolicyCheck.RELAY_RANGES.equals(rule)) {
                values.errors().add(node, pointer, "rule '" + rule + "' needs ranges");
            }
            return Addresses.NOT_ASKED;
        }
        if (rule != null && !rule.equals(PolicyCheck.RELAY_RANGES)) {
            values.errors().add(ranges, pointer + "/ranges", "rule '" + rule + "' takes no ranges");
        }
        return addresses.withSets(ranges, pointer + "/ranges", "ranges");
    }
}

package io.postern.policy.yaml;

import io.postern.policy.Address;
import io.postern.policy.Addresses;
import io.postern.policy.Assertion;
import io.postern.policy.Guardrail;
import io.postern.policy.GuardrailRule;
import io.postern.policy.PolicyCheck;
import io.postern.policy.Server;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
        GuardrailRule rule = rule(ruleNode, pointer + "/rule");
        String level =
                values.word(
                        ValueReader.field(node, "level"), pointer + "/level", "a level", LEVELS);
        Integer limit = limit(node, pointer, rule);
        Addresses ranges = ranges(node, pointer, rule);
        List<String> except =
                values.names(ValueReader.field(node, "except"), pointer + "/except", "except");
        if (rule == null) {
            return null;
        }
        boolean ownBound = limit != null || !ranges.isAny();
        return new Guardrail(
                rule.word(),
                level == null ? rule.level(ownBound).word() : level,
                limit,
                ranges,
                except);
    }

    private GuardrailRule rule(YamlNode node, String pointer) {
        String word = node == null ? null : values.name(node, pointer, "a rule");
        if (word == null) {
            return null;
        }
        Optional<GuardrailRule> rule = GuardrailRule.ofWord(word);
        if (rule.isEmpty()) {
            values.errors()
                    .add(
                            node,
                            pointer,
                            "unknown rule '"
                                    + PolicyErrors.shown(word)
                                    + "'"
                                    + PolicyErrors.suggestion(word, PolicyCheck.RULES));
        }
        return rule.orElse(null);
    }

    private Integer limit(YamlNode node, String pointer, GuardrailRule rule) {
        YamlNode limit = ValueReader.field(node, "limit");
        if (rule == null || limit == null) {
            return null;
        }
        if (!rule.takesLimit()) {
            values.errors()
                    .add(limit, pointer + "/limit", "rule '" + rule.word() + "' takes no limit");
            return null;
        }
        return values.number(limit, pointer + "/limit", "limit", 0, rule.highestLimit());
    }

    private Addresses ranges(YamlNode node, String pointer, GuardrailRule rule) {
        YamlNode ranges = ValueReader.field(node, "ranges");
        if (ranges == null) {
            return Addresses.NOT_ASKED;
        }
        String at = pointer + "/ranges";
        if (rule != null && !rule.takesRanges()) {
            values.errors().add(ranges, at, "rule '" + rule.word() + "' takes no ranges");
        }
        if (ranges.isSequence() && ranges.items().isEmpty()) {
            values.errors()
                    .add(
                            ranges,
                            at,
                            "ranges is an empty list; leave it out for the private and loopback"
                                    + " ranges");
        }
        return addresses.withSets(ranges, at, "ranges");
    }
}

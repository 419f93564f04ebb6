package io.postern.policy.yaml;

import io.postern.policy.EntryKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The field names of the policy file, in the order in which canonical YAML writes them. */
final class FileFields {
    static final List<String> ROOT = root();
    static final List<String> SERVER =
            List.of(
                    "name",
                    "addresses",
                    "ports",
                    "ring",
                    "enforcement",
                    "kerberosRanges",
                    "loadBalancedNames",
                    "mode",
                    "repair");
    static final List<String> PROTECTED_SOURCE =
            List.of("name", "kind", "addresses", "tier", "forwards");
    static final List<String> PRINCIPAL = List.of("name", "sid", "kind", "members");
    static final List<String> FROM = List.of("addresses", "except", "accounts", "computers");
    static final List<String> TO = List.of("servers", "ports", "pickup");
    static final List<String> BLOCK_TO = List.of("servers", "ports");
    static final List<String> GRANT =
            List.of(
                    "key",
                    "from",
                    "to",
                    "tier",
                    "owner",
                    "reason",
                    "ticket",
                    "notBefore",
                    "expires");
    static final List<String> BLOCK = List.of("key", "from", "to", "reason", "expires");
    static final List<String> ASSERTION =
            List.of(
                    "key",
                    "expect",
                    "address",
                    "account",
                    "computer",
                    "server",
                    "port",
                    "at",
                    "message");
    static final List<String> GUARDRAIL = List.of("rule", "level", "limit", "ranges", "except");

    private FileFields() {}

    private static List<String> root() {
        List<String> names = new ArrayList<>(List.of("version"));
        Arrays.stream(EntryKind.values()).map(EntryKind::section).forEach(names::add);
        return List.copyOf(names);
    }

    /** The fields of an entry; empty for accepted domains and address sets, which have none. */
    static List<String> of(EntryKind kind) {
        return switch (kind) {
            case ACCEPTED_DOMAIN, ADDRESS_SET -> List.of();
            case SERVER -> SERVER;
            case PROTECTED_SOURCE -> PROTECTED_SOURCE;
            case PRINCIPAL -> PRINCIPAL;
            case GRANT -> GRANT;
            case BLOCK -> BLOCK;
            case ASSERTION -> ASSERTION;
            case GUARDRAIL -> GUARDRAIL;
        };
    }

    /** The field that holds an entry's key; null = the entry itself, or its name outside. */
    static String keyOf(EntryKind kind) {
        return switch (kind) {
            case ACCEPTED_DOMAIN, ADDRESS_SET -> null;
            case SERVER, PROTECTED_SOURCE, PRINCIPAL -> "name";
            case GRANT, BLOCK, ASSERTION -> "key";
            case GUARDRAIL -> "rule";
        };
    }
}

package io.postern.policy.yaml;

import io.postern.policy.Addresses;
import io.postern.policy.Assertion;
import io.postern.policy.Block;
import io.postern.policy.CanonicalJson;
import io.postern.policy.EntryKind;
import io.postern.policy.Grant;
import io.postern.policy.Guardrail;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Principal;
import io.postern.policy.ProtectedSource;
import io.postern.policy.Server;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads entries to a policy: first what others refer to (sets, servers, principals), then the rest,
 * so that every reference is judged where it stands.
 */
final class PolicyReader {
    private static final Pattern DOMAIN =
            Pattern.compile(
                    "(\\*\\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9-]{2,63}");
    private static final List<EntryKind> ORDER =
            List.of(
                    EntryKind.ADDRESS_SET,
                    EntryKind.ACCEPTED_DOMAIN,
                    EntryKind.SERVER,
                    EntryKind.PRINCIPAL,
                    EntryKind.PROTECTED_SOURCE,
                    EntryKind.GRANT,
                    EntryKind.BLOCK,
                    EntryKind.ASSERTION,
                    EntryKind.GUARDRAIL);

    private final ValueReader values;
    private final AddressReader addresses;
    private final PolicyErrors errors;
    private final Map<EntryKind, Map<String, YamlNode>> seen = new EnumMap<>(EntryKind.class);
    private final Map<EntryKind, List<Entry>> entries = new EnumMap<>(EntryKind.class);
    private final List<String> acceptedDomains = new ArrayList<>();
    private final Map<String, Addresses> addressSets = new LinkedHashMap<>();
    private final List<Server> servers = new ArrayList<>();
    private final List<Principal> principals = new ArrayList<>();
    private final List<ProtectedSource> protectedSources = new ArrayList<>();
    private final List<Grant> grants = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final List<Assertion> assertions = new ArrayList<>();
    private final List<Guardrail> guardrails = new ArrayList<>();

    /** An entry that was read, its JSON not yet written: who only decides never asks for it. */
    private record Entry(EntryKind kind, String key, YamlNode node) {
        PolicyEntry written() {
            return new PolicyEntry(kind, key, CanonicalJson.write(node.plainValue()));
        }
    }

    PolicyReader(PolicyErrors errors) {
        this.errors = errors;
        values = new ValueReader(errors);
        addresses = new AddressReader(values);
        for (EntryKind kind : EntryKind.values()) {
            seen.put(kind, new HashMap<>());
            entries.put(kind, new ArrayList<>());
        }
    }

    /** Names compare in any case; keys as they are. */
    static String comparable(EntryKind kind, String key) {
        return switch (kind) {
            case ACCEPTED_DOMAIN, SERVER, PROTECTED_SOURCE, PRINCIPAL, ADDRESS_SET ->
                    key.toLowerCase(Locale.ROOT);
            case GRANT, BLOCK, ASSERTION, GUARDRAIL -> key;
        };
    }

    /** Reads all items; what could not be read is missing from the result and in the faults. */
    void read(List<EntryItem> items) {
        Map<EntryKind, List<EntryItem>> byKind = new EnumMap<>(EntryKind.class);
        items.forEach(
                item -> byKind.computeIfAbsent(item.kind(), any -> new ArrayList<>()).add(item));
        for (EntryKind kind : ORDER) {
            List<EntryItem> ofKind = byKind.getOrDefault(kind, List.of());
            if (ofKind.isEmpty()) {
                continue;
            }
            ofKind.forEach(this::refuseRepeated);
            switch (kind) {
                case ADDRESS_SET -> ofKind.forEach(this::addressSet);
                case ACCEPTED_DOMAIN -> ofKind.forEach(this::acceptedDomain);
                case SERVER -> readServers(ofKind);
                case PRINCIPAL -> readPrincipals(ofKind);
                case PROTECTED_SOURCE -> readProtectedSources(ofKind);
                case GRANT, BLOCK -> readRules(kind, ofKind);
                case ASSERTION -> readAssertions(ofKind);
                case GUARDRAIL -> readGuardrails(ofKind);
            }
        }
    }

    private void addressSet(EntryItem item) {
        String name = item.name();
        if (name.isBlank()
                || name.length() > PolicyDocument.MAX_NAME_LENGTH
                || name.startsWith("@")
                || !name.equals(name.strip())
                || ValueReader.hasControls(name)) {
            errors.add(
                    item.node(),
                    item.pointer(),
                    "an address set's name must be 1 to "
                            + PolicyDocument.MAX_NAME_LENGTH
                            + " characters without blanks around it or '@' in front; '@' belongs to"
                            + " its use");
            return;
        }
        Addresses set =
                addresses.plain(
                        item.node(),
                        item.pointer(),
                        "an address set",
                        "an address set cannot name another set; write its addresses out");
        addresses.define(name, set.set());
        addressSets.put(name, set);
        record(item, name);
    }

    private void acceptedDomain(EntryItem item) {
        String domain = values.name(item.node(), item.pointer(), "an accepted domain");
        if (domain != null && (domain.length() > 255 || !DOMAIN.matcher(domain).matches())) {
            errors.add(
                    item.node(),
                    item.pointer(),
                    "'" + PolicyErrors.shown(domain) + "' is not a domain such as contoso.example");
        } else if (domain != null) {
            acceptedDomains.add(domain);
            record(item, domain);
        }
    }

    private void readServers(List<EntryItem> items) {
        ServerReader reader = new ServerReader(values, addresses);
        for (EntryItem item : items) {
            Server server = reader.server(item.node(), item.pointer());
            if (server != null) {
                servers.add(server);
                record(item, server.name());
            }
        }
    }

    private void readPrincipals(List<EntryItem> items) {
        PrincipalReader reader = new PrincipalReader(values);
        for (EntryItem item : items) {
            Principal principal = reader.principal(item.node(), item.pointer());
            if (principal != null) {
                principals.add(principal);
                record(item, principal.name());
            }
        }
        Names names = new Names(principals, servers);
        for (EntryItem item : items) {
            reader.warnOfUndeclaredMembers(item.node(), item.pointer(), names);
        }
    }

    private void readProtectedSources(List<EntryItem> items) {
        ServerReader reader = new ServerReader(values, addresses);
        for (EntryItem item : items) {
            ProtectedSource source = reader.protectedSource(item.node(), item.pointer(), servers);
            if (source != null) {
                protectedSources.add(source);
                record(item, source.name());
            }
        }
    }

    private void readRules(EntryKind kind, List<EntryItem> items) {
        RuleReader reader = new RuleReader(values, addresses, new Names(principals, servers));
        for (EntryItem item : items) {
            if (kind == EntryKind.GRANT) {
                Grant grant = reader.grant(item.node(), item.pointer());
                if (grant != null) {
                    grants.add(grant);
                    record(item, grant.key());
                }
            } else {
                Block block = reader.block(item.node(), item.pointer());
                if (block != null) {
                    blocks.add(block);
                    record(item, block.key());
                }
            }
        }
    }

    private void readAssertions(List<EntryItem> items) {
        CheckReader reader = new CheckReader(values, addresses, new Names(principals, servers));
        for (EntryItem item : items) {
            Assertion assertion = reader.assertion(item.node(), item.pointer());
            if (assertion != null) {
                assertions.add(assertion);
                record(item, assertion.key());
            }
        }
    }

    private void readGuardrails(List<EntryItem> items) {
        CheckReader reader = new CheckReader(values, addresses, new Names(principals, servers));
        for (EntryItem item : items) {
            Guardrail guardrail = reader.guardrail(item.node(), item.pointer());
            if (guardrail != null) {
                guardrails.add(guardrail);
                record(item, guardrail.rule());
            }
        }
    }

    private void refuseRepeated(EntryItem item) {
        String field = FileFields.keyOf(item.kind());
        YamlNode key = item.node();
        if (field != null) {
            key = key.isMapping() ? ValueReader.field(key, field) : null;
        }
        String text = item.kind() == EntryKind.ADDRESS_SET ? item.name() : null;
        if (text == null && key != null && key.isText()) {
            text = key.text();
        }
        if (text == null) {
            return;
        }
        YamlNode first = seen.get(item.kind()).putIfAbsent(comparable(item.kind(), text), key);
        if (first != null) {
            boolean own = field == null || item.kind() == EntryKind.ADDRESS_SET;
            errors.add(
                    key,
                    own ? item.pointer() : item.pointer() + "/" + field,
                    "'"
                            + PolicyErrors.shown(text)
                            + "' stands twice in "
                            + item.kind().section()
                            + (errors.isPlaced() ? "; first on line " + first.line() : ""));
        }
    }

    /** Keeps the entry as it will be stored. */
    private void record(EntryItem item, String key) {
        entries.get(item.kind()).add(new Entry(item.kind(), key, item.node()));
    }

    /** The policy; only to be asked if there is no fault. */
    Policy policy() {
        return new Policy(
                acceptedDomains,
                servers,
                protectedSources,
                principals,
                addressSets,
                grants,
                blocks,
                assertions,
                guardrails);
    }

    /** All entries by kind, each kind in the order of the file; only if there is no fault. */
    List<PolicyEntry> entries() {
        List<PolicyEntry> all = new ArrayList<>();
        for (List<Entry> ofKind : entries.values()) {
            for (Entry entry : ofKind) {
                all.add(entry.written());
            }
        }
        return all;
    }

    /** The node of each entry's key, by kind and comparable key. */
    Map<EntryKind, Map<String, YamlNode>> keys() {
        return seen;
    }
}

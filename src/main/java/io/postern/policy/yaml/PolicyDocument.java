package io.postern.policy.yaml;

import io.postern.policy.EntryKind;
import io.postern.policy.InvalidPolicyException;
import io.postern.policy.KeyOrder;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.PolicyError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A whole policy as text and as model. Immutable, and safe for use by several threads. */
public final class PolicyDocument {
    /** Longest text that is read: 32 Mi characters. */
    public static final int MAX_CHARACTERS = 32 * 1024 * 1024;

    /** Most entries of one section. */
    public static final int MAX_ENTRIES = 200_000;

    /** Most items of one list inside an entry, such as addresses or members. */
    public static final int MAX_ITEMS = 100_000;

    /** Deepest nesting of lists and objects. */
    public static final int MAX_NESTING = 20;

    /** Longest name or key, in UTF-16 units. */
    public static final int MAX_NAME_LENGTH = 256;

    /**
     * A place in a text.
     *
     * @param line 1-based
     * @param column 1-based, in characters
     */
    public record Place(int line, int column) {}

    static final Comparator<PolicyEntry> ORDER =
            Comparator.comparing(PolicyEntry::kind)
                    .thenComparing(PolicyEntry::key, KeyOrder.CODE_POINT);

    private final Policy policy;
    private final List<PolicyError> warnings;
    private final Map<EntryKind, Map<String, YamlNode>> keys;

    /** Until the entries are asked for; then null. */
    private PolicyReader unwritten;

    private List<PolicyEntry> entries;

    private PolicyDocument(
            PolicyReader reader,
            List<PolicyError> warnings,
            Map<EntryKind, Map<String, YamlNode>> keys) {
        this.policy = reader.policy();
        this.unwritten = reader;
        this.keys = keys;
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Reads a policy file, YAML or JSON.
     *
     * @throws InvalidPolicyException with every fault, in order of place
     */
    public static PolicyDocument parse(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new InvalidPolicyException(
                    List.of(
                            new PolicyError(
                                    1,
                                    1,
                                    "",
                                    "the file is longer than "
                                            + MAX_CHARACTERS
                                            + " characters (32 MiB)")));
        }
        PolicyErrors errors = new PolicyErrors(true);
        YamlNode root = YamlText.read(text, errors.raw());
        if (root == null && errors.isEmpty()) {
            errors.add(1, 1, "", "the file is empty; a policy begins with 'version: 1'");
        }
        // What an alias stands for is unknown here, so the rest could only mislead.
        throwIfAny(errors);
        List<EntryItem> items = items(root, errors);
        return read(items, errors);
    }

    /**
     * The document of entries as they are stored.
     *
     * @throws InvalidPolicyException with every fault; lines and columns are 0, pointers are those
     *     of a file that lists the entries of each kind in the given order
     */
    public static PolicyDocument ofEntries(Collection<PolicyEntry> entries) {
        PolicyErrors errors = new PolicyErrors(false);
        List<EntryItem> items = new ArrayList<>();
        int[] counts = new int[EntryKind.values().length];
        for (PolicyEntry entry : entries) {
            String section = "/" + entry.kind().section();
            String pointer =
                    entry.kind() == EntryKind.ADDRESS_SET
                            ? PolicyErrors.child(section, entry.key())
                            : PolicyErrors.child(section, counts[entry.kind().ordinal()]++);
            YamlNode node = YamlText.read(entry.json(), errors.raw());
            if (node != null) {
                items.add(new EntryItem(entry.kind(), entry.key(), node, pointer));
            }
        }
        return read(items, errors);
    }

    private static PolicyDocument read(List<EntryItem> items, PolicyErrors errors) {
        PolicyReader reader = new PolicyReader(errors);
        reader.read(items);
        throwIfAny(errors);
        return new PolicyDocument(
                reader, errors.sortedWarnings(), errors.isPlaced() ? reader.keys() : Map.of());
    }

    static void throwIfAny(PolicyErrors errors) {
        if (!errors.isEmpty()) {
            throw new InvalidPolicyException(errors.sorted());
        }
    }

    private static List<EntryItem> items(YamlNode root, PolicyErrors errors) {
        ValueReader values = new ValueReader(errors);
        List<EntryItem> items = new ArrayList<>();
        if (!values.isObject(root, "", FileFields.ROOT, "a policy file")) {
            return items;
        }
        YamlNode version = values.required(root, "", "version", "a policy file");
        if (version != null
                && !(version.isScalar() && version.isInteger() && version.text().equals("1"))) {
            errors.add(version, "/version", "version must be 1, the only one there is");
        }
        for (EntryKind kind : EntryKind.values()) {
            YamlNode section = ValueReader.field(root, kind.section());
            if (section != null) {
                collect(kind, section, values, items);
            }
        }
        return items;
    }

    private static void collect(
            EntryKind kind, YamlNode section, ValueReader values, List<EntryItem> items) {
        String pointer = "/" + kind.section();
        int size = section.isMapping() ? section.members().size() : 0;
        size = section.isSequence() ? section.items().size() : size;
        if (size > MAX_ENTRIES) {
            values.errors()
                    .add(
                            section,
                            pointer,
                            kind.section()
                                    + " has "
                                    + size
                                    + " entries; at most "
                                    + MAX_ENTRIES
                                    + " are allowed");
        } else if (kind == EntryKind.ADDRESS_SET) {
            if (!section.isMapping()) {
                values.errors()
                        .add(
                                section,
                                pointer,
                                "addressSets must be an object of name: [addresses], not "
                                        + section.described());
                return;
            }
            YamlMembers members = section.members();
            for (int i = 0; i < members.size(); i++) {
                String name = members.name(i);
                items.add(
                        new EntryItem(
                                kind, name, members.value(i), PolicyErrors.child(pointer, name)));
            }
        } else {
            List<YamlNode> nodes =
                    section.isSequence()
                            ? section.items()
                            : values.list(section, pointer, kind.section());
            for (int i = 0; i < nodes.size(); i++) {
                items.add(new EntryItem(kind, null, nodes.get(i), PolicyErrors.child(pointer, i)));
            }
        }
    }

    /** The model. */
    public Policy policy() {
        return policy;
    }

    /** Every entry with its canonical JSON: by kind, within a kind in the order of the text. */
    public synchronized List<PolicyEntry> entries() {
        if (entries == null) {
            entries = List.copyOf(unwritten.entries());
            unwritten = null;
        }
        return entries;
    }

    /** What is allowed but probably not meant, in order of place; may be empty. */
    public List<PolicyError> warnings() {
        return warnings;
    }

    /**
     * Where an entry's key stands in the text.
     *
     * @param key as {@link PolicyEntry} has it
     * @return empty if there is no such entry, or if the document was not read from a text
     */
    public Optional<Place> place(EntryKind kind, String key) {
        YamlNode node = keys.getOrDefault(kind, Map.of()).get(PolicyReader.comparable(kind, key));
        return node == null ? Optional.empty() : Optional.of(new Place(node.line(), node.column()));
    }

    /**
     * Canonical YAML of the whole: sections in the order of {@link EntryKind}, entries by key,
     * fields in the schema's order. Equal policies give equal bytes; comments are not kept.
     */
    public String toYaml() {
        List<PolicyEntry> sorted = new ArrayList<>(entries());
        sorted.sort(ORDER);
        return YamlWriter.write(sorted);
    }
}

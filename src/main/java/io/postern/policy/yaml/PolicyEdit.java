package io.postern.policy.yaml;

import io.postern.policy.EntryKind;
import io.postern.policy.InvalidPolicyException;
import io.postern.policy.Operation;
import io.postern.policy.PolicyEntry;
import io.postern.policy.PolicyError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Applies proposed operations to the entries of a base. It stands here because it must parse. */
public final class PolicyEdit {
    private static final String BASE = "/base/";

    private record Key(EntryKind kind, String comparable) {}

    private record Origin(EntryKind kind, String key, YamlNode node, String pointer) {}

    private final List<Operation> operations;
    private final PolicyErrors errors = new PolicyErrors(false);
    private final Map<Key, Origin> whole = new LinkedHashMap<>();

    private PolicyEdit(List<Operation> operations) {
        this.operations = operations;
    }

    /**
     * The entries after the operations, sorted by kind, then key.
     *
     * @param base entries that are a valid policy
     * @throws InvalidPolicyException with every fault: an operation whose entry is faulty, that
     *     removes what is not there or repeats another's entry (pointers {@code
     *     /operations/<i>/...}), or a result that is no valid policy (pointer of the operation that
     *     broke it where that can be told, else {@code /operations})
     */
    public static List<PolicyEntry> apply(List<PolicyEntry> base, List<Operation> operations) {
        PolicyEdit edit = new PolicyEdit(operations);
        edit.addBase(base);
        edit.addOperations();
        return edit.result();
    }

    private void addBase(List<PolicyEntry> base) {
        for (PolicyEntry entry : base) {
            YamlNode node = YamlText.read(entry.json(), errors.raw());
            if (node != null) {
                String pointer = BASE + entry.kind().section() + " '" + entry.key() + "'";
                whole.put(
                        key(entry.kind(), entry.key()),
                        new Origin(entry.kind(), entry.key(), node, pointer));
            }
        }
    }

    private static Key key(EntryKind kind, String key) {
        return new Key(kind, PolicyReader.comparable(kind, key));
    }

    private void addOperations() {
        Map<Key, Integer> first = new HashMap<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            String pointer = "/operations/" + i;
            Key key = key(operation.kind(), operation.key());
            String what = operation.kind().section() + " '" + operation.key() + "'";
            Integer earlier = first.putIfAbsent(key, i);
            if (earlier != null) {
                errors.add(0, 0, pointer, what + " is already edited by operation " + earlier);
            } else if (operation.action() == Operation.Action.REMOVE) {
                if (whole.remove(key) == null) {
                    errors.add(0, 0, pointer, what + " cannot be removed: it is not there");
                }
            } else {
                put(operation, key, pointer + "/entry");
            }
        }
    }

    private void put(Operation operation, Key key, String pointer) {
        List<PolicyError> faults = new ArrayList<>();
        YamlNode node =
                operation.json().length() > PolicyDocument.MAX_CHARACTERS
                        ? null
                        : YamlText.read(operation.json(), faults);
        faults.forEach(fault -> errors.add(0, 0, pointer + fault.pointer(), fault.message()));
        if (node == null || !faults.isEmpty()) {
            if (faults.isEmpty()) {
                errors.add(0, 0, pointer, "the entry is empty or too long");
            }
            return;
        }
        String field = FileFields.keyOf(operation.kind());
        YamlNode own = node;
        if (field != null) {
            own = node.isMapping() ? ValueReader.field(node, field) : null;
        }
        boolean named = operation.kind() != EntryKind.ADDRESS_SET && own != null && own.isText();
        if (named && !key(operation.kind(), own.text()).equals(key)) {
            errors.add(
                    0,
                    0,
                    field == null ? pointer : pointer + "/" + field,
                    "the entry is '"
                            + PolicyErrors.shown(own.text())
                            + "' but the operation names '"
                            + PolicyErrors.shown(operation.key())
                            + "'");
        }
        whole.put(key, new Origin(operation.kind(), operation.key(), node, pointer));
    }

    private List<PolicyEntry> result() {
        PolicyReader reader = new PolicyReader(errors);
        reader.read(
                whole.values().stream()
                        .map(
                                origin ->
                                        new EntryItem(
                                                origin.kind(),
                                                origin.key(),
                                                origin.node(),
                                                origin.pointer()))
                        .toList());
        if (!errors.isEmpty()) {
            throw new InvalidPolicyException(
                    errors.sorted().stream()
                            .map(this::blamed)
                            .sorted(Comparator.comparingInt(PolicyEdit::number))
                            .toList());
        }
        List<PolicyEntry> entries = new ArrayList<>(reader.entries());
        entries.sort(PolicyDocument.ORDER);
        return entries;
    }

    /** Which operation a fault points to; those that point to none stand last. */
    private static int number(PolicyError error) {
        String[] parts = error.pointer().split("/");
        return parts.length > 2 ? Integer.parseInt(parts[2]) : Integer.MAX_VALUE;
    }

    /**
     * A fault of an entry of the base comes from an operation that took something from under it.
     */
    private PolicyError blamed(PolicyError error) {
        if (!error.pointer().startsWith(BASE)) {
            return error;
        }
        String place = error.pointer().substring(BASE.length());
        String pointer = "/operations";
        for (int i = 0; i < operations.size(); i++) {
            String key = operations.get(i).key();
            if (error.message().contains("'" + key + "'")
                    || error.message().contains("'@" + key + "'")) {
                pointer = "/operations/" + i;
            }
        }
        return new PolicyError(0, 0, pointer, "breaks " + place + ": " + error.message());
    }
}

package io.postern.enforcement.nftables;

import io.postern.enforcement.EnforcementStep;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One exchange of our table, in one transaction of the kernel's.
 *
 * @param table its name
 * @param before what was there; the same as {@code after} where something in the table is to be put
 *     right
 */
public record NftablesStep(String table, NftablesState before, NftablesState after)
        implements EnforcementStep {
    public NftablesStep {
        NftablesNames.checked(table);
        Objects.requireNonNull(before);
        Objects.requireNonNull(after);
    }

    @Override
    public NftablesStep inverse() {
        return new NftablesStep(table, after, before);
    }

    @Override
    public String description() {
        if (after.isAbsent()) {
            return "Remove table inet " + table + ", which keeps " + ports(before.ports()) + ".";
        }
        if (before.isAbsent()) {
            return "Make table inet "
                    + table
                    + " in "
                    + after.hook().word()
                    + ": "
                    + after.openings().stream()
                            .map(one -> "open " + ports(one.ports()) + " to " + ranges(one))
                            .collect(Collectors.joining("; "))
                    + ".";
        }
        List<String> changes = changes();
        return "Table inet "
                + table
                + ": "
                + (changes.isEmpty() ? "write it again as it was" : String.join("; ", changes))
                + ".";
    }

    private List<String> changes() {
        List<String> changes = new ArrayList<>();
        if (before.hook() != after.hook()) {
            changes.add("move it from " + before.hook().word() + " to " + after.hook().word());
        }
        if (before.hook() == after.hook() && !before.addresses().equals(after.addresses())) {
            changes.add(
                    "keep " + few(after.addresses()) + " instead of " + few(before.addresses()));
        }
        TreeSet<Integer> ports = new TreeSet<>(before.ports());
        ports.addAll(after.ports());
        for (int port : ports) {
            change(port, changes);
        }
        return changes;
    }

    private void change(int port, List<String> changes) {
        if (!after.ports().contains(port)) {
            changes.add("keep port " + port + " no longer");
            return;
        }
        AddressSet now = after.allowed(port);
        if (!before.ports().contains(port)) {
            changes.add("open port " + port + " to " + ranges(now.ranges().size()));
            return;
        }
        AddressSet was = before.allowed(port);
        if (!was.equals(now)) {
            changes.add(
                    "open port "
                            + port
                            + " to "
                            + ranges(now.ranges().size())
                            + " instead of "
                            + was.ranges().size()
                            + " ("
                            + now.subtract(was).ranges().size()
                            + " added, "
                            + was.subtract(now).ranges().size()
                            + " removed)");
        }
    }

    private static String ranges(NftablesState.Opening opening) {
        return ranges(opening.allowed().size());
    }

    private static String ranges(int count) {
        return count == 0 ? "nobody" : count + (count == 1 ? " range" : " ranges");
    }

    private static String ports(List<Integer> ports) {
        return ports.isEmpty()
                ? "no port"
                : (ports.size() == 1 ? "port " : "ports ")
                        + ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String few(List<String> texts) {
        return texts.size() <= 3
                ? String.join(", ", texts)
                : String.join(", ", texts.subList(0, 3)) + " and " + (texts.size() - 3) + " more";
    }
}

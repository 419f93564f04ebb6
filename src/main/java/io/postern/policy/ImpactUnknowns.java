package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Names what set algebra over disjoint leaves cannot see: somebody who is in two leaves at once
 * because one of them is a group whose members are not listed. Only pairs with an entry that one
 * side lacks count, for the rest of both policies is the same for such a person.
 */
final class ImpactUnknowns {
    static final int LIMIT = 1_000;

    private record Content(To to, int shape) {}

    private record Sided(ImpactShapes.Entry entry, boolean changed) {}

    private final ImpactUniverse universe;
    private final ImpactShapes shapes;
    private final Instant start;
    private final Set<String> found = new TreeSet<>(KeyOrder.CODE_POINT);

    ImpactUnknowns(ImpactUniverse universe, ImpactShapes shapes, Instant start) {
        this.universe = universe;
        this.shapes = shapes;
        this.start = start;
        collectGroupsOfOneSide(universe.before, universe.after);
        collectGroupsOfOneSide(universe.after, universe.before);
        List<Sided> entries = identityEntries();
        for (Sided one : entries) {
            if (one.changed()) {
                for (Sided two : entries) {
                    if (two != one) {
                        compare(one.entry(), two.entry());
                    }
                }
            }
        }
    }

    /** A leaf on one side that the other side knows as a group with members. */
    private void collectGroupsOfOneSide(Principals leafSide, Principals groupSide) {
        for (Principals.Leaf leaf : leafSide.leaves()) {
            if (groupSide.isGroupWithMembers(leaf.name())) {
                found.add(
                        "The members of '"
                                + leaf.name()
                                + "' are listed on one side only; who was in it on the other is"
                                + " not known, so it counts there as a principal of its own.");
            }
        }
    }

    /** Sentences in a fixed order; beyond the limit the last one counts the rest. */
    List<String> unknowns() {
        List<String> all = new ArrayList<>(found);
        if (all.size() <= LIMIT) {
            return all;
        }
        List<String> first = new ArrayList<>(all.subList(0, LIMIT));
        first.add("And " + (all.size() - LIMIT) + " more of this kind.");
        return first;
    }

    private List<Sided> identityEntries() {
        Set<Content> before = contents(shapes.before);
        Set<Content> after = contents(shapes.after);
        List<Sided> entries = new ArrayList<>();
        for (ImpactShapes.Entry entry : shapes.before) {
            if (asksIdentity(entry)) {
                entries.add(new Sided(entry, !after.contains(content(entry))));
            }
        }
        for (ImpactShapes.Entry entry : shapes.after) {
            if (asksIdentity(entry) && !before.contains(content(entry))) {
                entries.add(new Sided(entry, true));
            }
        }
        return entries;
    }

    private static Set<Content> contents(List<ImpactShapes.Entry> entries) {
        Set<Content> contents = new HashSet<>();
        entries.forEach(entry -> contents.add(content(entry)));
        return contents;
    }

    private static Content content(ImpactShapes.Entry entry) {
        return new Content(entry.to(), entry.shape());
    }

    private boolean asksIdentity(ImpactShapes.Entry entry) {
        ImpactShapes.Shape shape = shapes.shape(entry.shape());
        return shape.accounts() != null || shape.computers() != null;
    }

    private void compare(ImpactShapes.Entry one, ImpactShapes.Entry two) {
        ImpactShapes.Shape a = shapes.shape(one.shape());
        ImpactShapes.Shape b = shapes.shape(two.shape());
        if (meet(one.to(), two.to())
                && meetInTime(a, b)
                && !a.addresses().intersect(b.addresses()).isEmpty()) {
            compare("an account", one, a.accounts(), two, b.accounts());
            compare("a computer", one, a.computers(), two, b.computers());
        }
    }

    private void compare(
            String word, ImpactShapes.Entry one, BitSet a, ImpactShapes.Entry two, BitSet b) {
        if (a == null || b == null) {
            return;
        }
        int onlyA = hidden(a, b);
        int onlyB = hidden(b, a);
        if (onlyA < 0 || onlyB < 0) {
            return;
        }
        if (!universe.mayBeGroup(onlyA) && !universe.mayBeGroup(onlyB)) {
            return;
        }
        boolean inOrder = KeyOrder.CODE_POINT.compare(label(one), label(two)) <= 0;
        found.add(
                "Whether "
                        + word
                        + " is both in '"
                        + universe.word(inOrder ? onlyA : onlyB)
                        + "' ("
                        + label(inOrder ? one : two)
                        + ") and in '"
                        + universe.word(inOrder ? onlyB : onlyA)
                        + "' ("
                        + label(inOrder ? two : one)
                        + ") is not known, as the members are not listed; its tier may change"
                        + " otherwise than the regions say.");
    }

    /**
     * An identity of the first set that is not in the second, a group if there is one; -1 = none.
     */
    private int hidden(BitSet in, BitSet notIn) {
        BitSet rest = (BitSet) in.clone();
        rest.andNot(notIn);
        return rest.stream().filter(universe::mayBeGroup).findFirst().orElse(rest.nextSetBit(0));
    }

    private String label(ImpactShapes.Entry entry) {
        return (shapes.shape(entry.shape()).tier() == null ? "block " : "grant ") + entry.key();
    }

    private static boolean meet(To a, To b) {
        boolean servers =
                a.servers().isEmpty()
                        || b.servers().isEmpty()
                        || a.servers().stream()
                                .anyMatch(
                                        name ->
                                                b.servers().stream()
                                                        .anyMatch(name::equalsIgnoreCase));
        return servers
                && (a.ports().isEmpty()
                        || b.ports().isEmpty()
                        || a.ports().stream().anyMatch(b.ports()::contains));
    }

    private boolean meetInTime(ImpactShapes.Shape a, ImpactShapes.Shape b) {
        return begins(a, b) && begins(b, a) && lasts(a) && lasts(b);
    }

    private static boolean begins(ImpactShapes.Shape a, ImpactShapes.Shape b) {
        return a.expires() == null || b.notBefore() == null || b.notBefore().isBefore(a.expires());
    }

    private boolean lasts(ImpactShapes.Shape shape) {
        return start == null || shape.expires() == null || start.isBefore(shape.expires());
    }
}

package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Names what set algebra over disjoint leaves cannot see: somebody who is in two leaves at once
 * because one of them is a group whose members are not listed. Only pairs with an entry that one
 * side lacks count, for the rest of both policies is the same for such a person.
 */
final class ImpactUnknowns {
    static final int LIMIT = 1_000;

    /** Pairs of rules that are looked at; beyond, a sentence says that some were not. */
    private static final long MOST_PAIRS = 10_000_000;

    /** Nobody is in the one set and not in the other. */
    private static final int NOBODY = -1;

    /** The identities that rules ask for. */
    private record Asked(int accounts, int computers) {}

    private record SetPair(int one, int two) {}

    private final ImpactUniverse universe;
    private final ImpactRules rules;
    private final Instant start;
    private final Map<Integer, Boolean> groupSets = new HashMap<>();
    private final Map<SetPair, Integer> hidden = new HashMap<>();
    private long pairs;
    private final Set<String> found = new TreeSet<>(KeyOrder.CODE_POINT);

    ImpactUnknowns(ImpactUniverse universe, ImpactRules rules, Instant start) {
        this.universe = universe;
        this.rules = rules;
        this.start = start;
        collectGroupsOfOneSide(universe.before, universe.after);
        collectGroupsOfOneSide(universe.after, universe.before);
        Map<Asked, List<ImpactRule>> all = new LinkedHashMap<>();
        Map<Asked, List<ImpactRule>> changed = new LinkedHashMap<>();
        for (ImpactRule rule : rules.rules()) {
            if (rule.asksIdentity()) {
                Asked asked = new Asked(rule.accounts, rule.computers);
                all.computeIfAbsent(asked, any -> new ArrayList<>()).add(rule);
                if (!rules.isUnchanged(rule)) {
                    changed.computeIfAbsent(asked, any -> new ArrayList<>()).add(rule);
                }
            }
        }
        Map<Asked, List<ImpactRule>> withGroup = new LinkedHashMap<>(all);
        withGroup.keySet().removeIf(asked -> !holdsGroup(asked));
        // Of two that hold no group, everybody is known: most policies have few that do.
        changed.forEach(
                (one, ones) ->
                        (holdsGroup(one) ? all : withGroup)
                                .forEach((two, twos) -> compare(one, ones, two, twos)));
    }

    private boolean holdsGroup(Asked asked) {
        return holdsGroup(asked.accounts()) || holdsGroup(asked.computers());
    }

    private boolean holdsGroup(int set) {
        return set != ImpactRule.ANY
                && groupSets.computeIfAbsent(
                        set, any -> rules.identities(set).stream().anyMatch(universe::mayBeGroup));
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

    /** Sentences in a fixed order; beyond the limit the last one says that there are more. */
    List<String> unknowns() {
        List<String> all = new ArrayList<>(found);
        if (all.size() <= LIMIT) {
            if (pairs > MOST_PAIRS) {
                all.add(
                        "Only "
                                + MOST_PAIRS
                                + " pairs of entries were looked at for groups that may overlap;"
                                + " there are more.");
            }
            return all;
        }
        List<String> first = new ArrayList<>(all.subList(0, LIMIT));
        first.add("And more of this kind; only the first " + LIMIT + " are listed.");
        return first;
    }

    private void compare(Asked one, List<ImpactRule> ones, Asked two, List<ImpactRule> twos) {
        if (found.size() > LIMIT || pairs++ > MOST_PAIRS) {
            return;
        }
        boolean accounts = mayOverlap(one.accounts(), two.accounts());
        boolean computers = mayOverlap(one.computers(), two.computers());
        if (!accounts && !computers) {
            return;
        }
        for (ImpactRule a : ones) {
            for (ImpactRule b : twos) {
                if (found.size() > LIMIT || pairs++ > MOST_PAIRS) {
                    return;
                }
                if (a != b && meet(a, b)) {
                    if (accounts) {
                        tell("an account", a, a.accounts, b, b.accounts);
                    }
                    if (computers) {
                        tell("a computer", a, a.computers, b, b.computers);
                    }
                }
            }
        }
    }

    /** Whether somebody of the one set may also be somebody of the other, by a group. */
    private boolean mayOverlap(int one, int two) {
        if (one == ImpactRule.ANY
                || two == ImpactRule.ANY
                || !holdsGroup(one) && !holdsGroup(two)) {
            return false;
        }
        int onlyOne = hidden(one, two);
        int onlyTwo = hidden(two, one);
        return onlyOne != NOBODY
                && onlyTwo != NOBODY
                && (universe.mayBeGroup(onlyOne) || universe.mayBeGroup(onlyTwo));
    }

    /** An identity of the first set that is not in the second, a group if there is one. */
    private int hidden(int in, int notIn) {
        return hidden.computeIfAbsent(
                new SetPair(in, notIn),
                any -> {
                    BitSet rest = (BitSet) rules.identities(in).clone();
                    rest.andNot(rules.identities(notIn));
                    return rest.stream()
                            .filter(universe::mayBeGroup)
                            .findFirst()
                            .orElse(rest.nextSetBit(0));
                });
    }

    private boolean meet(ImpactRule a, ImpactRule b) {
        return begins(a, b)
                && begins(b, a)
                && lasts(a)
                && lasts(b)
                && places(a).intersects(places(b))
                && overlap(a.addresses, b.addresses);
    }

    private BitSet places(ImpactRule rule) {
        BitSet places = (BitSet) rules.places(rule.to, true).clone();
        places.or(rules.places(rule.to, false));
        return places;
    }

    private static boolean overlap(AddressSet a, AddressSet b) {
        AddressSet few = a.ranges().size() <= b.ranges().size() ? a : b;
        AddressSet many = few == a ? b : a;
        return few.ranges().stream().anyMatch(many::overlaps);
    }

    private static boolean begins(ImpactRule a, ImpactRule b) {
        return a.expires == null || b.notBefore == null || b.notBefore.isBefore(a.expires);
    }

    private boolean lasts(ImpactRule rule) {
        return start == null || rule.expires == null || start.isBefore(rule.expires);
    }

    private void tell(String word, ImpactRule one, int a, ImpactRule two, int b) {
        boolean inOrder = KeyOrder.CODE_POINT.compare(label(one), label(two)) <= 0;
        int first = inOrder ? hidden(a, b) : hidden(b, a);
        int second = inOrder ? hidden(b, a) : hidden(a, b);
        found.add(
                "Whether "
                        + word
                        + " is both in '"
                        + universe.word(first)
                        + "' ("
                        + label(inOrder ? one : two)
                        + ") and in '"
                        + universe.word(second)
                        + "' ("
                        + label(inOrder ? two : one)
                        + ") is not known, as the members are not listed; its tier may change"
                        + " otherwise than the regions say.");
    }

    /** One label whichever side comes first. */
    private static String label(ImpactRule rule) {
        String was = rule.key(true);
        String is = rule.key(false);
        String key =
                was == null || is != null && KeyOrder.CODE_POINT.compare(is, was) < 0 ? is : was;
        return (rule.level == ImpactRule.BLOCK ? "block " : "grant ") + key;
    }
}

package io.postern.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The principals of one policy by name (in any case) and SID: its leaves, numbered from 0, and its
 * groups with members. A name that an entry uses and nobody declares is a leaf too.
 */
final class Principals {
    /** A request without a proven identity. */
    static final String NONE_WORD = "(none)";

    /** Any proven principal the policy does not know. */
    static final String OTHER_WORD = "(other)";

    static final int NONE = -2;
    static final int OTHER = -1;

    /**
     * SYSTEM, LOCAL SERVICE and NETWORK SERVICE: the same on every machine, so they say nothing.
     */
    static final Set<String> SHARED_SIDS = Set.of("s-1-5-18", "s-1-5-19", "s-1-5-20");

    static final String SHARED_SID_ADVICE =
            " is the same on every computer; name the computer's own account in accounts instead";

    /**
     * One identity.
     *
     * @param sid null = not stated
     * @param kind null = not declared
     */
    record Leaf(String name, String sid, String kind) {
        boolean mayBeComputer() {
            return kind == null || kind.equals("computer") || kind.equals("group");
        }

        boolean mayBeGroup() {
            return kind == null || kind.equals("group");
        }
    }

    private final List<Leaf> leaves = new ArrayList<>();
    private final Map<String, Integer> leafByName = new HashMap<>();
    private final Map<String, Integer> groupByName = new HashMap<>();
    private final List<int[]> membersOfGroup = new ArrayList<>();
    private final Map<List<String>, BitSet> expanded = new HashMap<>();

    Principals(Policy policy) {
        int groups = 0;
        for (Principal principal : policy.principals()) {
            if (principal.isExpandable()) {
                groupByName.put(fold(principal.name()), groups);
                if (principal.sid() != null) {
                    groupByName.put(fold(principal.sid()), groups);
                }
                groups++;
            } else {
                add(new Leaf(principal.name(), principal.sid(), principal.kind()));
            }
        }
        for (Principal principal : policy.principals()) {
            if (principal.isExpandable()) {
                int[] members = new int[principal.members().size()];
                for (int i = 0; i < members.length; i++) {
                    members[i] = refer(principal.members().get(i));
                }
                membersOfGroup.add(members);
            }
        }
        policy.grants().forEach(grant -> addImplicit(grant.from()));
        policy.blocks().forEach(block -> addImplicit(block.from()));
    }

    static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private void add(Leaf leaf) {
        leafByName.put(fold(leaf.name()), leaves.size());
        if (leaf.sid() != null) {
            leafByName.put(fold(leaf.sid()), leaves.size());
        }
        leaves.add(leaf);
    }

    private void addImplicit(From from) {
        from.accounts().forEach(this::refer);
        from.computers().forEach(this::refer);
    }

    /** What a name means: a leaf, which it becomes if nobody declared it, or -1 less a group. */
    private int refer(String name) {
        String folded = fold(name);
        Integer group = groupByName.get(folded);
        if (group != null) {
            return -1 - group;
        }
        Integer leaf = leafByName.get(folded);
        if (leaf != null) {
            return leaf;
        }
        add(new Leaf(name, folded.startsWith("s-1-") ? name : null, null));
        return leaves.size() - 1;
    }

    List<Leaf> leaves() {
        return leaves;
    }

    /** The leaf of a name or SID; OTHER if there is none, groups with members included. */
    int leaf(String name) {
        return leafByName.getOrDefault(fold(name), OTHER);
    }

    /** Whether it names a leaf or a group with members. */
    boolean isKnown(String name) {
        return leaf(name) != OTHER || isGroupWithMembers(name);
    }

    /** Whether it names a group with members, which is no identity of its own. */
    boolean isGroupWithMembers(String name) {
        return groupByName.containsKey(fold(name));
    }

    /**
     * The identity a request states: NONE, OTHER or a leaf.
     *
     * @param asked name or SID; null = not proven
     * @throws IllegalArgumentException if it cannot be an identity, for a user to read
     */
    int identity(String asked, boolean asComputer) {
        if (asked == null || asked.equalsIgnoreCase(NONE_WORD)) {
            return NONE;
        }
        if (asked.equalsIgnoreCase(OTHER_WORD)) {
            return OTHER;
        }
        if (SHARED_SIDS.contains(fold(asked))) {
            throw new IllegalArgumentException("'" + asked + "'" + SHARED_SID_ADVICE);
        }
        if (isGroupWithMembers(asked)) {
            throw new IllegalArgumentException(
                    "'" + asked + "' is a group with members and no identity; name a member");
        }
        int leaf = leaf(asked);
        if (asComputer && leaf >= 0 && !leaves.get(leaf).mayBeComputer()) {
            throw new IllegalArgumentException(
                    "'"
                            + asked
                            + "' is a "
                            + leaves.get(leaf).kind()
                            + "; a computer is a computer account or a group");
        }
        return leaf;
    }

    /**
     * The leaves by the names that need no second look, those {@link #identity} never refuses for
     * an account: twice the leaf, and one more if it may be a computer.
     */
    IndexNames plainNames() {
        IndexNames plain = new IndexNames(leafByName.size());
        for (int leaf = 0; leaf < leaves.size(); leaf++) {
            putPlain(plain, leaves.get(leaf).name(), leaf);
            if (leaves.get(leaf).sid() != null) {
                putPlain(plain, leaves.get(leaf).sid(), leaf);
            }
        }
        return plain;
    }

    private void putPlain(IndexNames plain, String name, int leaf) {
        String folded = fold(name);
        if (leafByName.get(folded) == leaf
                && !groupByName.containsKey(folded)
                && !folded.equals(NONE_WORD)
                && !folded.equals(OTHER_WORD)
                && !SHARED_SIDS.contains(folded)) {
            plain.put(name, leaf * 2 + (leaves.get(leaf).mayBeComputer() ? 1 : 0));
        }
    }

    /** The leaves that the names stand for, groups expanded; a cycle adds nothing. */
    BitSet expand(List<String> names) {
        return expanded.computeIfAbsent(names, this::expandNow);
    }

    /** As {@link #expand}, keeping nothing: for who asks once. */
    BitSet expandNow(List<String> names) {
        BitSet found = new BitSet();
        BitSet seen = new BitSet();
        Deque<Integer> open = new ArrayDeque<>();
        for (String name : names) {
            String folded = fold(name);
            Integer group = groupByName.get(folded);
            Integer leaf = leafByName.get(folded);
            if (group != null) {
                open.push(group);
            } else if (leaf != null) {
                found.set(leaf);
            }
        }
        while (!open.isEmpty()) {
            int group = open.pop();
            if (!seen.get(group)) {
                seen.set(group);
                for (int member : membersOfGroup.get(group)) {
                    if (member >= 0) {
                        found.set(member);
                    } else {
                        open.push(-1 - member);
                    }
                }
            }
        }
        return found;
    }
}

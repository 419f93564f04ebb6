package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Walks once over the addresses at which rules begin and end, and says where which keys apply. Only
 * where a rule applies that one side lacks: elsewhere nothing can change.
 */
final class ImpactSweep {
    /** Places that the same destinations cover on both sides. */
    private static final class Group {
        private final int number;
        private final BitSet places = new BitSet();
        private final int[] before;
        private final int[] after;
        private final int[] any;

        /** Of at most two destinations the states fit one number, which most groups have. */
        private final Map<Object, ImpactKey> known = new HashMap<>();

        private ImpactKey current;
        private int since;

        Group(int number, BitSet before, BitSet after) {
            this.number = number;
            this.before = before.stream().toArray();
            this.after = after.stream().toArray();
            BitSet both = (BitSet) before.clone();
            both.or(after);
            any = both.stream().toArray();
        }
    }

    /** Where a key applies: stretches of positions, each of one group. */
    static final class Runs {
        private int[] cells = new int[12];
        private int size;

        private void add(int group, int from, int to) {
            if (size == cells.length) {
                cells = Arrays.copyOf(cells, size * 2);
            }
            cells[size++] = group;
            cells[size++] = from;
            cells[size++] = to;
        }

        int count() {
            return size / 3;
        }

        int group(int run) {
            return cells[3 * run];
        }

        int from(int run) {
            return cells[3 * run + 1];
        }

        int to(int run) {
            return cells[3 * run + 2];
        }
    }

    private final ImpactRules rules;
    private final Instant start;
    private final ImpactDestination[] destinations;
    private final List<Group> groups = new ArrayList<>();
    private final List<List<Group>> groupsOf = new ArrayList<>();
    private final List<ImpactRule> relevant = new ArrayList<>();
    private final ImpactEdges edges;
    private final Map<ImpactKey, ImpactKey> keys = new HashMap<>();
    private final Map<ImpactKey, Runs> runs = new LinkedHashMap<>();

    /**
     * Walks.
     *
     * @param start only the time from here on counts; null = all time
     */
    ImpactSweep(ImpactRules rules, int places, Instant start) {
        this.rules = rules;
        this.start = start;
        destinations = new ImpactDestination[rules.destinationCount()];
        Arrays.setAll(destinations, any -> new ImpactDestination());
        AddressSet within = changedAddresses();
        if (within.isEmpty()) {
            edges = new ImpactEdges(List.of(), within);
            return;
        }
        for (ImpactRule rule : rules.rules()) {
            if (rule.isEverywhere() && rule.asksIdentity()) {
                destinations[rule.to].addEverywhere(rule);
            } else {
                relevant.add(rule);
            }
        }
        edges = new ImpactEdges(relevant, within);
        collectGroups(places);
        walk(0, edges.firstIpv6());
        walk(edges.firstIpv6(), edges.size());
    }

    private AddressSet changedAddresses() {
        List<AddressRange> ranges = new ArrayList<>();
        for (ImpactRule rule : rules.rules()) {
            if (!rules.isUnchanged(rule)) {
                if (rule.isEverywhere()) {
                    return AddressSet.ALL;
                }
                ranges.addAll(rule.addresses.ranges());
            }
        }
        AddressSet changed = AddressSet.of(ranges);
        return changed.equals(AddressSet.ALL) ? AddressSet.ALL : changed;
    }

    private void collectGroups(int places) {
        BitSet used = new BitSet();
        edges.stretches().forEach(stretch -> used.set(stretch.rule.to));
        for (int i = 0; i < destinations.length; i++) {
            groupsOf.add(new ArrayList<>());
            if (!destinations[i].everywhere().isEmpty()) {
                used.set(i);
            }
        }
        Map<List<BitSet>, Group> byCover = new LinkedHashMap<>();
        for (int place = 0; place < places; place++) {
            BitSet before = covering(used, place, true);
            BitSet after = covering(used, place, false);
            byCover.computeIfAbsent(
                            List.of(before, after), any -> new Group(byCover.size(), before, after))
                    .places
                    .set(place);
        }
        for (Group group : byCover.values()) {
            groups.add(group);
            for (int destination : group.any) {
                groupsOf.get(destination).add(group);
            }
        }
    }

    private BitSet covering(BitSet used, int place, boolean ofBefore) {
        BitSet found = new BitSet();
        used.stream().filter(d -> rules.places(d, ofBefore).get(place)).forEach(found::set);
        return found;
    }

    private void walk(int from, int to) {
        for (ImpactDestination destination : destinations) {
            destination.restart();
        }
        for (Group group : groups) {
            group.current = null;
        }
        BitSet touched = new BitSet();
        BitSet moved = new BitSet();
        for (int position = from; position < to; position++) {
            touched.clear();
            for (ImpactEdges.Stretch stretch : edges.closing(position)) {
                destinations[stretch.rule.to].close(stretch.rule);
                touched.set(stretch.rule.to);
            }
            for (ImpactEdges.Stretch stretch : edges.opening(position)) {
                destinations[stretch.rule.to].open(stretch.rule);
                touched.set(stretch.rule.to);
            }
            moved.clear();
            for (int d = touched.nextSetBit(0); d >= 0; d = touched.nextSetBit(d + 1)) {
                moved.set(d, destinations[d].isMoved());
            }
            if (position == from) {
                groups.forEach(group -> move(group, from));
            } else {
                for (int d = moved.nextSetBit(0); d >= 0; d = moved.nextSetBit(d + 1)) {
                    for (Group group : groupsOf.get(d)) {
                        move(group, position);
                    }
                }
            }
        }
        for (Group group : groups) {
            end(group, to);
            group.current = null;
        }
    }

    private void move(Group group, int position) {
        ImpactKey key = key(group);
        if (key != group.current) {
            end(group, position);
            group.current = key;
            group.since = position;
        }
    }

    private void end(Group group, int position) {
        if (group.current != null && group.since < position) {
            runs.computeIfAbsent(group.current, any -> new Runs())
                    .add(group.number, group.since, position);
        }
    }

    /** The one key that equals what applies now; null = nothing can change. */
    private ImpactKey key(Group group) {
        Object state = state(group);
        ImpactKey key = group.known.get(state);
        if (key == null && !group.known.containsKey(state)) {
            key = keyNow(group);
            key = key == null ? null : keys.computeIfAbsent(key, fresh -> fresh);
            group.known.put(state, key);
        }
        return key;
    }

    private Object state(Group group) {
        if (group.any.length <= 2) {
            long state = 0;
            for (int destination : group.any) {
                state = state << 32 | destinations[destination].state();
            }
            return state;
        }
        Integer[] states = new Integer[group.any.length];
        for (int i = 0; i < states.length; i++) {
            states[i] = destinations[group.any[i]].state();
        }
        return Arrays.asList(states);
    }

    private ImpactKey keyNow(Group group) {
        if (!isChanged(group)) {
            return null;
        }
        Side before = new Side(group.before, true);
        Side after = new Side(group.after, false);
        ImpactKey key =
                new ImpactKey(
                        before.steps,
                        after.steps,
                        new ImpactKey.Sources(
                                before.everywhere, after.everywhere, before.bound, after.bound));
        boolean same = before.steps.equals(after.steps) && !key.asksIdentity();
        return same ? null : key;
    }

    private boolean isChanged(Group group) {
        for (int destination : group.any) {
            if (destinations[destination].isChanged(
                    contains(group.before, destination), contains(group.after, destination))) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(int[] sorted, int number) {
        return Arrays.binarySearch(sorted, number) >= 0;
    }

    /** One side of a key. */
    private final class Side {
        private ImpactSteps steps = ImpactSteps.constant(0);
        private final List<Integer> everywhere = new ArrayList<>();
        private final List<ImpactRule> bound = new ArrayList<>();

        Side(int[] covering, boolean ofBefore) {
            int highest = 0;
            List<ImpactRule> special = new ArrayList<>();
            for (int number : covering) {
                ImpactDestination destination = destinations[number];
                if (destination.isBlocked(ofBefore)) {
                    return;
                }
                highest = Math.max(highest, destination.highest(ofBefore));
                destination.addSpecial(ofBefore, special);
            }
            special.sort(Comparator.comparingInt(rule -> rule.number));
            List<ImpactRule> dated = new ArrayList<>();
            for (ImpactRule rule : special) {
                if (rule.level > highest || rule.level == ImpactRule.BLOCK) {
                    (rule.asksIdentity() ? bound : dated).add(rule);
                }
            }
            steps = ImpactSteps.highest(highest, dated, start);
            for (int number : covering) {
                if (destinations[number].hasEverywhere(ofBefore)) {
                    everywhere.add(number);
                }
            }
        }
    }

    /** The keys that apply somewhere and where, in the order of their first address. */
    Map<ImpactKey, Runs> runs() {
        return runs;
    }

    ImpactEdges edges() {
        return edges;
    }

    /** Identity rules without addresses of a destination. */
    List<ImpactRule> everywhere(int destination) {
        return destinations[destination].everywhere();
    }

    /** The places of a group, by number. */
    BitSet places(int group) {
        return groups.get(group).places;
    }
}

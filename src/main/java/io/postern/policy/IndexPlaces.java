package io.postern.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The places of a policy (one for each port of each server), numbered, as the leaves of a tree. A
 * set of places is the few subtrees that make it up: all places are the root alone. Immutable once
 * built.
 */
final class IndexPlaces {
    /** Up to so many places one level of the tree holds all. */
    private static final int FLAT = 16;

    private static final int DEEP_BITS = 3;

    private final Policy policy;
    private final IndexNames names;
    private final int[][] ports;
    private final int[][] places;
    private final int count;
    private final int bits;
    private final int levels;
    private final int[] levelStart;

    IndexPlaces(Policy policy) {
        this.policy = policy;
        List<Server> servers = policy.servers();
        names = new IndexNames(servers.size());
        ports = new int[servers.size()][];
        places = new int[servers.size()][];
        List<int[]> order = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            names.put(servers.get(i).name(), i);
            ports[i] = servers.get(i).ports().stream().mapToInt(Integer::intValue).toArray();
            places[i] = new int[ports[i].length];
            for (int j = 0; j < ports[i].length; j++) {
                order.add(new int[] {i, j});
            }
        }
        sort(order);
        count = order.size();
        for (int place = 0; place < count; place++) {
            places[order.get(place)[0]][order.get(place)[1]] = place;
        }
        int needed = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, count - 1));
        bits = count <= FLAT ? needed : DEEP_BITS;
        levels = count <= FLAT ? 1 : (needed + bits - 1) / bits;
        levelStart = new int[levels + 2];
        for (int level = 0; level <= levels; level++) {
            levelStart[level + 1] = levelStart[level] + (1 << bits * level);
        }
    }

    /** Neighbours share what entries more often name whole: a port, or a server. */
    private void sort(List<int[]> order) {
        long distinct = order.stream().mapToInt(x -> ports[x[0]][x[1]]).distinct().count();
        if (distinct < ports.length) {
            order.sort((a, b) -> Integer.compare(ports[a[0]][a[1]], ports[b[0]][b[1]]));
        }
    }

    /**
     * The place of a server's port.
     *
     * @throws IllegalArgumentException if the policy lacks either, for a user to read
     */
    int place(String server, int port) {
        int index = names.find(server);
        int place = index < 0 ? -1 : placeAt(index, port);
        if (place < 0) {
            index = policy.servers().indexOf(PolicyEvaluator.server(policy, server, port));
            place = placeAt(index, port);
        }
        return place;
    }

    private int placeAt(int server, int port) {
        int[] known = ports[server];
        for (int i = 0; i < known.length; i++) {
            if (known[i] == port) {
                return places[server][i];
            }
        }
        return -1;
    }

    /** Width of the tree, as a power of two. */
    int bits() {
        return bits;
    }

    /** Levels of the tree below its root, 1 or more. */
    int levels() {
        return levels;
    }

    /** How many subtrees there are; the root is 0, those of one level stand together. */
    int subtrees() {
        return levelStart[levels + 1];
    }

    /** The first subtree of a level. */
    int levelStart(int level) {
        return levelStart[level];
    }

    /** Finds subtrees for many entries; one build has one, in one thread. */
    final class Cover {
        private static final int[] EVERYWHERE = {0};

        private final Map<To, int[]> found = new HashMap<>();
        private final Map<String, Integer> byName = new HashMap<>();
        private final int[] members = new int[1 << bits * levels];

        Cover() {
            for (int i = 0; i < places.length; i++) {
                byName.putIfAbsent(fold(policy.servers().get(i).name()), i);
            }
        }

        /** The subtrees in which the entry applies; empty = nowhere. */
        int[] of(To to) {
            if (count > 0 && to.servers().isEmpty() && to.ports().isEmpty()) {
                return EVERYWHERE;
            }
            return found.computeIfAbsent(to, this::find);
        }

        private int[] find(To to) {
            boolean[] chosen = new boolean[count];
            if (to.servers().isEmpty()) {
                for (int server = 0; server < places.length; server++) {
                    choose(server, to, chosen);
                }
            } else {
                for (String name : to.servers()) {
                    Integer server = byName.get(fold(name));
                    if (server != null) {
                        choose(server, to, chosen);
                    }
                }
            }
            int size = 0;
            for (int place = 0; place < count; place++) {
                if (chosen[place]) {
                    members[size++] = place;
                }
            }
            int[] cover = new int[size];
            return Arrays.copyOf(cover, cover(0, 0, 0, size, cover, 0));
        }

        private void choose(int server, To to, boolean[] chosen) {
            for (int i = 0; i < ports[server].length; i++) {
                if (to.ports().isEmpty() || to.ports().contains(ports[server][i])) {
                    chosen[places[server][i]] = true;
                }
            }
        }

        /** Adds the subtrees that make up members[from, to) of this subtree; the new size. */
        private int cover(int level, int index, int from, int to, int[] cover, int size) {
            if (from == to) {
                return size;
            }
            int width = bits * (levels - level);
            int first = index << width;
            if (to - from == Math.min(count, first + (1 << width)) - first) {
                cover[size] = levelStart[level] + index;
                return size + 1;
            }
            int start = from;
            for (int child = 0; child < 1 << bits; child++) {
                int below = (index << bits) + child;
                int end = start;
                while (end < to && members[end] >>> width - bits == below) {
                    end++;
                }
                size = cover(level + 1, below, start, end, cover, size);
                start = end;
            }
            return size;
        }

        /** Equal exactly for names that equalsIgnoreCase takes as equal. */
        private static String fold(String name) {
            return name.codePoints()
                    .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
                    .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)
                    .toString();
        }
    }
}

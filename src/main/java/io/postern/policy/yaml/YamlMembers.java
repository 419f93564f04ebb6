package io.postern.policy.yaml;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The members of a mapping in the order of the text, each name once, with the names' places. */
final class YamlMembers {
    private static final int SEARCHED = 12;

    private String[] names = new String[4];
    private YamlNode[] values = new YamlNode[4];
    private int[] places = new int[8];
    private Map<String, Integer> index;
    private int size;

    /** Whether it was added; false = the name is there already. */
    boolean add(String name, int line, int column, YamlNode value) {
        if (indexOf(name) >= 0) {
            return false;
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
            places = Arrays.copyOf(places, 4 * size);
        }
        names[size] = name;
        values[size] = value;
        places[2 * size] = line;
        places[2 * size + 1] = column;
        size++;
        if (index != null) {
            index.put(name, size - 1);
        } else if (size > SEARCHED) {
            index = new HashMap<>();
            for (int i = 0; i < size; i++) {
                index.put(names[i], i);
            }
        }
        return true;
    }

    int size() {
        return size;
    }

    /** Where a name stands; -1 = it is absent. */
    int indexOf(String name) {
        if (index != null) {
            return index.getOrDefault(name, -1);
        }
        for (int i = 0; i < size; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    boolean has(String name) {
        return indexOf(name) >= 0;
    }

    /** The value of a name; null = it is absent. */
    YamlNode get(String name) {
        int found = indexOf(name);
        return found < 0 ? null : values[found];
    }

    String name(int number) {
        return names[number];
    }

    YamlNode value(int number) {
        return values[number];
    }

    /** Where the name stands, 1-based. */
    int line(int number) {
        return places[2 * number];
    }

    /** Where the name stands, 1-based. */
    int column(int number) {
        return places[2 * number + 1];
    }
}

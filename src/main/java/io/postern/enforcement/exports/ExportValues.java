package io.postern.enforcement.exports;

import io.postern.enforcement.ExchangeText;
import io.postern.enforcement.VisibleText;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Reads single properties of an exported object; what is wrong goes to the faults. */
final class ExportValues {
    private final ExportFaults faults;

    ExportValues(ExportFaults faults) {
        this.faults = faults;
    }

    /** The text of a property; null = it is missing or nothing. */
    static String text(ExportNode object, String property, String... inside) {
        ExportNode value = object.member(property);
        return value == null ? null : value.textOr(inside);
    }

    /** True or false; null = missing, or a fault was told. */
    Boolean bool(ExportNode object, String property, String who) {
        ExportNode value = object.member(property);
        if (value == null || value.isNothing()) {
            return null;
        }
        String text = String.valueOf(value.text);
        if (text.equalsIgnoreCase("true") || text.equals("1")) {
            return true;
        }
        if (text.equalsIgnoreCase("false") || text.equals("0")) {
            return false;
        }
        faults.add(
                value,
                who + ": " + property + " '" + VisibleText.of(text) + "' is not true or false");
        return null;
    }

    /**
     * Flags as words, as their sum, or as a list of either.
     *
     * @param words the words by their number
     * @param unknown what an unknown word or bit counts as; null = nothing
     */
    <E extends Enum<E>> Set<E> flags(
            ExportNode object,
            String property,
            Class<E> type,
            Map<Integer, E> words,
            Function<E, String> word,
            E unknown,
            String who) {
        Set<E> found = EnumSet.noneOf(type);
        ExportNode value = object.member(property);
        for (ExportNode one : value == null ? List.<ExportNode>of() : value.values()) {
            for (String part : parts(one)) {
                if (part.matches("[0-9]{1,9}")) {
                    addBits(Integer.parseInt(part), words, found, unknown, one, property, who);
                } else if (!part.equalsIgnoreCase("None")) {
                    E flag = byWord(part, words, word);
                    if (flag == null) {
                        faults.note(
                                one,
                                who
                                        + ": "
                                        + property
                                        + " '"
                                        + VisibleText.of(part)
                                        + "' is not known here; kept as it is");
                        flag = unknown;
                    }
                    if (flag != null) {
                        found.add(flag);
                    }
                }
            }
        }
        return found;
    }

    private static List<String> parts(ExportNode value) {
        List<String> parts = new ArrayList<>();
        String text = value.text != null ? value.text : value.number;
        if (text != null) {
            for (String part : text.split(",")) {
                if (!part.isBlank()) {
                    parts.add(part.strip());
                }
            }
        }
        return parts;
    }

    private <E extends Enum<E>> void addBits(
            int sum,
            Map<Integer, E> words,
            Set<E> found,
            E unknown,
            ExportNode at,
            String property,
            String who) {
        int rest = sum;
        for (Map.Entry<Integer, E> entry : words.entrySet()) {
            if ((sum & entry.getKey()) != 0) {
                found.add(entry.getValue());
                rest &= ~entry.getKey();
            }
        }
        if (rest != 0) {
            faults.note(at, who + ": " + property + " has the unknown flag " + rest + "; kept");
            if (unknown != null) {
                found.add(unknown);
            }
        }
    }

    /** One word or number; null = missing, or a fault was told. */
    <E> E one(
            ExportNode object,
            String property,
            Map<Integer, E> words,
            Function<E, String> word,
            String who) {
        ExportNode value = object.member(property);
        if (value == null || value.isNothing()) {
            return null;
        }
        String text = String.valueOf(value.text).strip();
        E found =
                text.matches("[0-9]{1,9}")
                        ? words.get(Integer.parseInt(text))
                        : byWord(text, words, word);
        if (found == null) {
            List<String> allowed = words.values().stream().map(word).sorted().toList();
            faults.add(
                    value,
                    who
                            + ": "
                            + property
                            + " '"
                            + VisibleText.of(text)
                            + "' is none of "
                            + String.join(", ", allowed));
        }
        return found;
    }

    private static <E> E byWord(String text, Map<Integer, E> words, Function<E, String> word) {
        for (E value : words.values()) {
            if (word.apply(value).equalsIgnoreCase(text)) {
                return value;
            }
        }
        return null;
    }

    /**
     * A time span such as {@code 00:00:05} in milliseconds; null = missing, or a fault was told.
     */
    Integer millis(ExportNode object, String property, String who) {
        ExportNode value = object.member(property);
        if (value == null || value.isNothing()) {
            return null;
        }
        String text = value.text;
        if (text == null && value.member("TotalMilliseconds") != null) {
            String total = String.valueOf(value.member("TotalMilliseconds").text);
            if (total.matches("[0-9]{1,9}(\\.[0-9]+)?")) {
                return (int) Double.parseDouble(total);
            }
        }
        try {
            return ExchangeText.millis(text == null ? "" : text);
        } catch (IllegalArgumentException e) {
            faults.add(
                    value,
                    who
                            + ": "
                            + property
                            + " '"
                            + VisibleText.of(value.summary())
                            + "' is not a time span such as 00:00:05");
            return null;
        }
    }
}

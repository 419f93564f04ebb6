package io.postern.enforcement.outlook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the guard of a machine should be, or was read back to be: values that hold for whoever is
 * logged on and whatever version is installed, and where it is otherwise. Plain data for an agent
 * and its journal. Immutable.
 *
 * @param userValues by name; other values are left as they are
 * @param machineValues likewise
 * @param deviations by key and name; none in what a compiler gives
 */
public record OutlookGuardState(
        Map<String, Integer> userValues,
        Map<String, Integer> machineValues,
        List<GuardDeviation> deviations) {
    public OutlookGuardState {
        userValues = sorted(userValues);
        machineValues = sorted(machineValues);
        deviations =
                deviations.stream()
                        .sorted(
                                Comparator.comparing(GuardDeviation::key, GuardKey.ORDER)
                                        .thenComparing(GuardDeviation::name))
                        .toList();
        if (!GuardValues.USER.containsAll(userValues.keySet())
                || !GuardValues.MACHINE.containsAll(machineValues.keySet())) {
            throw new IllegalArgumentException("only the guard's own values are kept");
        }
    }

    /** The same everywhere. */
    public static OutlookGuardState of(GuardProfile profile) {
        return new OutlookGuardState(
                profile.userValues(),
                Map.of(GuardValues.OBJECT_MODEL_GUARD, GuardValues.WARN_ALWAYS),
                List.of());
    }

    private static SortedMap<String, Integer> sorted(Map<String, Integer> values) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** The values of a key but for deviations. */
    Map<String, Integer> values(GuardKey key) {
        return key.user() == null ? machineValues : userValues;
    }

    /**
     * SHA-256, lower-case hex, over UTF-8 lines: {@code postern-outlook-guard-1}, {@code
     * user.<name>=<value>}, {@code machine.<name>=<value>} and {@code <path>\<name>=<value>} of
     * each deviation, in their order; {@code absent} and {@code unreadable} stand for a value.
     */
    public String digest() {
        StringBuilder text = new StringBuilder("postern-outlook-guard-1\n");
        userValues.forEach((name, value) -> line(text, "user." + name, value.toString()));
        machineValues.forEach((name, value) -> line(text, "machine." + name, value.toString()));
        for (GuardDeviation one : deviations) {
            String value = one.value() == null ? "absent" : one.value().toString();
            line(
                    text,
                    one.key().path() + "\\" + one.name(),
                    one.isReadable() ? value : "unreadable");
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append('=').append(value).append('\n');
    }
}

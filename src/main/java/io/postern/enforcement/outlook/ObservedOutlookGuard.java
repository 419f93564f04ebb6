package io.postern.enforcement.outlook;

import java.util.List;
import java.util.Map;

/**
 * The guard of one machine as it was read. Immutable.
 *
 * @param keys one for each version of Outlook that is installed and each view it is in, and for
 *     each such version and user whose hive is loaded; who is not logged on is not seen
 * @param notes what was odd but readable, for people
 */
public record ObservedOutlookGuard(List<ObservedGuardKey> keys, List<String> notes) {
    public ObservedOutlookGuard {
        keys = keys.stream().sorted((a, b) -> GuardKey.ORDER.compare(a.key(), b.key())).toList();
        notes = List.copyOf(notes);
        if (keys.stream().map(ObservedGuardKey::key).distinct().count() != keys.size()) {
            throw new IllegalArgumentException("a key is there twice");
        }
    }

    /** A machine with Outlook 2016 or later as installed, and nobody logged on. */
    public static ObservedOutlookGuard ofFreshMachine() {
        return new ObservedOutlookGuard(
                List.of(
                        new ObservedGuardKey(
                                GuardKey.ofMachine(GuardKey.View.NATIVE, "16.0"),
                                Map.of(),
                                List.of())),
                List.of());
    }
}

package io.postern.enforcement.pickup;

import io.postern.policy.AddressSet;
import io.postern.policy.IdentityCondition;
import io.postern.policy.Passage;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pickup folder as a way into a server around SMTP. Who can write is counted by the folder's
 * list alone, since whoever is logged on there needs no share; the administrators and services of
 * the server itself are left out.
 */
public final class PickupPassages {
    /** The kind of this enforcement point, with which keys of passages begin. */
    public static final String KIND = "pickup";

    /** ANONYMOUS LOGON and Guests: nothing is proven. */
    private static final Set<String> UNPROVEN = Set.of("S-1-5-7", "S-1-5-32-546");

    /** Everyone, and whoever is logged on in some way: every account may be meant. */
    private static final Set<String> EVERY_ACCOUNT =
            Set.of(
                    "S-1-1-0",
                    "S-1-2-0",
                    "S-1-5-2",
                    "S-1-5-3",
                    "S-1-5-4",
                    "S-1-5-6",
                    "S-1-5-11",
                    "S-1-5-14",
                    "S-1-5-15",
                    "S-1-5-32-545");

    private PickupPassages() {}

    /** Whether a SID stands for everybody, or for more than the policy can know. */
    static boolean isEverybody(String sid) {
        return UNPROVEN.contains(sid) || EVERY_ACCOUNT.contains(sid);
    }

    /**
     * What the folder lets through: tier RELAY from every address, for each who can write.
     *
     * @param port the port it is counted as, or each of several
     */
    public static List<Passage> of(ObservedPickup observed, List<Integer> port) {
        List<Passage> passages = new ArrayList<>();
        for (Map.Entry<String, String> writer : writers(observed).entrySet()) {
            for (int each : port) {
                passages.add(
                        new Passage(
                                KIND + ": " + writer.getValue(),
                                each,
                                Tier.RELAY,
                                AddressSet.ALL,
                                condition(observed, writer.getKey()),
                                IdentityCondition.ANYBODY));
            }
        }
        return passages;
    }

    /** Names of who can write, by SID. */
    private static Map<String, String> writers(ObservedPickup observed) {
        Map<String, String> writers = new LinkedHashMap<>();
        if (observed.isDisabled()) {
            return writers;
        }
        for (FolderEntry entry : observed.entries()) {
            if (entry.isWriting()
                    && !ObservedPickup.NEEDED.contains(entry.sid())
                    && !isDenied(observed, entry)) {
                writers.putIfAbsent(entry.sid(), entry.shown());
            }
        }
        if (observed.owner() != null && !ObservedPickup.NEEDED.contains(observed.owner())) {
            writers.putIfAbsent(observed.owner(), observed.owner());
        }
        return writers;
    }

    static boolean isDenied(ObservedPickup observed, FolderEntry allowing) {
        return observed.entries().stream()
                .anyMatch(entry -> entry.is(allowing.sid()) && entry.deniesWritingOf(allowing));
    }

    private static IdentityCondition condition(ObservedPickup observed, String sid) {
        if (UNPROVEN.contains(sid)) {
            return IdentityCondition.ANYBODY;
        }
        List<FolderEntry> allowing =
                observed.entries().stream()
                        .filter(entry -> entry.is(sid) && entry.isWriting())
                        .toList();
        boolean isOwner = sid.equals(observed.owner());
        List<String> except =
                observed.entries().stream()
                        .filter(entry -> !isOwner && !isEverybody(entry.sid()) && !entry.is(sid))
                        .filter(entry -> allowing.stream().allMatch(entry::deniesWritingOf))
                        .map(FolderEntry::sid)
                        .distinct()
                        .toList();
        return EVERY_ACCOUNT.contains(sid)
                ? IdentityCondition.provenBut(except)
                : IdentityCondition.oneOf(List.of(sid), except);
    }
}

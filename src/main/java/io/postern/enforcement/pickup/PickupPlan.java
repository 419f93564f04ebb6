package io.postern.enforcement.pickup;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The steps from what a pickup folder's lists hold to what they should hold, and what they mean.
 * The folder's own entry marks an account as let in by us: it is made first and taken away last, so
 * that an agent killed in between finds its traces. Entries of others are never written.
 */
public final class PickupPlan {
    private PickupPlan() {}

    /**
     * The steps: those let in newly, then those no longer.
     *
     * @throws IllegalArgumentException if {@link PickupRefusal} has reasons
     */
    public static List<PickupStep> between(ObservedPickup observed, PickupState wanted) {
        List<String> reasons = PickupRefusal.reasons(observed, wanted);
        if (!reasons.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", reasons));
        }
        List<PickupStep> steps = new ArrayList<>();
        for (String sid : wanted.writers()) {
            boolean isHeld = isHeld(observed, sid);
            if (!isHeld) {
                steps.add(new PickupStep.AddFolderEntry(sid));
            }
            boolean isWanted = wanted.shareWriters().contains(sid);
            for (FolderShare share : observed.ownShares()) {
                boolean isThere = isHeld && isOn(share, sid);
                if (isWanted && !isThere) {
                    steps.add(new PickupStep.AddShareEntry(share.name(), sid));
                } else if (!isWanted && isThere) {
                    steps.add(new PickupStep.RemoveShareEntry(share.name(), sid));
                }
            }
        }
        for (String sid : writers(observed)) {
            if (!wanted.writers().contains(sid)) {
                for (FolderShare share : observed.ownShares()) {
                    if (isOn(share, sid)) {
                        steps.add(new PickupStep.RemoveShareEntry(share.name(), sid));
                    }
                }
                steps.add(new PickupStep.RemoveFolderEntry(sid));
            }
        }
        return List.copyOf(steps);
    }

    /** What of it is ours, as a state that {@link #between} can lead back to. */
    public static PickupState held(ObservedPickup observed) {
        List<String> writers = List.copyOf(writers(observed));
        return new PickupState(
                writers,
                writers.stream()
                        .filter(
                                sid ->
                                        observed.ownShares().stream()
                                                .allMatch(share -> isOn(share, sid)))
                        .toList());
    }

    /** Whether two are the same but for the order of entries and the names of accounts. */
    public static boolean isSame(ObservedPickup one, ObservedPickup other) {
        return Objects.equals(one.path(), other.path())
                && Objects.equals(one.owner(), other.owner())
                && one.inherits() == other.inherits()
                && entries(one).equals(entries(other))
                && shares(one).equals(shares(other));
    }

    private static Set<FolderEntry> entries(ObservedPickup observed) {
        return observed.entries().stream()
                .map(FolderEntry::withoutName)
                .collect(Collectors.toSet());
    }

    private static Map<String, Set<ShareEntry>> shares(ObservedPickup observed) {
        Map<String, Set<ShareEntry>> shares = new HashMap<>();
        for (FolderShare share : observed.shares()) {
            shares.put(
                    share.name().toLowerCase(Locale.ROOT),
                    share.entries().stream()
                            .map(ShareEntry::withoutName)
                            .collect(Collectors.toSet()));
        }
        return shares;
    }

    static boolean isHeld(ObservedPickup observed, String sid) {
        return observed.entries().stream().anyMatch(entry -> entry.isOwn() && entry.is(sid));
    }

    static boolean isOn(FolderShare share, String sid) {
        return share.entries().stream().anyMatch(entry -> entry.isOwnOf(sid));
    }

    private static TreeSet<String> writers(ObservedPickup observed) {
        TreeSet<String> writers = new TreeSet<>();
        observed.entries().stream()
                .filter(FolderEntry::isOwn)
                .forEach(entry -> writers.add(entry.sid()));
        return writers;
    }

    /**
     * What is there after a step.
     *
     * @throws IllegalStateException if the step cannot be taken there
     */
    public static ObservedPickup apply(ObservedPickup observed, PickupStep step) {
        String sid = step.sid();
        if (step instanceof PickupStep.AddFolderEntry) {
            requireNone(observed.entries(), entry -> entry.isOwn() && entry.is(sid), step);
            return observed.withEntries(plus(observed.entries(), FolderEntry.own(sid)));
        }
        if (step instanceof PickupStep.RemoveFolderEntry) {
            return observed.withEntries(
                    without(observed.entries(), entry -> entry.isOwn() && entry.is(sid), step));
        }
        if (step instanceof PickupStep.AddShareEntry add) {
            FolderShare share = share(observed, add.share());
            requireNone(share.entries(), entry -> entry.isAllow() && entry.is(sid), step);
            return with(observed, share, plus(share.entries(), ShareEntry.own(sid)));
        }
        FolderShare share = share(observed, ((PickupStep.RemoveShareEntry) step).share());
        return with(observed, share, without(share.entries(), entry -> entry.isOwnOf(sid), step));
    }

    private static FolderShare share(ObservedPickup observed, String name) {
        return observed.ownShares().stream()
                .filter(share -> share.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "there is no share '" + name + "' of the folder"));
    }

    private static ObservedPickup with(
            ObservedPickup observed, FolderShare changed, List<ShareEntry> entries) {
        FolderShare after = new FolderShare(changed.name(), true, entries);
        return observed.withShares(
                observed.shares().stream().map(one -> one == changed ? after : one).toList());
    }

    private static <T> List<T> plus(List<T> all, T more) {
        List<T> both = new ArrayList<>(all);
        both.add(more);
        return both;
    }

    private static <T> void requireNone(List<T> all, Predicate<T> isIt, PickupStep step) {
        if (all.stream().anyMatch(isIt)) {
            throw new IllegalStateException("it is there already: " + step.description());
        }
    }

    private static <T> List<T> without(List<T> all, Predicate<T> isIt, PickupStep step) {
        List<T> left = all.stream().filter(isIt.negate()).toList();
        if (left.size() != all.size() - 1) {
            throw new IllegalStateException("there must be one entry: " + step.description());
        }
        return left;
    }
}

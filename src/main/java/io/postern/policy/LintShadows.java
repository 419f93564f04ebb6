package io.postern.policy;

import io.postern.policy.PolicyCheck.Finding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds entries without an effect of their own. Each is judged against what is left once those
 * found before it are gone, so that removing all of them changes no tier either.
 */
final class LintShadows {
    private final LintSpace space;
    private final LintCovers covers;
    private final Set<LintEntry> gone = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Looks at all entries.
     *
     * @param told entries that are no finding here, since another one already says to remove them
     */
    LintShadows(LintSpace space, Predicate<LintEntry> told) {
        this.space = space;
        List<LintEntry> all = new ArrayList<>(space.sources());
        all.addAll(space.grants());
        all.addAll(space.blocks());
        all.removeIf(entry -> !space.canMatch(entry));
        findDuplicates(all);
        // What lasts longest is tried first among entries of the same addresses.
        List<LintEntry> left = new ArrayList<>(all);
        left.removeIf(gone::contains);
        left.sort(Comparator.comparingLong(LintEntry::until).reversed());
        covers = new LintCovers(space, left);
        List<LintEntry> judged = new ArrayList<>(all);
        judged.removeIf(
                entry ->
                        entry.kind() == EntryKind.PROTECTED_SOURCE
                                || gone.contains(entry)
                                || told.test(entry));
        // What does least goes first, so that the entries that remain are few and large.
        Map<LintEntry, Double> sizes = new IdentityHashMap<>();
        judged.forEach(entry -> sizes.put(entry, size(space.addressSet(entry.addresses()))));
        judged.sort(
                Comparator.comparing(LintEntry::isBlock)
                        .thenComparing(
                                LintEntry::tier, Comparator.nullsLast(Comparator.naturalOrder()))
                        .thenComparing(sizes::get)
                        .thenComparing(LintEntry::position, Comparator.reverseOrder()));
        judged.forEach(this::findShadow);
    }

    List<Finding> findings() {
        return findings;
    }

    /** The entries found: duplicates and shadowed ones. */
    Set<LintEntry> found() {
        return gone;
    }

    /** How many addresses, as near as a double can: it only orders. */
    private static double size(AddressSet set) {
        double size = 0;
        for (AddressRange range : set.ranges()) {
            long low = range.high().low() - range.low().low();
            long borrow = Long.compareUnsigned(range.high().low(), range.low().low()) < 0 ? 1 : 0;
            long high = range.high().high() - range.low().high() - borrow;
            size += unsigned(high) * 0x1p64 + unsigned(low) + 1;
        }
        return size;
    }

    private static double unsigned(long value) {
        return (value >>> 1) * 2.0 + (value & 1);
    }

    private void findDuplicates(List<LintEntry> all) {
        Map<LintEntry.Effect, LintEntry> first = new HashMap<>();
        for (LintEntry entry : all) {
            LintEntry same = first.putIfAbsent(entry.effect(), entry);
            if (same != null && entry.kind() != EntryKind.PROTECTED_SOURCE) {
                gone.add(entry);
                findings.add(
                        Finding.advice(
                                PolicyCheck.DUPLICATE,
                                entry.kind(),
                                entry.key(),
                                capital(entry.named())
                                        + " does exactly what "
                                        + same.named()
                                        + " does.",
                                same.kind() == EntryKind.PROTECTED_SOURCE
                                        ? "Remove it: the protected source stays."
                                        : "Remove one of them; keep the owner and reason that still"
                                                + " hold."));
            }
        }
    }

    private void findShadow(LintEntry entry) {
        Set<LintEntry> by = coverers(entry);
        if (by.isEmpty()) {
            return;
        }
        gone.add(entry);
        covers.remove(entry);
        boolean blocked = !entry.isBlock() && by.stream().allMatch(LintEntry::isBlock);
        findings.add(
                Finding.advice(
                        PolicyCheck.SHADOWED,
                        entry.kind(),
                        entry.key(),
                        told(entry, by, blocked),
                        blocked
                                ? "Remove it, or lift the block."
                                : "Remove it, or narrow what covers it if this one was meant to"
                                        + " decide."));
    }

    private static String told(LintEntry entry, Set<LintEntry> by, boolean blocked) {
        String names = PolicyCheck.some(by.stream().map(LintEntry::key).toList());
        String subject = capital(entry.named());
        String blocks = by.size() == 1 ? "block " : "blocks ";
        if (entry.isBlock()) {
            return subject
                    + " denies nothing of its own: "
                    + blocks
                    + names
                    + (by.size() == 1 ? " does already." : " do already.");
        }
        if (blocked) {
            return subject
                    + " never takes effect: "
                    + blocks
                    + names
                    + (by.size() == 1 ? " beats all of it." : " beat all of it.");
        }
        boolean mixed = by.stream().anyMatch(LintEntry::isBlock);
        String verb =
                by.size() == 1
                        ? " gives as much."
                        : mixed ? " give as much or deny it." : " together give as much.";
        return subject + " has no effect of its own: " + names + verb;
    }

    /** Entries that together leave nothing to it, as few as a walk finds; empty = none. */
    private Set<LintEntry> coverers(LintEntry entry) {
        AddressSet addresses = space.addressSet(entry.addresses());
        Set<LintEntry> by = new LinkedHashSet<>();
        for (AddressRange range : addresses.ranges()) {
            Address at = range.low();
            while (at != null) {
                Step step = new Step(entry, addresses, range.high(), by.isEmpty());
                covers.visit(entry, at, step);
                if (step.entry == null) {
                    return Set.of();
                }
                if (step.coversAll) {
                    return Set.of(step.entry);
                }
                by.add(step.entry);
                at = step.high.compareTo(range.high()) >= 0 ? null : step.high.next().orElse(null);
            }
        }
        return by;
    }

    /** Of the entries that hold an address, the one that reaches furthest. */
    private final class Step implements LintCovers.Visitor {
        private final LintEntry narrow;
        private final AddressSet addresses;
        private final Address enough;
        private final boolean first;
        private LintEntry entry;
        private Address high;
        private boolean coversAll;

        Step(LintEntry narrow, AddressSet addresses, Address enough, boolean first) {
            this.narrow = narrow;
            this.addresses = addresses;
            this.enough = enough;
            this.first = first;
        }

        @Override
        public boolean visit(LintEntry candidate, AddressRange range) {
            if (!outweighs(candidate, narrow)) {
                return true;
            }
            boolean reaches = range.high().compareTo(enough) >= 0;
            if (entry == null || range.high().compareTo(high) > 0) {
                entry = candidate;
                high = range.high();
            }
            if (!reaches) {
                return true;
            }
            if (first) {
                coversAll =
                        addresses.ranges().size() == 1
                                || addresses
                                        .subtract(space.addressSet(candidate.addresses()))
                                        .isEmpty();
                if (coversAll) {
                    entry = candidate;
                }
            }
            return first && !coversAll;
        }
    }

    /** Whether, where both match, the candidate alone makes the entry useless. */
    private boolean outweighs(LintEntry candidate, LintEntry entry) {
        boolean heavier =
                candidate.isBlock()
                        || !entry.isBlock()
                                && candidate.tier().compareTo(entry.tier()) >= 0
                                && candidate.pickup() == entry.pickup()
                                && candidate.from() <= entry.from()
                                && candidate.until() >= entry.until();
        return heavier && candidate != entry && space.coversPlaces(candidate, entry);
    }

    private static String capital(String sentence) {
        return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
    }
}

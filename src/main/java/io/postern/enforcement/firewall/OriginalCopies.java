package io.postern.enforcement.firewall;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Originals and our copies of them, on one server. A copy belongs to the original whose name its
 * own name is made of; if an update took that one away, to the one of the same display name and
 * program that the update put in its place.
 */
final class OriginalCopies {
    private static final String MARK = "!";

    private final List<Integer> ports;
    private final List<FirewallRule> originals;
    private final List<FirewallRule> copies;

    /** The original of each copy that has one. */
    private final Map<FirewallRule, FirewallRule> originalOf = new LinkedHashMap<>();

    OriginalCopies(ObservedFirewall observed, List<Integer> ports) {
        this.ports = ports;
        this.originals =
                observed.rules().stream()
                        .filter(OriginalRules::isClosable)
                        .sorted(Comparator.comparing(FirewallRule::name))
                        .toList();
        this.copies =
                observed.rules().stream()
                        .filter(FirewallRule::isCopy)
                        .sorted(Comparator.comparing(FirewallRule::name))
                        .toList();
        if (!copies.isEmpty()) {
            pair();
        }
    }

    private void pair() {
        Map<String, FirewallRule> byCopyName = new HashMap<>();
        Map<String, List<FirewallRule>> byDisplayName = new HashMap<>();
        for (FirewallRule original : originals) {
            byCopyName.put(OwnNames.ofCopy(original.name()), original);
            byDisplayName
                    .computeIfAbsent(MARK + original.displayName(), name -> new ArrayList<>())
                    .add(original);
        }
        Set<FirewallRule> taken = new HashSet<>();
        for (FirewallRule copy : copies) {
            FirewallRule original = byCopyName.get(copy.name());
            if (original != null) {
                originalOf.put(copy, original);
                taken.add(original);
            }
        }
        for (FirewallRule copy : copies) {
            if (!originalOf.containsKey(copy)) {
                byDisplayName.getOrDefault(copy.displayName(), List.of()).stream()
                        .filter(one -> !taken.contains(one) && isLike(copy, one))
                        .min(Comparator.comparing(one -> distance(copy, one)))
                        .ifPresent(
                                one -> {
                                    originalOf.put(copy, one);
                                    taken.add(one);
                                });
            }
        }
    }

    /** Of several that an update may have put there: one of our ports, same scope, on. */
    private int distance(FirewallRule copy, FirewallRule original) {
        return (covers(original) ? 0 : 4)
                + (hasScope(copy, copyOf(original)) ? 0 : 2)
                + (original.enabled() ? 0 : 1);
    }

    /**
     * Whether nothing that could be closed opens one of the ports, and no copy that somebody
     * changed does.
     */
    boolean areClosed() {
        return originals.stream().noneMatch(one -> OriginalRules.opens(one, ports))
                && copies.stream().noneMatch(this::opens);
    }

    /** Copies made and made right, then the originals off. */
    List<FirewallStep> closing() {
        List<FirewallStep> steps = new ArrayList<>();
        List<FirewallStep> off = new ArrayList<>();
        Set<FirewallRule> copied = new HashSet<>();
        Map<String, List<FirewallRule>> ofClosed = new HashMap<>();
        for (FirewallRule copy : copies) {
            FirewallRule original = originalOf.get(copy);
            if (original == null) {
                if (opens(copy)) {
                    steps.add(new FirewallStep.RemoveRule(OwnRules.known(copy)));
                }
            } else if (!covers(original)) {
                restore(original, copy, steps);
            } else {
                if (!isRight(copy, original)) {
                    steps.add(new FirewallStep.RemoveCopy(original.name(), copy));
                    steps.add(new FirewallStep.CopyRule(original.name(), copyOf(original)));
                }
                copied.add(original);
                if (!original.enabled()) {
                    ofClosed.computeIfAbsent(copy.displayName(), name -> new ArrayList<>())
                            .add(isRight(copy, original) ? copy : copyOf(original));
                }
            }
        }
        for (FirewallRule original : originals) {
            if (OriginalRules.opens(original, ports)) {
                List<FirewallRule> like =
                        ofClosed.getOrDefault(MARK + original.displayName(), List.of());
                if (!copied.contains(original) && !isReplacement(original, like)) {
                    steps.add(new FirewallStep.CopyRule(original.name(), copyOf(original)));
                }
                off.add(new FirewallStep.DisableOriginal(original.name(), original.displayName()));
            }
        }
        steps.addAll(off);
        return steps;
    }

    /**
     * Whether it stands for one that is off and has a copy just as its own would be: an update
     * added it again. Two that are both on are two, however alike, and each is to be remembered.
     */
    private boolean isReplacement(FirewallRule original, List<FirewallRule> copiesOfClosed) {
        return copiesOfClosed.stream()
                .anyMatch(copy -> isLike(copy, original) && hasScope(copy, copyOf(original)));
    }

    /** The originals on, then their copies away; the way back of {@link #closing}. */
    List<FirewallStep> opening() {
        List<FirewallStep> on = new ArrayList<>();
        List<FirewallStep> away = new ArrayList<>();
        for (int i = copies.size() - 1; i >= 0; i--) {
            FirewallRule copy = copies.get(i);
            FirewallRule original = originalOf.get(copy);
            if (original == null) {
                away.add(new FirewallStep.RemoveRule(OwnRules.known(copy)));
            } else {
                enable(original, on);
                away.add(new FirewallStep.RemoveCopy(original.name(), copy));
            }
        }
        on.addAll(away);
        return on;
    }

    private static void restore(
            FirewallRule original, FirewallRule copy, List<FirewallStep> steps) {
        enable(original, steps);
        steps.add(new FirewallStep.RemoveCopy(original.name(), copy));
    }

    private static void enable(FirewallRule original, List<FirewallStep> steps) {
        if (!original.enabled()) {
            steps.add(new FirewallStep.EnableOriginal(original.name(), original.displayName()));
        }
    }

    private boolean covers(FirewallRule original) {
        return OriginalRules.opens(original.enabled(true), ports);
    }

    private boolean opens(FirewallRule copy) {
        return copy.enabled()
                && copy.action().equals("Allow")
                && ports.stream().anyMatch(copy::coversTcp);
    }

    /** What the copy of an original must be; off with all ports where none of them is left. */
    private FirewallRule copyOf(FirewallRule original) {
        List<String> left = LocalPorts.of(original.localPorts()).without(ports);
        return original.ownCopy(
                OwnNames.ofCopy(original.name()),
                MARK + original.displayName(),
                !left.isEmpty(),
                left.isEmpty() ? original.localPorts() : left);
    }

    private boolean isRight(FirewallRule copy, FirewallRule original) {
        FirewallRule right = copyOf(original);
        return copy.name().equals(right.name())
                ? OwnRules.known(copy).equals(OwnRules.known(right))
                : hasScope(copy, right);
    }

    private static boolean isLike(FirewallRule copy, FirewallRule original) {
        return copy.displayName().equals(MARK + original.displayName())
                && copy.program().equalsIgnoreCase(original.program());
    }

    private static boolean hasScope(FirewallRule copy, FirewallRule right) {
        return copy.enabled() == right.enabled() && copy.localPorts().equals(right.localPorts());
    }
}

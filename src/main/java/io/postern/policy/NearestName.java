package io.postern.policy;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Guesses which known name a wrong one was meant to be. */
final class NearestName {
    private static final int LONGEST = 80;

    private NearestName() {}

    /** The known name with the fewest typing errors between; empty if none is near. */
    static Optional<String> of(String wrong, Collection<String> known) {
        String folded = wrong.toLowerCase(Locale.ROOT);
        if (folded.length() > LONGEST) {
            return Optional.empty();
        }
        int best = Math.max(1, Math.min(3, folded.length() / 4)) + 1;
        String nearest = null;
        for (String name : known) {
            if (Math.abs(name.length() - folded.length()) < best) {
                int distance = distance(folded, name.toLowerCase(Locale.ROOT), best);
                if (distance < best) {
                    best = distance;
                    nearest = name;
                }
            }
        }
        return Optional.ofNullable(nearest);
    }

    /**
     * Levenshtein's, a swap of neighbours counting one; anything from the limit on is the limit.
     */
    private static int distance(String a, String b, int limit) {
        int[] older = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            int least = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int cost = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + change);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost = Math.min(cost, older[j - 2] + 1);
                }
                row[j] = cost;
                least = Math.min(least, cost);
            }
            if (least >= limit) {
                return limit;
            }
            int[] free = older;
            older = last;
            last = row;
            row = free;
        }
        return Math.min(limit, last[b.length()]);
    }
}

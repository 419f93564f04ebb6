package io.postern.cli.selftest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;

/**
 * What happens in one run: the same seed and the same grants give the same plan.
 *
 * @param words the change in a few words
 * @param operations of the change request
 * @param faultAgent whose driver misbehaves; null = nobody's
 * @param fault for its fault file; null = none
 * @param kills 1 to 3
 */
record ChaosPlan(
        long seed,
        String words,
        List<Map<String, Object>> operations,
        String faultAgent,
        String fault,
        List<ChaosKill> kills) {
    private static final String PREFIX = "run-";
    private static final int MANY_GRANTS = 6;

    /**
     * @param grants range and tier of each grant that earlier runs made, by key
     * @param agents names of the agents
     * @param windowMillis the confirm window
     */
    static ChaosPlan of(
            long seed,
            SortedMap<String, Map.Entry<String, String>> grants,
            List<String> agents,
            long windowMillis) {
        // Neighbouring seeds give neighbouring first numbers otherwise.
        Random random = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        random.nextLong();
        List<String> ours = grants.keySet().stream().filter(k -> k.startsWith(PREFIX)).toList();
        String range =
                "10."
                        + (40 + random.nextInt(20))
                        + "."
                        + random.nextInt(256)
                        + "."
                        + 16 * random.nextInt(16)
                        + "/"
                        + (28 + random.nextInt(5));
        int kind = ours.isEmpty() ? 0 : ours.size() >= MANY_GRANTS ? 1 : random.nextInt(4);
        String chosen = ours.isEmpty() ? null : ours.get(random.nextInt(ours.size()));
        String tier = random.nextInt(4) == 0 ? "relay" : "internal";
        String words;
        Map<String, Object> operation;
        String opened = null;
        switch (kind) {
            case 0 -> {
                words = "open " + range + " " + tier;
                operation = put(PREFIX + seed + "-" + ours.size(), range, tier);
                opened = range;
            }
            case 1 -> {
                words = "close " + grants.get(chosen).getKey();
                operation = Map.of("action", "remove", "kind", "grants", "key", chosen);
            }
            case 2 -> {
                String other = grants.get(chosen).getValue().equals("relay") ? "internal" : "relay";
                words = grants.get(chosen).getKey() + " becomes " + other;
                operation = put(chosen, grants.get(chosen).getKey(), other);
            }
            default -> {
                words = grants.get(chosen).getKey() + " moves to " + range;
                operation = put(chosen, range, grants.get(chosen).getValue());
                opened = range;
            }
        }
        String fault = null;
        if (random.nextBoolean()) {
            fault = opened != null && random.nextInt(3) > 0 ? "drop-range " + opened : "fail-step";
        }
        String faultAgent = fault == null ? null : agents.get(random.nextInt(agents.size()));
        return new ChaosPlan(
                seed,
                words,
                List.of(operation),
                faultAgent,
                fault,
                kills(random, agents, fault != null, windowMillis));
    }

    private static List<ChaosKill> kills(
            Random random, List<String> agents, boolean isFaulty, long windowMillis) {
        List<String> targets = new ArrayList<>(List.of("service", "database"));
        targets.addAll(agents);
        List<ChaosKill> kills = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            // Undoing is reached by faulty runs only, and must be hit often there.
            ChaosKill.Point point =
                    isFaulty && random.nextInt(2) == 0
                            ? ChaosKill.Point.ROLLING_BACK
                            : ChaosKill.Point.values()[
                                    random.nextInt(ChaosKill.Point.ROLLING_BACK.ordinal())];
            long after =
                    point == ChaosKill.Point.APPLIED ? random.nextInt(4000) : random.nextInt(300);
            boolean isLong = random.nextInt(8) == 0;
            long down = isLong ? windowMillis + random.nextInt(4000) : 100 + random.nextInt(2500);
            kills.add(
                    new ChaosKill(point, after, targets.get(random.nextInt(targets.size())), down));
        }
        return kills;
    }

    private static Map<String, Object> put(String key, String range, String tier) {
        Map<String, Object> grant = new LinkedHashMap<>();
        grant.put("key", key);
        grant.put("from", Map.of("addresses", List.of(range)));
        grant.put("tier", tier);
        grant.put("owner", "chaos");
        grant.put("reason", "selftest chaos");
        grant.put("expires", "2099-12-31");
        return Map.of("action", "put", "kind", "grants", "key", key, "entry", grant);
    }
}

package io.postern.policy;

import io.postern.policy.PolicyCheck.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds grants that are the same but for one list, and so could be one grant. */
final class LintMerges {
    /** The lists that can be joined. */
    enum Dimension {
        ADDRESSES("addresses"),
        ACCOUNTS("accounts"),
        COMPUTERS("computers"),
        SERVERS("servers"),
        PORTS("ports");

        private final String word;

        Dimension(String word) {
            this.word = word;
        }
    }

    /**
     * Grants that differ in one list only.
     *
     * @param grants two or more, in the policy's order
     */
    record Merge(Dimension dimension, List<Grant> grants) {}

    /** What is not a list: it must be equal. */
    private record Rest(
            Tier tier,
            boolean pickup,
            long from,
            long until,
            String owner,
            String reason,
            String ticket) {}

    /** All but one list; the left out one is {@link #LEFT_OUT}. */
    private record Key(
            Dimension dimension,
            int rest,
            int addresses,
            int except,
            int accounts,
            int computers,
            Object servers,
            Object ports) {}

    private static final int LEFT_OUT = -2;
    private static final int ANY = -1;

    private final LintSpace space;
    private final Map<Rest, Integer> rests = new HashMap<>();
    private final Map<Key, List<Grant>> groups = new LinkedHashMap<>();

    /**
     * Looks at some grants.
     *
     * @param entries those without another finding that would remove them
     */
    LintMerges(LintSpace space, List<LintEntry> entries) {
        this.space = space;
        entries.forEach(this::collect);
    }

    private void collect(LintEntry entry) {
        Grant grant = space.policy().grants().get(entry.position());
        From from = grant.from();
        Rest rest =
                new Rest(
                        entry.tier(),
                        entry.pickup(),
                        entry.from(),
                        entry.until(),
                        grant.owner(),
                        grant.reason(),
                        grant.ticket());
        int restNumber = rests.computeIfAbsent(rest, any -> rests.size());
        int addresses = from.addresses().isAny() ? ANY : space.addresses(from.addresses().set());
        int except = space.addresses(from.except().set());
        Object servers =
                new TreeSet<>(grant.to().servers().stream().map(Principals::fold).toList());
        Object ports = new TreeSet<>(grant.to().ports());
        for (Dimension dimension : Dimension.values()) {
            boolean stated =
                    switch (dimension) {
                        case ADDRESSES -> !from.addresses().isAny();
                        case ACCOUNTS -> !from.accounts().isEmpty();
                        case COMPUTERS -> !from.computers().isEmpty();
                        case SERVERS -> !grant.to().servers().isEmpty();
                        case PORTS -> !grant.to().ports().isEmpty();
                    };
            if (stated) {
                Key key =
                        new Key(
                                dimension,
                                restNumber,
                                dimension == Dimension.ADDRESSES ? LEFT_OUT : addresses,
                                except,
                                dimension == Dimension.ACCOUNTS ? LEFT_OUT : entry.accounts(),
                                dimension == Dimension.COMPUTERS ? LEFT_OUT : entry.computers(),
                                dimension == Dimension.SERVERS ? null : servers,
                                dimension == Dimension.PORTS ? null : ports);
                groups.computeIfAbsent(key, any -> new ArrayList<>(1)).add(grant);
            }
        }
    }

    /** Every group of grants that could be one, in the policy's order. */
    List<Merge> merges() {
        return groups.entrySet().stream()
                .filter(group -> group.getValue().size() > 1)
                .map(group -> new Merge(group.getKey().dimension(), group.getValue()))
                .toList();
    }

    List<Finding> findings() {
        return merges().stream().map(LintMerges::finding).toList();
    }

    private static Finding finding(Merge merge) {
        List<String> keys = merge.grants().stream().map(Grant::key).toList();
        String first = keys.get(0);
        return Finding.advice(
                PolicyCheck.MERGEABLE,
                EntryKind.GRANT,
                keys.get(1),
                "Grants "
                        + PolicyCheck.some(keys)
                        + " differ only in their "
                        + merge.dimension().word
                        + ".",
                "Write all their "
                        + merge.dimension().word
                        + " in '"
                        + first
                        + "' and remove the other"
                        + (keys.size() > 2 ? "s." : "."));
    }
}

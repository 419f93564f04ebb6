package io.postern.enforcement.nftables.exports;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.enforcement.VisibleText;
import io.postern.enforcement.nftables.DropCounter;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.exports.RuleSet.Chain;
import io.postern.enforcement.nftables.exports.RuleSet.Key;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Our table: what of it is as we write it, and every thing that is not. */
final class OwnTable {
    private static final Set<String> TABLE = Set.of("family", "name", "handle");
    private static final Set<String> SET =
            Set.of("family", "name", "table", "type", "handle", "flags");
    private static final Set<String> CHAIN =
            Set.of("family", "table", "name", "handle", "type", "hook", "prio", "policy");
    private static final List<String> FAMILIES = List.of("ipv4", "ipv6");
    private static final int MAX_DEVIATIONS = 100;

    private final RuleSet rules;
    private final Set<String> deviations = new TreeSet<>();
    private final List<DropCounter> counters = new ArrayList<>();
    private final Set<String> unusedSets = new TreeSet<>();
    private NftablesState held = NftablesState.ABSENT;

    private OwnTable(RuleSet rules) {
        this.rules = rules;
    }

    static OwnTable of(RuleSet rules) {
        OwnTable own = new OwnTable(rules);
        if (rules.ownTable != null) {
            own.read();
        }
        return own;
    }

    static boolean hasOnly(JsonNode node, Set<String> members) {
        Iterator<String> names = node.fieldNames();
        while (names.hasNext()) {
            if (!members.contains(names.next())) {
                return false;
            }
        }
        return true;
    }

    NftablesState held() {
        return held;
    }

    List<String> deviations() {
        return deviations.stream().limit(MAX_DEVIATIONS).toList();
    }

    List<DropCounter> counters() {
        return counters;
    }

    /** The server's addresses that it keeps; empty = not known here. */
    AddressSet addresses() {
        return AddressSet.parse(held.addresses().toArray(String[]::new));
    }

    private void deviates(String sentence) {
        deviations.add(VisibleText.of(sentence, 300));
    }

    private void read() {
        // nft 1.0.6 writes nonsense as their value; dormant is the only one with an effect.
        if (rules.ownTable.has("flags")) {
            deviates("the table has flags: if it is dormant it drops nothing");
        }
        if (rules.ownTable.has("comment")) {
            deviates("the table has a comment that Postern does not write");
        }
        if (!hasOnly(rules.ownTable, TABLE) && deviations.isEmpty()) {
            deviates("the table has something that Postern does not write");
        }
        rules.ownOthers.forEach(other -> deviates(other + " in it is not Postern's"));
        rules.sets.forEach(
                (key, set) -> {
                    if (rules.isOwn(key)) {
                        unusedSets.add(key.name());
                    }
                });
        Chain chain = chain();
        if (chain == null) {
            deviates("it has no chain of Postern's, so it drops nothing");
        } else {
            openings(chain);
        }
        unusedSets.forEach(name -> deviates("set " + name + " in it is not Postern's"));
    }

    /** Null = there is none of ours. */
    private Chain chain() {
        Chain found = null;
        for (Chain chain : rules.chains.values()) {
            if (rules.isOwn(chain.key())) {
                NftablesHook hook = hook(chain.key().name());
                if (hook == null || found != null) {
                    deviates("chain " + chain.key().name() + " in it is not Postern's");
                } else {
                    found = chain;
                    check(chain, hook);
                }
            }
        }
        return found;
    }

    private static NftablesHook hook(String chain) {
        for (NftablesHook hook : NftablesHook.values()) {
            if (chain.equals("filter_" + hook.word())) {
                return hook;
            }
        }
        return null;
    }

    private void check(Chain chain, NftablesHook hook) {
        JsonNode node = chain.node();
        boolean isOurs =
                hasOnly(node, CHAIN)
                        && node.path("type").asText().equals("filter")
                        && node.path("hook").asText().equals(hook.word())
                        && node.path("prio").isInt()
                        && node.path("prio").asInt() == 0
                        && node.path("policy").asText().equals("accept");
        if (!isOurs) {
            deviates(
                    "chain "
                            + chain.key().name()
                            + " is of type "
                            + node.path("type").asText("none")
                            + " in hook "
                            + node.path("hook").asText("none")
                            + " at priority "
                            + node.path("prio").asText("none")
                            + " with policy "
                            + node.path("policy").asText("none")
                            + ", not of type filter in hook "
                            + hook.word()
                            + " at priority 0 with policy accept");
        }
    }

    private void openings(Chain chain) {
        NftablesHook hook = hook(chain.key().name());
        boolean isForward = hook == NftablesHook.FORWARD;
        Map<Integer, List<OwnRule>> bySet = new TreeMap<>();
        for (JsonNode rule : chain.rules()) {
            OwnRule own = OwnRule.of(rule, isForward);
            if (own == null) {
                deviates(
                        "rule handle "
                                + rule.path("handle").asText()
                                + " is not Postern's: "
                                + RuleText.of(rule));
            } else {
                bySet.computeIfAbsent(own.set(), any -> new ArrayList<>()).add(own);
            }
        }
        List<AddressRange> server = isForward ? servers(bySet) : List.of();
        List<NftablesState.Opening> openings = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        bySet.forEach(
                (set, of) -> {
                    NftablesState.Opening opening = opening(set, of, server, isForward, taken);
                    if (opening != null) {
                        openings.add(opening);
                    }
                });
        held = new NftablesState(hook, AddressSet.of(server).texts(), List.copyOf(openings));
    }

    /** The ranges that rules are about; each is written as it is, so none may touch another. */
    private List<AddressRange> servers(Map<Integer, List<OwnRule>> bySet) {
        List<AddressRange> ranges =
                bySet.values().stream()
                        .flatMap(List::stream)
                        .map(OwnRule::server)
                        .distinct()
                        .sorted()
                        .toList();
        if (!AddressSet.of(ranges).ranges().equals(ranges)) {
            deviates("the server's addresses in its rules are not as Postern writes them");
        }
        return ranges;
    }

    /** Null = not as we write them: a rule for each port and range, in each family. */
    private NftablesState.Opening opening(
            int set,
            List<OwnRule> of,
            List<AddressRange> server,
            boolean isForward,
            Set<Integer> taken) {
        List<Integer> ports = of.stream().map(OwnRule::port).distinct().sorted().toList();
        AddressSet allowed = addresses("port_" + set + "_");
        boolean isWhole =
                ports.get(0) == set
                        && ports.stream().noneMatch(taken::contains)
                        && isEach(of, ports, server, isForward);
        if (!isWhole || allowed == null) {
            deviates(
                    "the rules or sets of port "
                            + set
                            + " are not one for each port and range of each family as Postern"
                            + " writes them");
            return null;
        }
        taken.addAll(ports);
        for (String family : FAMILIES) {
            long packets = 0;
            long bytes = 0;
            for (OwnRule rule : of) {
                packets += rule.family().equals(family) ? rule.packets() : 0;
                bytes += rule.family().equals(family) ? rule.bytes() : 0;
            }
            counters.add(new DropCounter(ports, family, packets, bytes));
        }
        return new NftablesState.Opening(ports, allowed.texts());
    }

    private static boolean isEach(
            List<OwnRule> of, List<Integer> ports, List<AddressRange> server, boolean isForward) {
        List<String> there = of.stream().map(OwnTable::place).sorted().toList();
        List<String> wanted = new ArrayList<>();
        for (int port : ports) {
            if (isForward) {
                server.forEach(range -> wanted.add(place(family(range), port, range)));
            } else {
                FAMILIES.forEach(family -> wanted.add(place(family, port, null)));
            }
        }
        wanted.sort(Comparator.naturalOrder());
        return there.equals(wanted);
    }

    private static String place(OwnRule rule) {
        return place(rule.family(), rule.port(), rule.server());
    }

    private static String place(String family, int port, AddressRange server) {
        return family + " " + port + " " + server;
    }

    private static String family(AddressRange range) {
        return range.family().name().toLowerCase(Locale.ROOT);
    }

    /** Of both families' sets; null = one is missing or not as we write it. */
    private AddressSet addresses(String name) {
        AddressSet union = AddressSet.EMPTY;
        for (String family : FAMILIES) {
            NamedSet set = rules.sets.get(new Key("inet", rules.table, name + family));
            unusedSets.remove(name + family);
            if (set == null || !isOurs(set, family)) {
                return null;
            }
            union = union.union(set.addresses());
        }
        return union;
    }

    /** Ranges of ours never touch, so what is listed is what was written. */
    private static boolean isOurs(NamedSet set, String family) {
        JsonNode flags = set.node().path("flags");
        return hasOnly(set.node(), SET)
                && set.node().path("type").asText().equals(family + "_addr")
                && flags.size() == 1
                && flags.get(0).asText().equals("interval")
                && set.addresses() != null
                && set.addresses().ranges().size() == set.count();
    }
}

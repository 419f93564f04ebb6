package io.postern.enforcement.nftables.exports;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.enforcement.VisibleText;
import io.postern.enforcement.nftables.ForeignRule;
import io.postern.enforcement.nftables.ForeignRule.Effect;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.exports.RuleSet.Chain;
import io.postern.enforcement.nftables.exports.RuleSet.Key;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the tables of others do to the first packets of connections to the server's ports. */
final class ForeignChains implements ChainWalk.Listener {
    /** Rules that are looked at, one by one and as often as jumps lead to them. */
    private static final int MAX_LOOKS = 100_000;

    private static final int MAX_TOLD = 200;
    private static final int MAX_RANGES = 1000;

    /** Hooks that a packet passes before it is delivered here, or passed on. */
    private static final Map<NftablesHook, Set<String>> HOOKS =
            Map.of(
                    NftablesHook.INPUT,
                    Set.of("ingress", "prerouting", "input"),
                    NftablesHook.FORWARD,
                    Set.of("ingress", "prerouting", "forward", "postrouting", "egress"));

    private record Told(Key chain, long handle, Effect effect, String text) {}

    private final RuleSet rules;
    private final NftablesHook hook;
    private final List<Integer> ports;
    private final AddressSet server;
    private final AddressSet local;
    private final Map<Told, Map<Integer, Sources>> told = new LinkedHashMap<>();
    private final Set<String> notes = new TreeSet<>();
    private int looks;
    private int port;

    private ForeignChains(
            RuleSet rules,
            NftablesHook hook,
            List<Integer> ports,
            AddressSet server,
            AddressSet local) {
        this.rules = rules;
        this.hook = hook;
        this.ports = ports;
        this.server = server;
        this.local = local;
    }

    static ForeignChains of(
            RuleSet rules,
            NftablesHook hook,
            List<Integer> ports,
            AddressSet server,
            AddressSet local) {
        ForeignChains foreign = new ForeignChains(rules, hook, ports, server, local);
        for (Chain chain : rules.chains.values()) {
            if (chain.isBase()
                    && !rules.isOwn(chain.key())
                    && HOOKS.get(hook).contains(chain.node().path("hook").asText())) {
                foreign.look(chain);
            }
        }
        return foreign;
    }

    private void look(Chain chain) {
        for (int one : ports) {
            port = one;
            for (AddressFamily family : AddressFamily.values()) {
                String other = family == AddressFamily.IPV4 ? "ip6" : "ip";
                if (!chain.key().family().equals(other) && !chain.key().family().equals("bridge")) {
                    AddressSet all = AddressSet.of(AddressRange.all(family));
                    new ChainWalk(
                                    rules,
                                    new RuleMatch(rules, family, port, server, local),
                                    this,
                                    () -> ++looks <= MAX_LOOKS)
                            .walk(chain, Sources.exactly(all));
                }
            }
        }
        if (looks > MAX_LOOKS) {
            notes.add(
                    "The tables of others have too many rules to look at all of them; what they do"
                            + " to the server's ports is not known in full.");
        }
    }

    @Override
    public void does(Chain chain, JsonNode rule, Effect effect, Sources to) {
        if (effect == Effect.ACCEPTS && !names(rule)
                || effect == Effect.REDIRECTS && staysHere(rule)) {
            return;
        }
        Told one =
                rule == null
                        ? new Told(chain.key(), handle(chain.node()), effect, "policy drop")
                        : new Told(chain.key(), handle(rule), effect, RuleText.of(rule));
        told.computeIfAbsent(one, any -> new TreeMap<>()).merge(port, to, Sources::or);
    }

    /** Accepting everything of a kind is no business of ours; accepting a port may be meant. */
    private static boolean names(JsonNode rule) {
        return rule.path("expr").toString().contains("\"dport\"");
    }

    /** Our chain in the input hook sees a packet as it is after a redirect. */
    private boolean staysHere(JsonNode rule) {
        for (JsonNode part : rule.path("expr")) {
            JsonNode to = part.path("redirect").path("port");
            if (to.isInt() && to.asInt() == port && hook == NftablesHook.INPUT) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void unknown(Chain chain, JsonNode rule) {
        notes.add(
                "What "
                        + shown(chain)
                        + " does to the server's ports is not known: it has rules of iptables that"
                        + " nft cannot describe.");
    }

    private static String shown(Chain chain) {
        return VisibleText.of(chain.key().tableText() + " " + chain.key().name(), 120);
    }

    /** Those that take connections elsewhere first: they must not be cut. */
    List<ForeignRule> rules() {
        List<ForeignRule> all = all();
        return all.size() <= MAX_TOLD ? all : all.subList(0, MAX_TOLD);
    }

    private List<ForeignRule> all() {
        List<ForeignRule> all = new ArrayList<>();
        told.forEach(
                (one, byPort) -> {
                    Map<Sources, List<Integer>> bySources = new LinkedHashMap<>();
                    byPort.forEach(
                            (on, to) ->
                                    bySources
                                            .computeIfAbsent(to, any -> new ArrayList<>())
                                            .add(on));
                    bySources.forEach((to, on) -> add(one, on, to, all));
                });
        all.sort(Comparator.comparing(one -> one.effect() != Effect.REDIRECTS));
        return all;
    }

    private static void add(Told one, List<Integer> ports, Sources to, List<ForeignRule> into) {
        AddressSet unsure = to.perhaps().subtract(to.surely());
        if (!to.surely().isEmpty() && to.surely().ranges().size() <= MAX_RANGES) {
            into.add(rule(one, ports, to.surely(), true));
        } else if (!to.surely().isEmpty()) {
            unsure = to.perhaps();
        }
        if (!unsure.isEmpty()) {
            boolean isLong = unsure.ranges().size() > MAX_RANGES;
            into.add(rule(one, ports, isLong ? AddressSet.ALL : unsure, false));
        }
    }

    private static ForeignRule rule(
            Told one, List<Integer> ports, AddressSet addresses, boolean isSure) {
        return new ForeignRule(
                VisibleText.of(one.chain().tableText(), 120),
                VisibleText.of(one.chain().name(), 120),
                one.handle(),
                one.effect(),
                ports,
                addresses.texts(),
                isSure,
                one.text());
    }

    private static long handle(JsonNode node) {
        return node.path("handle").asLong();
    }

    List<String> notes() {
        return List.copyOf(
                all().size() <= MAX_TOLD
                        ? notes
                        : plus("Others have more rules about the server's ports than are told."));
    }

    private Set<String> plus(String note) {
        Set<String> more = new TreeSet<>(notes);
        more.add(note);
        return more;
    }
}

package io.postern.enforcement.nftables.exports;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.enforcement.nftables.ForeignRule.Effect;
import io.postern.enforcement.nftables.exports.RuleSet.Chain;
import io.postern.enforcement.nftables.exports.RuleSet.Key;
import io.postern.policy.AddressSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Walks the first packets of one port and family through a base chain, and tells what happens to
 * those of which source.
 */
final class ChainWalk {
    /** Hears of what happens. */
    interface Listener {
        /** A null rule is the policy of the chain. */
        void does(Chain chain, JsonNode rule, Effect effect, Sources to);

        /** A rule with something that nft cannot describe. */
        void unknown(Chain chain, JsonNode rule);
    }

    /**
     * @param on goes to the next rule
     * @param back goes back to the chain that called this one
     */
    private record Went(Sources on, Sources back) {
        static final Went NOWHERE = new Went(Sources.NONE, Sources.NONE);
    }

    /** The kernel refuses deeper jumps. */
    private static final int MAX_DEPTH = 16;

    private static final Set<String> NEUTRAL =
            Set.of("counter", "log", "notrack", "mangle", "dup", "set", "last", "secmark");
    private static final Set<String> ADDRESSING = Set.of("saddr", "daddr", "sport", "dport");

    private final RuleSet rules;
    private final RuleMatch match;
    private final Listener listener;
    private final BooleanSupplier mayGoOn;

    /**
     * @param mayGoOn asked before each rule; a walk that is ended knows nothing for sure
     */
    ChainWalk(RuleSet rules, RuleMatch match, Listener listener, BooleanSupplier mayGoOn) {
        this.rules = rules;
        this.match = match;
        this.listener = listener;
        this.mayGoOn = mayGoOn;
    }

    void walk(Chain base, Sources all) {
        Sources left = chain(base, all, 0);
        if (base.node().path("policy").asText().equals("drop") && !left.isNobody()) {
            listener.does(base, null, Effect.DROPS, left);
        }
    }

    private Sources chain(Chain chain, Sources in, int depth) {
        Sources left = in;
        Sources back = Sources.NONE;
        for (JsonNode rule : chain.rules()) {
            if (left.isNobody()) {
                break;
            }
            if (!mayGoOn.getAsBoolean()) {
                return Sources.UNSURE;
            }
            Went went = rule(chain, rule, left, depth);
            left = went.on();
            back = back.or(went.back());
        }
        return left.or(back);
    }

    private Went rule(Chain chain, JsonNode rule, Sources in, int depth) {
        Sources here = in;
        Went all = new Went(in, Sources.NONE);
        for (JsonNode part : rule.path("expr")) {
            for (Map.Entry<String, JsonNode> member : part.properties()) {
                if (here.isNobody()) {
                    return all;
                }
                String word = member.getKey();
                if (word.equals("match")) {
                    here = here.and(match.of(chain.key(), member.getValue()));
                } else if (word.equals("vmap")) {
                    all = map(chain, rule, member.getValue(), here, all, depth);
                } else {
                    Went went = verdict(chain, rule, member, here, depth);
                    if (went != null) {
                        return joined(all, here, went);
                    }
                    if (!isNeutral(chain, rule, member, here)) {
                        here = here.and(Sources.UNSURE);
                    }
                }
            }
        }
        return all;
    }

    private static Went joined(Went all, Sources taken, Went went) {
        return new Went(all.on().without(taken).or(went.on()), all.back().or(went.back()));
    }

    private Went map(
            Chain chain, JsonNode rule, JsonNode map, Sources here, Went before, int depth) {
        Went all = before;
        for (JsonNode pair : pairs(chain.key(), map.path("data"))) {
            Sources met = here.and(match.meets(chain.key(), map.path("key"), pair.path(0)));
            for (Map.Entry<String, JsonNode> verdict : pair.path(1).properties()) {
                Went went = met.isNobody() ? null : verdict(chain, rule, verdict, met, depth);
                if (went != null) {
                    all = joined(all, met, went);
                }
            }
        }
        return all;
    }

    private JsonNode pairs(Key chain, JsonNode data) {
        return data.isTextual() && data.asText().startsWith("@")
                ? rules.maps
                        .getOrDefault(
                                new Key(chain.family(), chain.table(), data.asText().substring(1)),
                                data)
                        .path("elem")
                : data.path("set");
    }

    /** Where packets go from a verdict; null = it is none. */
    private Went verdict(
            Chain chain,
            JsonNode rule,
            Map.Entry<String, JsonNode> verdict,
            Sources here,
            int depth) {
        return switch (verdict.getKey()) {
            case "drop", "reject" -> ended(chain, rule, Effect.DROPS, here);
            // A program decides.
            case "queue" ->
                    ended(chain, rule, Effect.DROPS, new Sources(AddressSet.EMPTY, here.perhaps()));
            case "accept" -> ended(chain, rule, Effect.ACCEPTS, here);
            case "redirect", "dnat", "fwd" -> ended(chain, rule, Effect.REDIRECTS, here);
            case "snat", "masquerade" -> Went.NOWHERE;
            case "return" -> new Went(Sources.NONE, here);
            case "continue" -> new Went(here, Sources.NONE);
            case "jump" -> new Went(called(chain, verdict.getValue(), here, depth), Sources.NONE);
            case "goto" -> new Went(Sources.NONE, called(chain, verdict.getValue(), here, depth));
            default -> null;
        };
    }

    private Went ended(Chain chain, JsonNode rule, Effect effect, Sources to) {
        listener.does(chain, rule, effect, to);
        return Went.NOWHERE;
    }

    private Sources called(Chain chain, JsonNode call, Sources in, int depth) {
        Chain target =
                rules.chains.get(
                        new Key(
                                chain.key().family(),
                                chain.key().table(),
                                call.path("target").asText()));
        return target == null || depth == MAX_DEPTH ? Sources.UNSURE : chain(target, in, depth + 1);
    }

    /** Whether what is no verdict and no match lets everything through to the next part. */
    private boolean isNeutral(
            Chain chain, JsonNode rule, Map.Entry<String, JsonNode> part, Sources here) {
        String word = part.getKey();
        String rewritten = part.getValue().path("key").path("payload").path("field").asText();
        if (word.equals("tproxy")
                || word.equals("flow")
                || word.equals("mangle") && ADDRESSING.contains(rewritten)) {
            listener.does(chain, rule, Effect.REDIRECTS, here);
            return true;
        }
        if (word.equals("xt")) {
            listener.unknown(chain, rule);
        }
        // "ct count" is a limit: whom it meets depends on how many connections there are.
        return NEUTRAL.contains(word) || word.startsWith("ct ") && !word.equals("ct count");
    }
}

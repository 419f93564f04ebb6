package io.postern.enforcement.nftables.exports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The objects of a listing, sorted by what they belong to. */
final class RuleSet {
    /** A chain with its rules in order. */
    record Chain(Key key, JsonNode node, List<JsonNode> rules) {
        /** Whether the kernel calls it by itself. */
        boolean isBase() {
            return node.hasNonNull("hook");
        }
    }

    /** What names an object: family, table and its own name. */
    record Key(String family, String table, String name) {
        /** As nft writes it. */
        String tableText() {
            return family + " " + table;
        }
    }

    /** Of our table: the object itself, and those in it that are no chains, rules or sets. */
    JsonNode ownTable;

    final Map<Key, Chain> chains = new LinkedHashMap<>();
    final Map<Key, NamedSet> sets = new LinkedHashMap<>();
    final Map<Key, JsonNode> maps = new HashMap<>();
    final List<String> ownOthers = new ArrayList<>();
    final String table;

    /**
     * @param table the name of our table
     */
    RuleSet(String table) {
        this.table = table;
    }

    boolean isOwn(Key key) {
        return key.family().equals("inet") && key.table().equals(table);
    }

    /** Takes in one object; what it does not know is nothing to it, except in our table. */
    void add(String kind, JsonNode node) {
        Key key =
                new Key(
                        node.path("family").asText(),
                        kind.equals("table")
                                ? node.path("name").asText()
                                : node.path("table").asText(),
                        kind.equals("rule")
                                ? node.path("chain").asText()
                                : node.path("name").asText());
        switch (kind) {
            case "table" -> {
                if (isOwn(key)) {
                    ownTable = node;
                }
            }
            case "chain" -> chains.put(key, new Chain(key, node, new ArrayList<>()));
            case "rule" -> {
                Chain chain = chains.get(key);
                if (chain != null) {
                    chain.rules().add(node);
                }
            }
            case "set" -> sets.put(key, NamedSet.of(node));
            default -> other(kind, key, node);
        }
    }

    private void other(String kind, Key key, JsonNode node) {
        if (kind.equals("map")) {
            maps.put(key, node);
        }
        if (isOwn(key)) {
            ownOthers.add(kind + " " + key.name());
        }
    }
}

package io.postern.enforcement.nftables.exports;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.enforcement.exports.UnreadableException;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.policy.AddressSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads the listing of {@code nft -j list ruleset}, object by object, so that a set of 100,000
 * ranges is never held as a tree beside others. Tolerant of what others have, strict with our own
 * table.
 */
public final class NftablesExports {
    private static final int MAX_OBJECTS = 200_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private NftablesExports() {}

    /**
     * What a listing says.
     *
     * @param table the name of our table
     * @param hook where our table belongs
     * @param portsOfInterest those of the server; what others do to them is told
     * @throws UnreadableException if it is no listing, with the place
     */
    public static ObservedNftables parse(
            String json, String table, NftablesHook hook, List<Integer> portsOfInterest)
            throws UnreadableException {
        return parse(json, table, hook, portsOfInterest, AddressSet.EMPTY);
    }

    /**
     * What a listing says, on a host that is known.
     *
     * @param local the addresses of this host: what comes from them comes by loopback
     * @throws UnreadableException if it is no listing, with the place
     */
    public static ObservedNftables parse(
            String json,
            String table,
            NftablesHook hook,
            List<Integer> portsOfInterest,
            AddressSet local)
            throws UnreadableException {
        RuleSet rules = read(json, table);
        OwnTable own = OwnTable.of(rules);
        // Also what is kept although nobody names it any more.
        List<Integer> ports =
                Stream.concat(portsOfInterest.stream(), own.held().ports().stream())
                        .distinct()
                        .sorted()
                        .toList();
        ForeignChains foreign = ForeignChains.of(rules, hook, ports, own.addresses(), local);
        List<String> notes = new ArrayList<>(foreign.notes());
        return new ObservedNftables(
                table, hook, own.held(), own.deviations(), foreign.rules(), own.counters(), notes);
    }

    private static RuleSet read(String json, String table) throws UnreadableException {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT
                    || !"nftables".equals(parser.nextFieldName())
                    || parser.nextToken() != JsonToken.START_ARRAY) {
                throw fault(parser, "a listing of nft begins with {\"nftables\": [");
            }
            RuleSet rules = new RuleSet(table);
            boolean isOfNft = false;
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                if (i == MAX_OBJECTS) {
                    throw fault(parser, "it has more than " + MAX_OBJECTS + " objects");
                }
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw fault(parser, "an object must stand here");
                }
                JsonNode object = JSON.readTree(parser);
                for (Map.Entry<String, JsonNode> member : object.properties()) {
                    isOfNft |= member.getKey().equals("metainfo");
                    rules.add(member.getKey(), member.getValue());
                }
            }
            // Without it an empty answer of anything else would read as a host without rules.
            if (!isOfNft) {
                throw fault(parser, "it lacks the metainfo of nft");
            }
            if (parser.nextToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw fault(parser, "something follows the listing");
            }
            return rules;
        } catch (JsonProcessingException e) {
            throw new UnreadableException(
                    line(e.getLocation()), column(e.getLocation()), e.getOriginalMessage());
        } catch (IOException e) {
            throw new UnreadableException(1, 1, e.getMessage());
        }
    }

    private static UnreadableException fault(JsonParser parser, String message) {
        JsonLocation place = parser.currentTokenLocation();
        return new UnreadableException(line(place), column(place), message);
    }

    private static int line(JsonLocation place) {
        return place == null ? 1 : Math.max(1, place.getLineNr());
    }

    private static int column(JsonLocation place) {
        return place == null ? 1 : Math.max(1, place.getColumnNr());
    }
}

package io.postern.enforcement.nftables.exports;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.enforcement.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A rule in words much like nft's, for people; never read again. */
final class RuleText {
    private static final int MAX = 200;
    private static final int SHOWN = 6;

    private RuleText() {}

    static String of(JsonNode rule) {
        List<String> words = new ArrayList<>();
        for (JsonNode part : rule.path("expr")) {
            words.add(part(part));
        }
        return VisibleText.of(String.join(" ", words), MAX);
    }

    private static String part(JsonNode part) {
        JsonNode match = part.get("match");
        if (match != null) {
            String operator = match.path("op").asText();
            return value(match.path("left"))
                    + (operator.equals("==") || operator.equals("in") ? " " : " " + operator + " ")
                    + value(match.path("right"));
        }
        for (Map.Entry<String, JsonNode> member : part.properties()) {
            if (member.getKey().equals("counter") || member.getValue().isNull()) {
                return member.getKey();
            }
            return member.getKey() + " " + value(member.getValue());
        }
        return value(part);
    }

    private static String value(JsonNode value) {
        if (value.isArray()) {
            List<String> shown = new ArrayList<>();
            for (JsonNode one : value) {
                if (shown.size() == SHOWN) {
                    shown.add("...");
                    break;
                }
                shown.add(value(one));
            }
            return String.join(", ", shown);
        }
        if (!value.isObject()) {
            return value.asText();
        }
        if (value.has("payload")) {
            JsonNode payload = value.get("payload");
            return payload.path("protocol").asText() + " " + payload.path("field").asText();
        }
        for (String word : List.of("meta", "ct")) {
            if (value.has(word)) {
                String key = value.get(word).path("key").asText();
                return word.equals("ct") ? "ct " + key : key;
            }
        }
        if (value.has("set")) {
            return "{ " + value(value.get("set")) + " }";
        }
        if (value.has("prefix")) {
            JsonNode prefix = value.get("prefix");
            return prefix.path("addr").asText() + "/" + prefix.path("len").asText();
        }
        if (value.has("range") && value.get("range").size() == 2) {
            return value.get("range").get(0).asText() + "-" + value.get("range").get(1).asText();
        }
        List<String> words = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            words.add(member.getKey() + " " + value(member.getValue()));
        }
        return String.join(" ", words);
    }
}

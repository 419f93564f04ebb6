package io.postern.enforcement.postfix;

import java.util.HashMap;
import java.util.Map;

/** What the programs of a Postfix said, as one text: {@code ## <what>} before each part. */
final class PostfixCaptures {
    private PostfixCaptures() {}

    static PostfixOutputs parse(String text) {
        Map<String, String> parts = new HashMap<>();
        for (String part : text.replace("\r\n", "\n").split("(?m)^## ")) {
            int end = part.indexOf('\n');
            if (end > 0) {
                parts.put(part.substring(0, end).strip(), part.substring(end + 1));
            }
        }
        return new PostfixOutputs(
                "/etc/postfix/postern",
                parts.get("clients.cidr"),
                parts.get("relay.cidr"),
                parts.getOrDefault("postconf -n", ""),
                parts.getOrDefault("postconf -x", ""),
                parts.getOrDefault("postconf -Mx", ""),
                parts.getOrDefault("postconf -Px", ""),
                !parts.containsKey("not running"),
                parts.getOrDefault("warnings", ""));
    }
}

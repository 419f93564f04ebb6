package io.postern.policy;

import java.util.Objects;

/**
 * One entry of a policy as it is stored and hashed.
 *
 * @param key unique within the kind: {@code key} of grants, blocks and assertions, {@code name} of
 *     servers, protected sources and principals, the set's name, the domain, the guardrail's rule
 * @param json the entry in canonical JSON (members sorted by code point, no blanks), as it would
 *     stand in a policy file; of an accepted domain a JSON string, of an address set a JSON array
 */
public record PolicyEntry(EntryKind kind, String key, String json) {
    public PolicyEntry {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(key);
        Objects.requireNonNull(json);
    }
}

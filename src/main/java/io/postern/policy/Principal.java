package io.postern.policy;

import java.util.List;
import java.util.Objects;

/**
 * An account, computer or group that the policy file declares.
 *
 * @param name its label, case-insensitive
 * @param sid text form S-1-…; null = not stated
 * @param kind user, gmsa, computer or group
 * @param members null = the group is itself a leaf ("a proven member of it"); empty = nobody
 */
public record Principal(String name, String sid, String kind, List<String> members) {
    public Principal {
        Objects.requireNonNull(name);
        Objects.requireNonNull(kind);
        members = members == null ? null : List.copyOf(members);
    }

    /** Whether it stands for its members and is no identity of its own. */
    public boolean isExpandable() {
        return members != null;
    }
}

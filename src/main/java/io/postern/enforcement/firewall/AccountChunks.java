package io.postern.enforcement.firewall;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * Account lists that together admit what one list admits and each fit into a rule: the allowed ones
 * are shared out, every denied one is repeated in each, since a peer passes if any rule lets him.
 */
final class AccountChunks {
    private static final String OWNER = "O:LSD:";

    private AccountChunks() {}

    /**
     * The lists as SDDL in canonical form.
     *
     * @param allowed at least one SID
     * @return empty = the denials alone leave no room for one that is allowed
     */
    static List<String> of(SortedSet<String> allowed, SortedSet<String> denied) {
        StringBuilder head = new StringBuilder(OWNER);
        denied.forEach(sid -> head.append("(D;;CC;;;").append(sid).append(')'));
        List<String> chunks = new ArrayList<>();
        StringBuilder chunk = new StringBuilder(head);
        for (String sid : allowed) {
            String entry = "(A;;CC;;;" + sid + ")";
            if (head.length() + entry.length() > AccountList.MAX_CHARACTERS) {
                return List.of();
            }
            if (chunk.length() + entry.length() > AccountList.MAX_CHARACTERS) {
                chunks.add(chunk.toString());
                chunk = new StringBuilder(head);
            }
            chunk.append(entry);
        }
        chunks.add(chunk.toString());
        return chunks;
    }
}

package io.postern.enforcement.firewall;

import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;

/** The remote addresses of rules, no more in one than firewalls are known to take. */
final class AddressChunks {
    /** What other tools give one rule; Microsoft states no bound. */
    static final int MAX_ADDRESSES = 1000;

    private AddressChunks() {}

    /** Lists in address order; the whole space is {@code Any}, no address no list. */
    static List<List<String>> of(AddressSet addresses) {
        if (addresses.equals(AddressSet.ALL)) {
            return List.of(List.of(FirewallRule.ANY));
        }
        List<String> texts = addresses.texts();
        List<List<String>> chunks = new ArrayList<>();
        for (int i = 0; i < texts.size(); i += MAX_ADDRESSES) {
            chunks.add(List.copyOf(texts.subList(i, Math.min(texts.size(), i + MAX_ADDRESSES))));
        }
        return chunks;
    }
}

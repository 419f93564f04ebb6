package io.postern.enforcement.nftables;

import java.util.Locale;

/** Where in the kernel our chain hangs. */
public enum NftablesHook {
    /** On the server itself: what is delivered here, whatever address it came to. */
    INPUT,

    /** On a gateway: what is passed on to the server's addresses. */
    FORWARD;

    /** As nft writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name of our chain there; {@code fwd} and such are words of nft's own. */
    String chain() {
        return "filter_" + word();
    }
}

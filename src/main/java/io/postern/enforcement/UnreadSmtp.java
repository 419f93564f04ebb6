package io.postern.enforcement;

import io.postern.policy.AddressSet;
import io.postern.policy.Passage;
import io.postern.policy.Tier;
import java.util.List;

/**
 * An SMTP server that nobody reads: what is not known counts as open, so it takes whoever reaches
 * it, and relays for him.
 */
public final class UnreadSmtp implements SmtpLayer {
    /** Names the layer in regions. */
    public static final String KIND = "smtp";

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<Passage> passages(int port) {
        return List.of(Passage.of("the server behind", port, Tier.RELAY, AddressSet.ALL));
    }

    @Override
    public List<String> unknowns(int port) {
        return List.of(
                "What the SMTP server itself does is not read: it counts as relaying for whoever"
                        + " reaches it.");
    }
}

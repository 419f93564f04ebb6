package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import io.postern.policy.IdentityCondition;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A layer before the SMTP server: it lets connections through or not, and knows no tiers. */
public interface NetworkLayer {
    /**
     * Who reaches a port: whoever comes from these addresses as one of these.
     *
     * @param rule name of what lets them through
     */
    record Opening(
            String rule,
            AddressSet addresses,
            IdentityCondition accounts,
            IdentityCondition computers) {
        public Opening {
            Objects.requireNonNull(rule);
            Objects.requireNonNull(addresses);
            Objects.requireNonNull(accounts);
            Objects.requireNonNull(computers);
        }
    }

    /**
     * A peer as this layer sees it.
     *
     * @param accountSids SIDs of the account and its groups in text form; empty = none proven
     * @param computerSids likewise of the computer
     */
    record Peer(Address address, Set<String> accountSids, Set<String> computerSids) {
        public Peer {
            Objects.requireNonNull(address);
            accountSids = Set.copyOf(accountSids);
            computerSids = Set.copyOf(computerSids);
        }
    }

    /** Its kind, as a server's {@code enforcement} names it. */
    String kind();

    /**
     * Who reaches a TCP port of the server; their union counts. What is not known counts as open.
     */
    List<Opening> openings(int port);

    /** Sentences for people about what is not known of a port; empty = everything is known. */
    List<String> unknowns(int port);
}

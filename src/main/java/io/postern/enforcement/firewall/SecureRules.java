package io.postern.enforcement.firewall;

import io.postern.enforcement.Unsupported;
import io.postern.policy.AddressSet;
import io.postern.policy.ProvenEntries.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;

/**
 * The secure rules of one identity grant on one port: account lists times computer lists times
 * lists of addresses. First counted, then made, since the product can be too many.
 */
final class SecureRules {
    private record Lists(List<List<String>> addresses, List<String> users, List<String> machines) {
        long count() {
            return (long) addresses.size() * users.size() * machines.size();
        }
    }

    private final int port;
    private final String key;
    private final boolean isComputersAlone;
    private final List<Lists> lists = new ArrayList<>();

    private SecureRules(int port, Entry grant) {
        this.port = port;
        this.key = grant.key();
        this.isComputersAlone = grant.accounts() == null;
    }

    /**
     * The rules of a grant, not made yet.
     *
     * @param addresses where an identity can be proven and no address is blocked
     * @param blocks those of identities
     * @param unsupported gets what cannot be held
     */
    static SecureRules of(
            int port,
            Entry grant,
            AddressSet addresses,
            List<Entry> blocks,
            Consumer<Unsupported> unsupported) {
        SecureRules rules = new SecureRules(port, grant);
        for (SecurePart part : IdentityParts.of(grant, addresses, blocks, unsupported)) {
            List<String> users = chunks(part.users(), part.deniedUsers());
            List<String> machines = chunks(part.machines(), part.deniedMachines());
            if (users.isEmpty() || machines.isEmpty()) {
                unsupported.accept(
                        new Unsupported(
                                grant.key(),
                                "what blocks deny to it fills a whole account list of "
                                        + AccountList.MAX_CHARACTERS
                                        + " characters, so no rule is made for it",
                                "use a group in the blocks"));
                rules.lists.clear();
                return rules;
            }
            rules.lists.add(new Lists(AddressChunks.of(part.addresses()), users, machines));
        }
        return rules;
    }

    /** One empty text = not asked. */
    private static List<String> chunks(SortedSet<String> allowed, SortedSet<String> denied) {
        return allowed == null ? List.of("") : AccountChunks.of(allowed, denied);
    }

    /** How many they are; 0 = none. */
    long count() {
        return lists.stream().mapToLong(Lists::count).sum();
    }

    /** Whether they let through who proves a computer alone. */
    boolean isForComputersAlone() {
        return isComputersAlone && count() > 0;
    }

    /** Makes them; {@link #count} is known to be small enough. */
    List<FirewallRule> rules() {
        int of = Math.toIntExact(count());
        List<FirewallRule> rules = new ArrayList<>();
        for (Lists part : lists) {
            for (List<String> addresses : part.addresses()) {
                for (String users : part.users()) {
                    for (String machines : part.machines()) {
                        rules.add(
                                OwnRule.of(
                                        port,
                                        key,
                                        addresses,
                                        users,
                                        machines,
                                        rules.size() + 1,
                                        of));
                    }
                }
            }
        }
        return rules;
    }
}

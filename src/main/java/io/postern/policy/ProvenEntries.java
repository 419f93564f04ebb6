package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What a policy says on one server, port and instant, as a layer needs it that opens to an address
 * or to a proven identity: groups with members expanded, entries by key. Immutable.
 */
public final class ProvenEntries {
    /**
     * One identity that can be proven.
     *
     * @param sid null = not stated
     * @param mayBeGroup whether others may be members of it that the policy does not know
     */
    public record Identity(String name, String sid, boolean mayBeGroup) {
        public Identity {
            Objects.requireNonNull(name);
        }
    }

    /**
     * A grant or block.
     *
     * @param addresses where it matches
     * @param accounts null = not asked; empty = nobody
     * @param computers likewise
     */
    public record Entry(
            String key, AddressSet addresses, List<Identity> accounts, List<Identity> computers) {
        public Entry {
            Objects.requireNonNull(key);
            Objects.requireNonNull(addresses);
            accounts = accounts == null ? null : List.copyOf(accounts);
            computers = computers == null ? null : List.copyOf(computers);
        }
    }

    private final AddressSet open;
    private final AddressSet blocked;
    private final List<Entry> addressGrants;
    private final List<Entry> identityGrants;
    private final List<Entry> identityBlocks;

    private ProvenEntries(
            AddressSet open,
            AddressSet blocked,
            List<Entry> addressGrants,
            List<Entry> identityGrants,
            List<Entry> identityBlocks) {
        this.open = open;
        this.blocked = blocked;
        this.addressGrants = addressGrants;
        this.identityGrants = identityGrants;
        this.identityBlocks = identityBlocks;
    }

    /**
     * The entries that apply there and then.
     *
     * @param at the instant that grants must hold at; blocks always do
     */
    public static ProvenEntries of(Policy policy, Server server, int port, Instant at) {
        Principals principals = new Principals(policy);
        List<Grant> all = ProtectedSources.withGrants(policy);
        List<AddressRange> opened = new ArrayList<>();
        List<Entry> addressGrants = new ArrayList<>();
        List<Entry> identityGrants = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Grant grant = all.get(i);
            if (AddressTiers.applies(grant.to(), server, port) && grant.holdsAt(at)) {
                Entry entry = entry(grant.key(), grant.from(), principals);
                if (grant.from().needsIdentity()) {
                    identityGrants.add(entry);
                } else {
                    opened.addAll(entry.addresses().ranges());
                    if (i < policy.grants().size()) {
                        addressGrants.add(entry);
                    }
                }
            }
        }
        List<AddressRange> blocked = new ArrayList<>();
        List<Entry> identityBlocks = new ArrayList<>();
        for (Block block : policy.blocks()) {
            if (AddressTiers.applies(block.to(), server, port)) {
                Entry entry = entry(block.key(), block.from(), principals);
                if (block.from().needsIdentity()) {
                    identityBlocks.add(entry);
                } else {
                    blocked.addAll(entry.addresses().ranges());
                }
            }
        }
        AddressSet blockedSet = AddressSet.of(blocked);
        return new ProvenEntries(
                AddressSet.of(opened).subtract(blockedSet),
                blockedSet,
                byKey(addressGrants),
                byKey(identityGrants),
                byKey(identityBlocks));
    }

    private static Entry entry(String key, From from, Principals principals) {
        return new Entry(
                key,
                from.effective(),
                identities(from.accounts(), principals, false),
                identities(from.computers(), principals, true));
    }

    private static List<Identity> identities(
            List<String> names, Principals principals, boolean asComputers) {
        if (names.isEmpty()) {
            return null;
        }
        IntStream leaves = principals.expandNow(names).stream();
        return leaves.mapToObj(principals.leaves()::get)
                .filter(leaf -> !asComputers || leaf.mayBeComputer())
                .map(leaf -> new Identity(leaf.name(), leaf.sid(), leaf.mayBeGroup()))
                .toList();
    }

    private static List<Entry> byKey(List<Entry> entries) {
        return entries.stream()
                .sorted(Comparator.comparing(Entry::key, KeyOrder.CODE_POINT))
                .toList();
    }

    /**
     * The addresses that a grant without identity or a protected source opens and no block of
     * addresses closes.
     */
    public AddressSet open() {
        return open;
    }

    /** The addresses that blocks without identity close. */
    public AddressSet blocked() {
        return blocked;
    }

    /** The grants that ask for no identity, protected sources not among them, by key. */
    public List<Entry> addressGrants() {
        return addressGrants;
    }

    /** The grants that ask for an identity, by key. */
    public List<Entry> identityGrants() {
        return identityGrants;
    }

    /** The blocks that ask for an identity, by key. */
    public List<Entry> identityBlocks() {
        return identityBlocks;
    }
}

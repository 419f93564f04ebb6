package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The sets that a policy's entries speak of, and the entries in terms of them. */
final class LintSpace {
    static final int NOT_ASKED = -1;

    private final Policy policy;
    private final Principals principals;
    private final LintSets identities = new LintSets();
    private final LintSets places = new LintSets();
    private final Map<List<String>, Integer> identitiesByNames = new HashMap<>();
    private final Map<To, Integer> placesByTo = new HashMap<>();
    private final Map<AddressSet, Integer> addressNumbers = new HashMap<>();
    private final List<AddressSet> addressSets = new ArrayList<>();
    private final Map<String, List<int[]>> placesByServer = new LinkedHashMap<>();
    private final List<LintEntry> grants = new ArrayList<>();
    private final List<LintEntry> blocks = new ArrayList<>();
    private final List<LintEntry> sources = new ArrayList<>();

    LintSpace(Policy policy) {
        this.policy = policy;
        principals = new Principals(policy);
        numberPlaces();
        List<Grant> all = ProtectedSources.withGrants(policy);
        for (int i = 0; i < all.size(); i++) {
            boolean stated = i < policy.grants().size();
            LintEntry entry =
                    entry(stated ? EntryKind.GRANT : EntryKind.PROTECTED_SOURCE, i, all.get(i));
            (stated ? grants : sources).add(entry);
        }
        for (int i = 0; i < policy.blocks().size(); i++) {
            Block block = policy.blocks().get(i);
            blocks.add(
                    new LintEntry(
                            EntryKind.BLOCK,
                            i,
                            block.key(),
                            addresses(BaseCover.effective(block.from())),
                            identities(block.from().accounts()),
                            identities(block.from().computers()),
                            places(block.to()),
                            false,
                            Long.MIN_VALUE,
                            Long.MAX_VALUE,
                            null));
        }
    }

    private LintEntry entry(EntryKind kind, int position, Grant grant) {
        return new LintEntry(
                kind,
                position,
                grant.key(),
                addresses(BaseCover.effective(grant.from())),
                identities(grant.from().accounts()),
                identities(grant.from().computers()),
                places(grant.to()),
                grant.to().pickup(),
                second(grant.notBefore(), Long.MIN_VALUE),
                second(grant.expires(), Long.MAX_VALUE),
                grant.tier());
    }

    private static long second(Instant instant, long ifNull) {
        return instant == null ? ifNull : instant.getEpochSecond();
    }

    /** Each port of each server is a place. Without servers, ports are all there is to tell. */
    private void numberPlaces() {
        int next = 0;
        for (Server server : policy.servers()) {
            List<int[]> ports = new ArrayList<>();
            for (int port : new TreeSet<>(server.ports())) {
                ports.add(new int[] {port, next++});
            }
            placesByServer.put(Principals.fold(server.name()), ports);
        }
        if (policy.servers().isEmpty()) {
            Set<Integer> ports = new TreeSet<>(Server.DEFAULT_PORTS);
            policy.grants().forEach(grant -> ports.addAll(grant.to().ports()));
            policy.blocks().forEach(block -> ports.addAll(block.to().ports()));
            List<int[]> numbered = new ArrayList<>();
            for (int port : ports) {
                numbered.add(new int[] {port, next++});
            }
            placesByServer.put("", numbered);
        }
    }

    private int places(To to) {
        Integer known = placesByTo.get(to);
        if (known != null) {
            return known;
        }
        Set<Integer> found = new TreeSet<>();
        if (to.servers().isEmpty()) {
            placesByServer.values().forEach(ports -> collect(ports, to, found));
        }
        for (String server : to.servers()) {
            collect(placesByServer.getOrDefault(Principals.fold(server), List.of()), to, found);
        }
        int number = places.number(found.stream().mapToInt(place -> place).toArray());
        placesByTo.put(to, number);
        return number;
    }

    private static void collect(List<int[]> ports, To to, Set<Integer> found) {
        for (int[] port : ports) {
            if (to.ports().isEmpty() || to.ports().contains(port[0])) {
                found.add(port[1]);
            }
        }
    }

    private int identities(List<String> names) {
        if (names.isEmpty()) {
            return NOT_ASKED;
        }
        return identitiesByNames.computeIfAbsent(names, any -> identities.number(leaves(names)));
    }

    private int[] leaves(List<String> names) {
        int[] leaves = new int[names.size()];
        for (int i = 0; i < leaves.length; i++) {
            leaves[i] = principals.leaf(names.get(i));
            if (leaves[i] == Principals.OTHER) {
                return principals.expand(names).stream().toArray();
            }
        }
        return leaves.length == 1 ? leaves : Arrays.stream(leaves).sorted().distinct().toArray();
    }

    /** The number of an address set; equal sets have the same. */
    int addresses(AddressSet set) {
        Integer number = addressNumbers.putIfAbsent(set, addressSets.size());
        if (number != null) {
            return number;
        }
        addressSets.add(set);
        return addressSets.size() - 1;
    }

    AddressSet addressSet(int number) {
        return addressSets.get(number);
    }

    LintSets identities() {
        return identities;
    }

    Policy policy() {
        return policy;
    }

    /** The policy's grants in its order. */
    List<LintEntry> grants() {
        return grants;
    }

    /** The policy's blocks in its order. */
    List<LintEntry> blocks() {
        return blocks;
    }

    /** The grants of protected sources, implicit ones included. */
    List<LintEntry> sources() {
        return sources;
    }

    boolean hasAddresses(LintEntry entry) {
        return !addressSet(entry.addresses()).isEmpty();
    }

    boolean hasPlaces(LintEntry entry) {
        return policy.servers().isEmpty() || places.elements(entry.places()).length > 0;
    }

    boolean hasIdentities(LintEntry entry) {
        return isSomebody(entry.accounts()) && isSomebody(entry.computers());
    }

    private boolean isSomebody(int identities) {
        return identities == NOT_ASKED || this.identities.elements(identities).length > 0;
    }

    boolean hasTime(LintEntry entry) {
        return entry.from() < entry.until();
    }

    /** Whether some submission could match it. */
    boolean canMatch(LintEntry entry) {
        return hasAddresses(entry) && hasPlaces(entry) && hasIdentities(entry) && hasTime(entry);
    }

    /** Whether what is asked of one identity leaves nobody out whom the other takes. */
    boolean coversIdentity(int wide, int narrow) {
        return wide == NOT_ASKED || narrow != NOT_ASKED && identities.contains(wide, narrow);
    }

    boolean coversPlaces(LintEntry wide, LintEntry narrow) {
        return places.contains(wide.places(), narrow.places());
    }
}

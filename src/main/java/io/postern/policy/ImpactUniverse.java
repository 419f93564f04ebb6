package io.postern.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that a submission can name under either of two policies: servers with ports, and
 * identities. Identities are numbered: 0 = none proven, 1 = other, then the leaves of both policies
 * in order of their labels. Swapping the policies changes nothing but the sides.
 */
final class ImpactUniverse {
    static final int NONE = 0;
    static final int OTHER = 1;
    private static final int FIRST_LEAF = 2;

    /** One port of one server; a side that lacks it gives NONE there. */
    record Place(String server, int port, Server before, Server after) {}

    /**
     * A principal of either policy.
     *
     * @param label how both policies know it
     * @param before its leaf there; {@link Principals#OTHER} = not known there
     * @param after its leaf there
     */
    record Identity(String label, int before, int after, boolean mayBeComputer) {}

    final Principals before;
    final Principals after;
    private final List<Place> places = new ArrayList<>();
    private final List<Identity> identities;
    private final int[] bitOfBeforeLeaf;
    private final int[] bitOfAfterLeaf;
    private final BitSet allAccounts = new BitSet();
    private final BitSet allComputers = new BitSet();

    ImpactUniverse(Policy before, Policy after) {
        this.before = new Principals(before);
        this.after = new Principals(after);
        collectPlaces(before, after);
        identities = collectIdentities();
        bitOfBeforeLeaf = new int[this.before.leaves().size()];
        bitOfAfterLeaf = new int[this.after.leaves().size()];
        allAccounts.set(0, FIRST_LEAF + identities.size());
        allComputers.set(0, FIRST_LEAF);
        for (int i = 0; i < identities.size(); i++) {
            Identity identity = identities.get(i);
            if (identity.before() >= 0) {
                bitOfBeforeLeaf[identity.before()] = FIRST_LEAF + i;
            }
            if (identity.after() >= 0) {
                bitOfAfterLeaf[identity.after()] = FIRST_LEAF + i;
            }
            allComputers.set(FIRST_LEAF + i, identity.mayBeComputer());
        }
    }

    private void collectPlaces(Policy before, Policy after) {
        Map<String, Server> old = byFoldedName(before);
        Map<String, Server> young = byFoldedName(after);
        Set<String> names = new TreeSet<>(KeyOrder.CODE_POINT);
        names.addAll(old.keySet());
        names.addAll(young.keySet());
        for (String name : names) {
            Server was = old.get(name);
            Server is = young.get(name);
            Set<Integer> ports = new TreeSet<>();
            if (was != null) {
                ports.addAll(was.ports());
            }
            if (is != null) {
                ports.addAll(is.ports());
            }
            for (int port : ports) {
                places.add(new Place(spelling(was, is), port, having(was, port), having(is, port)));
            }
        }
    }

    private static Map<String, Server> byFoldedName(Policy policy) {
        Map<String, Server> byName = new HashMap<>();
        policy.servers().forEach(server -> byName.put(Principals.fold(server.name()), server));
        return byName;
    }

    private static Server having(Server server, int port) {
        return server != null && server.ports().contains(port) ? server : null;
    }

    /** One spelling whichever side comes first, so that a mirrored impact reads the same. */
    private static String spelling(Server was, Server is) {
        if (was == null || is == null) {
            return was == null ? is.name() : was.name();
        }
        return KeyOrder.CODE_POINT.compare(was.name(), is.name()) <= 0 ? was.name() : is.name();
    }

    private List<Identity> collectIdentities() {
        // SID first: the name is only its label. A name pairs leaves of which one states no SID.
        Map<Integer, Integer> partners = new LinkedHashMap<>();
        for (int i = 0; i < before.leaves().size(); i++) {
            Principals.Leaf leaf = before.leaves().get(i);
            int partner = leaf.sid() == null ? Principals.OTHER : after.leaf(leaf.sid());
            if (partner == Principals.OTHER) {
                int named = after.leaf(leaf.name());
                boolean otherSid =
                        named >= 0 && leaf.sid() != null && after.leaves().get(named).sid() != null;
                partner = otherSid || taken(named) ? Principals.OTHER : named;
            }
            partners.put(i, partner);
        }
        List<Identity> found = new ArrayList<>();
        BitSet paired = new BitSet();
        for (Map.Entry<Integer, Integer> pair : partners.entrySet()) {
            int partner = pair.getValue();
            if (partner >= 0 && paired.get(partner)) {
                partner = Principals.OTHER;
            }
            if (partner >= 0) {
                paired.set(partner);
            }
            found.add(identity(pair.getKey(), partner));
        }
        for (int i = 0; i < after.leaves().size(); i++) {
            if (!paired.get(i)) {
                found.add(identity(Principals.OTHER, i));
            }
        }
        found.sort(Comparator.comparing(Identity::label, KeyOrder.CODE_POINT));
        return found;
    }

    /** Whether the leaf of the after side has a SID by which the before side knows another leaf. */
    private boolean taken(int afterLeaf) {
        return afterLeaf >= 0
                && after.leaves().get(afterLeaf).sid() != null
                && before.leaf(after.leaves().get(afterLeaf).sid()) >= 0;
    }

    private Identity identity(int was, int is) {
        boolean mayBeComputer =
                was >= 0 && before.leaves().get(was).mayBeComputer()
                        || is >= 0 && after.leaves().get(is).mayBeComputer();
        return new Identity(label(was, is), was, is, mayBeComputer);
    }

    /** A name or SID that each side takes for just this identity, names first. */
    private String label(int was, int is) {
        Map<String, Boolean> declaredNames = new TreeMap<>(KeyOrder.CODE_POINT);
        Map<String, Boolean> impliedNames = new TreeMap<>(KeyOrder.CODE_POINT);
        Set<String> sids = new TreeSet<>(KeyOrder.CODE_POINT);
        collectNames(before, was, declaredNames, impliedNames, sids);
        collectNames(after, is, declaredNames, impliedNames, sids);
        List<String> candidates = new ArrayList<>(declaredNames.keySet());
        candidates.addAll(impliedNames.keySet());
        candidates.addAll(sids);
        return candidates.stream()
                .filter(name -> before.leaf(name) == was && after.leaf(name) == is)
                .findFirst()
                .orElse(candidates.get(0));
    }

    private static void collectNames(
            Principals side,
            int leaf,
            Map<String, Boolean> declared,
            Map<String, Boolean> implied,
            Set<String> sids) {
        if (leaf >= 0) {
            Principals.Leaf known = side.leaves().get(leaf);
            (known.kind() == null ? implied : declared).put(known.name(), true);
            if (known.sid() != null) {
                sids.add(known.sid());
            }
        }
    }

    List<Place> places() {
        return places;
    }

    /** Every value of the account dimension; not to be changed. */
    BitSet accountDomain() {
        return allAccounts;
    }

    /** Every value of the computer dimension, so no users; not to be changed. */
    BitSet computerDomain() {
        return allComputers;
    }

    /** A side's leaves as identities; null stays null (not asked). */
    BitSet identities(BitSet leaves, boolean ofBefore) {
        if (leaves == null) {
            return null;
        }
        int[] bits = ofBefore ? bitOfBeforeLeaf : bitOfAfterLeaf;
        BitSet found = new BitSet();
        leaves.stream().forEach(leaf -> found.set(bits[leaf]));
        return found;
    }

    /** The word of an identity as regions list it. */
    String word(int identity) {
        return switch (identity) {
            case NONE -> Principals.NONE_WORD;
            case OTHER -> Principals.OTHER_WORD;
            default -> identities.get(identity - FIRST_LEAF).label();
        };
    }

    /** Whether proven membership is all that either side knows of it. */
    boolean mayBeGroup(int identity) {
        if (identity < FIRST_LEAF) {
            return false;
        }
        Identity known = identities.get(identity - FIRST_LEAF);
        return known.before() >= 0 && before.leaves().get(known.before()).mayBeGroup()
                || known.after() >= 0 && after.leaves().get(known.after()).mayBeGroup();
    }
}

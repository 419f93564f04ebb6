package io.postern.policy;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Tells what a change adds or widens from what its base already gave. Not for several threads. */
final class BaseCover {
    private final Policy before;
    private final Policy after;
    private final boolean samePrincipals;
    private final boolean sameServers;
    private final Map<String, Grant> grantByKey = new HashMap<>();
    private final Map<String, Server> serverByName = new HashMap<>();
    private AddressIndex grantIndex;
    private Principals wereKnown;
    private Principals areKnown;

    BaseCover(Policy before, Policy after) {
        this.before = before;
        this.after = after;
        samePrincipals = before.principals().equals(after.principals());
        sameServers = before.servers().equals(after.servers());
        before.grants().forEach(grant -> grantByKey.put(grant.key(), grant));
        before.servers()
                .forEach(server -> serverByName.put(Principals.fold(server.name()), server));
    }

    /** Whether one old grant that fulfils the condition gave all that the new one gives. */
    boolean gave(Grant grant, Predicate<Grant> condition) {
        if (before.grants().isEmpty()) {
            return false;
        }
        Grant named = grantByKey.get(grant.key());
        if (named != null && condition.test(named) && covers(named, grant)) {
            return true;
        }
        List<AddressRange> ranges = effective(grant.from()).ranges();
        if (ranges.isEmpty()) {
            return false;
        }
        boolean[] found = new boolean[1];
        index().visit(
                        ranges.get(0).low(),
                        (owner, range) -> {
                            Grant old = before.grants().get(owner);
                            found[0] = condition.test(old) && covers(old, grant);
                            return !found[0];
                        });
        return found[0];
    }

    /** Whether one old block denied all that the new one denies. */
    boolean denied(Block block) {
        return before.blocks().stream()
                .anyMatch(old -> covers(old.from(), block.from()) && covers(old.to(), block.to()));
    }

    private AddressIndex index() {
        if (grantIndex == null) {
            grantIndex =
                    new AddressIndex(
                            before.grants().stream()
                                    .map(grant -> effective(grant.from()))
                                    .toList());
        }
        return grantIndex;
    }

    /** As {@link From#effective()}, without copying a set that nothing is taken from. */
    static AddressSet effective(From from) {
        return from.except().isAny() && !from.addresses().isAny()
                ? from.addresses().set()
                : from.effective();
    }

    private boolean covers(Grant old, Grant grant) {
        return old.tier().compareTo(grant.tier()) >= 0
                && (old.notBefore() == null
                        || grant.notBefore() != null
                                && !grant.notBefore().isBefore(old.notBefore()))
                && (old.expires() == null
                        || grant.expires() != null && !grant.expires().isAfter(old.expires()))
                && covers(old.to(), grant.to())
                && covers(old.from(), grant.from());
    }

    private boolean covers(From old, From now) {
        return (samePrincipals && old.equals(now))
                || effective(now).subtract(effective(old)).isEmpty()
                        && covers(old.accounts(), now.accounts())
                        && covers(old.computers(), now.computers());
    }

    private boolean covers(List<String> old, List<String> now) {
        if (old.isEmpty() || now.isEmpty()) {
            return old.isEmpty();
        }
        if (samePrincipals && old.equals(now)) {
            return true;
        }
        if (areKnown == null) {
            areKnown = new Principals(after);
            wereKnown = new Principals(before);
        }
        BitSet had = wereKnown.expand(old);
        return areKnown.expand(now).stream()
                .allMatch(
                        leaf -> {
                            int was = leafBefore(areKnown.leaves().get(leaf));
                            return was >= 0 && had.get(was);
                        });
    }

    /** The leaf the base knew by that SID, or by that name if no two SIDs tell them apart. */
    private int leafBefore(Principals.Leaf leaf) {
        int bySid = leaf.sid() == null ? Principals.OTHER : wereKnown.leaf(leaf.sid());
        if (bySid >= 0) {
            return bySid;
        }
        int byName = wereKnown.leaf(leaf.name());
        boolean other =
                byName >= 0 && leaf.sid() != null && wereKnown.leaves().get(byName).sid() != null;
        return other ? Principals.OTHER : byName;
    }

    /** Whether the new places are among the old ones; the servers of the day count. */
    private boolean covers(To old, To now) {
        if (sameServers && old.equals(now)) {
            return true;
        }
        for (Server server : after.servers()) {
            Server was = serverByName.get(Principals.fold(server.name()));
            for (int port : server.ports()) {
                if (AddressTiers.applies(now, server, port)
                        && !(was != null
                                && was.ports().contains(port)
                                && AddressTiers.applies(old, was, port))) {
                    return false;
                }
            }
        }
        return true;
    }
}

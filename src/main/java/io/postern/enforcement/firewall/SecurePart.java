package io.postern.enforcement.firewall;

import io.postern.policy.AddressSet;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Part of what an identity grant opens: to whom, from where.
 *
 * @param addresses never empty
 * @param users SIDs, upper case; null = not asked
 * @param deniedUsers empty = none
 * @param machines as users
 * @param deniedMachines empty = none
 */
record SecurePart(
        AddressSet addresses,
        SortedSet<String> users,
        SortedSet<String> deniedUsers,
        SortedSet<String> machines,
        SortedSet<String> deniedMachines) {
    SecurePart at(AddressSet other) {
        return new SecurePart(other, users, deniedUsers, machines, deniedMachines);
    }

    SecurePart withoutUsers(SortedSet<String> sids) {
        return new SecurePart(
                addresses, less(users, sids), more(deniedUsers, sids), machines, deniedMachines);
    }

    SecurePart withoutMachines(SortedSet<String> sids) {
        return new SecurePart(
                addresses, users, deniedUsers, less(machines, sids), more(deniedMachines, sids));
    }

    /** Whether nobody is left whom it could let through. */
    boolean isForNobody() {
        return users != null && users.isEmpty() || machines != null && machines.isEmpty();
    }

    private static SortedSet<String> less(SortedSet<String> all, SortedSet<String> sids) {
        SortedSet<String> left = new TreeSet<>(all);
        left.removeAll(sids);
        return left;
    }

    private static SortedSet<String> more(SortedSet<String> all, SortedSet<String> sids) {
        SortedSet<String> both = new TreeSet<>(all);
        both.addAll(sids);
        return both;
    }
}

package io.postern.enforcement.firewall;

import io.postern.enforcement.Unsupported;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.ProvenEntries.Entry;
import io.postern.policy.ProvenEntries.Identity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One identity grant, cut into parts by the blocks of identities that touch it. A denied SID stays
 * in the list even where nobody asked for it any more: a member of an allowed group may carry it.
 */
final class IdentityParts {
    /** More than so many parts of one grant are not compiled. */
    static final int MAX_PARTS = 16;

    private final Entry grant;
    private final Consumer<Unsupported> unsupported;
    private List<SecurePart> parts = new ArrayList<>();

    private IdentityParts(Entry grant, Consumer<Unsupported> unsupported) {
        this.grant = grant;
        this.unsupported = unsupported;
    }

    /**
     * The parts; none = nothing can be compiled, or nobody is let through.
     *
     * @param addresses where an identity can be proven and no address is blocked
     * @param blocks those of identities
     * @param unsupported gets what cannot be held
     */
    static List<SecurePart> of(
            Entry grant,
            AddressSet addresses,
            List<Entry> blocks,
            Consumer<Unsupported> unsupported) {
        IdentityParts parts = new IdentityParts(grant, unsupported);
        return parts.begin(addresses) && blocks.stream().allMatch(parts::cut)
                ? parts.parts
                : List.of();
    }

    private boolean begin(AddressSet addresses) {
        List<String> missing = withoutSid(grant.accounts());
        missing.addAll(withoutSid(grant.computers()));
        if (!missing.isEmpty()) {
            tell(
                    grant.key(),
                    "no SID is known of " + few(missing) + ", so no rule can ask for it",
                    "state the SID under principals");
            return false;
        }
        SecurePart whole =
                new SecurePart(
                        addresses,
                        sids(grant.accounts()),
                        new TreeSet<>(),
                        sids(grant.computers()),
                        new TreeSet<>());
        if (!addresses.isEmpty() && !whole.isForNobody()) {
            parts.add(whole);
        }
        return true;
    }

    /** False = too many parts. */
    private boolean cut(Entry block) {
        List<Identity> accounts = touched(block.accounts(), grant.accounts());
        List<Identity> computers = touched(block.computers(), grant.computers());
        boolean isForNobody =
                accounts != null && accounts.isEmpty() || computers != null && computers.isEmpty();
        if (isForNobody || parts.stream().noneMatch(part -> overlap(part, block))) {
            return true;
        }
        if (accounts != null && grant.accounts() == null) {
            cannotBind(block, "an account", "a computer");
            return true;
        }
        if (computers != null && grant.computers() == null) {
            cannotBind(block, "a computer", "an account");
            return true;
        }
        List<String> missing = withoutSid(accounts);
        missing.addAll(withoutSid(computers));
        if (!missing.isEmpty()) {
            tell(
                    block.key(),
                    "no SID is known of "
                            + few(missing)
                            + ", so the rules of grant '"
                            + grant.key()
                            + "' cannot deny it",
                    "state the SID under principals");
        }
        SortedSet<String> users = sids(accounts);
        SortedSet<String> machines = sids(computers);
        if (users != null && users.isEmpty() || machines != null && machines.isEmpty()) {
            return true;
        }
        List<SecurePart> cut = new ArrayList<>();
        for (SecurePart part : parts) {
            AddressSet inside = part.addresses().intersect(block.addresses());
            AddressSet outside = part.addresses().subtract(inside);
            if (!outside.isEmpty()) {
                cut.add(part.at(outside));
            }
            if (!inside.isEmpty()) {
                if (users != null) {
                    cut.add(part.at(inside).withoutUsers(users));
                }
                if (machines != null) {
                    cut.add(part.at(inside).withoutMachines(machines));
                }
            }
        }
        parts = merged(cut);
        if (parts.size() > MAX_PARTS) {
            tell(
                    grant.key(),
                    "the blocks that touch it would split it into more than "
                            + MAX_PARTS
                            + " rules",
                    "use a group, or join the blocks");
            return false;
        }
        return true;
    }

    private static boolean overlap(SecurePart part, Entry block) {
        return part.addresses().ranges().size() <= block.addresses().ranges().size()
                ? part.addresses().ranges().stream().anyMatch(block.addresses()::overlaps)
                : block.addresses().ranges().stream().anyMatch(part.addresses()::overlaps);
    }

    private void cannotBind(Entry block, String asked, String known) {
        tell(
                block.key(),
                "it asks for "
                        + asked
                        + ", and grant '"
                        + grant.key()
                        + "' for "
                        + known
                        + " alone, so its rules do not see that",
                "let the grant ask for both, or block addresses");
    }

    private void tell(String entry, String reason, String remedy) {
        unsupported.accept(new Unsupported(entry, reason, remedy));
    }

    /** Those blocked that the grant could let through; all of them where it asks for nobody. */
    private static List<Identity> touched(List<Identity> blocked, List<Identity> allowed) {
        if (blocked == null || allowed == null) {
            return blocked;
        }
        boolean hasGroup = allowed.stream().anyMatch(Identity::mayBeGroup);
        Collection<Identity> named = new HashSet<>(allowed);
        return blocked.stream()
                .filter(one -> hasGroup || one.mayBeGroup() || named.contains(one))
                .toList();
    }

    private static List<String> withoutSid(List<Identity> identities) {
        return identities == null
                ? new ArrayList<>()
                : identities.stream()
                        .filter(one -> !hasSid(one))
                        .map(Identity::name)
                        .collect(Collectors.toCollection(ArrayList::new));
    }

    private static boolean hasSid(Identity one) {
        return one.sid() != null && AccountList.isSid(one.sid());
    }

    private static SortedSet<String> sids(List<Identity> identities) {
        return identities == null
                ? null
                : identities.stream()
                        .filter(IdentityParts::hasSid)
                        .map(one -> one.sid().toUpperCase(Locale.ROOT))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    static String few(List<String> names) {
        String shown =
                names.stream()
                        .limit(3)
                        .map(name -> "'" + name + "'")
                        .collect(Collectors.joining(", "));
        return names.size() <= 3 ? shown : shown + " and " + (names.size() - 3) + " more";
    }

    /** Without those for nobody; equal lists are one part. */
    private static List<SecurePart> merged(List<SecurePart> parts) {
        Map<SecurePart, List<AddressRange>> byLists = new LinkedHashMap<>();
        for (SecurePart part : parts) {
            if (!part.isForNobody()) {
                byLists.computeIfAbsent(part.at(AddressSet.EMPTY), lists -> new ArrayList<>())
                        .addAll(part.addresses().ranges());
            }
        }
        List<SecurePart> merged = new ArrayList<>();
        byLists.forEach((lists, ranges) -> merged.add(lists.at(AddressSet.of(ranges))));
        return merged;
    }
}

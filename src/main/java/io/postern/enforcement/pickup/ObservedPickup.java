package io.postern.enforcement.pickup;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The pickup folder of one server as it was read. Immutable.
 *
 * @param path null = disabled: nothing is picked up
 * @param isDefaultPath whether it is the one that setup makes
 * @param inherits whether it takes entries from the folders above
 * @param owner SID of the folder's owner, upper case, who can always change its list; null = not
 *     known
 * @param entries of the folder; empty where it is disabled
 * @param shares those that lead to it
 * @param notes what was odd but readable, for people
 */
public record ObservedPickup(
        String path,
        boolean isDefaultPath,
        boolean inherits,
        String owner,
        List<FolderEntry> entries,
        List<FolderShare> shares,
        List<String> notes) {
    /** Administrators, SYSTEM and NETWORK SERVICE: Exchange needs them, nothing touches them. */
    public static final Set<String> NEEDED = Set.of("S-1-5-32-544", "S-1-5-18", "S-1-5-20");

    public ObservedPickup {
        owner = owner == null ? null : owner.toUpperCase(Locale.ROOT);
        entries = List.copyOf(entries);
        shares = List.copyOf(shares);
        notes = List.copyOf(notes);
    }

    /** As setup leaves it: for the services of the server and nobody else. */
    public static ObservedPickup ofFreshServer() {
        return new ObservedPickup(
                "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\TransportRoles\\Pickup",
                true,
                false,
                "S-1-5-32-544",
                List.of(
                        needed("S-1-5-32-544", "BUILTIN\\Administrators", 0x1F_01FF),
                        needed("S-1-5-18", "NT AUTHORITY\\SYSTEM", 0x1F_01FF),
                        needed("S-1-5-20", "NT AUTHORITY\\NETWORK SERVICE", 0x13_01DF)),
                List.of(),
                List.of());
    }

    private static FolderEntry needed(String sid, String account, int mask) {
        return new FolderEntry(sid, account, true, mask, true, true, false);
    }

    boolean isDisabled() {
        return path == null;
    }

    /** Shares of the folder itself. */
    List<FolderShare> ownShares() {
        return shares.stream().filter(FolderShare::isOfFolder).toList();
    }

    /** Entries of others through which their accounts can submit; those needed are left out. */
    List<FolderEntry> foreignWriters() {
        return entries.stream()
                .filter(entry -> entry.isWriting() && !entry.isOwn())
                .filter(entry -> !NEEDED.contains(entry.sid()))
                .toList();
    }

    ObservedPickup withEntries(List<FolderEntry> others) {
        return new ObservedPickup(path, isDefaultPath, inherits, owner, others, shares, notes);
    }

    ObservedPickup withShares(List<FolderShare> others) {
        return new ObservedPickup(path, isDefaultPath, inherits, owner, entries, others, notes);
    }
}

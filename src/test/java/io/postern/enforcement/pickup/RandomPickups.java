package io.postern.enforcement.pickup;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Folders with entries of ours and of others, over few accounts, so that all meets all. */
final class RandomPickups {
    static final List<String> ACCOUNTS =
            List.of("S-1-5-21-1-2-3-1", "S-1-5-21-1-2-3-2", "S-1-5-21-1-2-3-3", "S-1-1-0");
    private static final List<Integer> MASKS =
            List.of(FolderEntry.OWN_MASK, 0x2, 0x1200A9, 0x1301BF, 0x1F01FF, 0x40000000);
    private static final List<String> RIGHTS = List.of("Change", "Full", "Read");

    private RandomPickups() {}

    static ObservedPickup folder(Random random) {
        List<FolderEntry> entries = new ArrayList<>(ObservedPickup.ofFreshServer().entries());
        for (String account : ACCOUNTS) {
            while (random.nextInt(3) == 0) {
                FolderEntry entry =
                        new FolderEntry(
                                account,
                                null,
                                random.nextInt(4) > 0,
                                MASKS.get(random.nextInt(MASKS.size())),
                                random.nextInt(5) > 0,
                                random.nextBoolean(),
                                random.nextBoolean());
                if (entries.stream().noneMatch(one -> one.equals(entry))) {
                    entries.add(entry);
                }
            }
            if (random.nextInt(3) == 0 && entries.stream().noneMatch(e -> e.wouldMerge(account))) {
                entries.remove(FolderEntry.own(account));
                entries.add(FolderEntry.own(account));
            }
        }
        List<FolderShare> shares = new ArrayList<>();
        if (random.nextBoolean()) {
            shares.add(new FolderShare("Pickup", true, shareEntries(random)));
        }
        if (random.nextInt(3) == 0) {
            shares.add(new FolderShare("Exchange", false, shareEntries(random)));
        }
        return new ObservedPickup(
                "D:\\Pickup", false, true, "S-1-5-18", entries, shares, List.of());
    }

    private static List<ShareEntry> shareEntries(Random random) {
        List<ShareEntry> entries = new ArrayList<>();
        for (String account : ACCOUNTS) {
            if (random.nextInt(3) == 0) {
                String right = RIGHTS.get(random.nextInt(RIGHTS.size()));
                entries.add(new ShareEntry(account, null, random.nextInt(4) > 0, right));
            }
        }
        return entries;
    }

    static PickupState state(Random random) {
        return PickupState.of(
                ACCOUNTS.subList(0, 3).stream().filter(sid -> random.nextBoolean()).toList());
    }
}

package io.postern.enforcement.nftables;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tables for tests: small address spaces with neighbours, and the ends of both families. */
public final class RandomNftables {
    private RandomNftables() {}

    /** A state of that hook. */
    public static NftablesState state(Random random, NftablesHook hook) {
        SortedMap<Integer, AddressSet> allowed = new TreeMap<>();
        for (int port : List.of(25, 26, 2526)) {
            if (port == 25 || random.nextInt(3) == 0) {
                allowed.put(port, set(random));
            }
        }
        if (allowed.size() > 1 && random.nextInt(3) == 0) {
            allowed.put(allowed.lastKey(), allowed.get(25));
        }
        return NftablesState.of(hook, AddressSet.parse("10.20.0.11", "fd00:20::b"), allowed);
    }

    /** The same ports and sharing, other addresses: what an update can write. */
    public static NftablesState alike(Random random, NftablesState state) {
        List<NftablesState.Opening> openings = new ArrayList<>();
        for (NftablesState.Opening opening : state.openings()) {
            AddressSet set = opening.addresses();
            AddressSet other = random.nextBoolean() ? set(random) : set;
            openings.add(
                    new NftablesState.Opening(
                            opening.ports(),
                            (random.nextBoolean() ? set.union(other) : set.subtract(other))
                                    .texts()));
        }
        return new NftablesState(state.hook(), state.addresses(), openings);
    }

    /** Addresses of both families. */
    public static AddressSet set(Random random) {
        if (random.nextInt(12) == 0) {
            return random.nextBoolean() ? AddressSet.EMPTY : AddressSet.ALL;
        }
        List<AddressRange> ranges = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            long low = random.nextInt(64);
            long high = Math.min(63, low + random.nextInt(8));
            switch (random.nextInt(6)) {
                case 0 -> ranges.add(ipv4(0xFFFF_FFC0L + low, 0xFFFF_FFC0L + high));
                case 1 -> ranges.add(ipv4(low, high));
                case 2 -> ranges.add(ipv4(0x0A00_0000L + low, 0x0A00_0000L + high));
                case 3 -> ranges.add(ipv6(-1, -64 + low, -1, -64 + high));
                case 4 -> ranges.add(ipv6(0xFD00L << 48, low, 0xFD00L << 48, high));
                default -> ranges.add(ipv6(low, random.nextLong(), high + 1, random.nextLong()));
            }
        }
        return AddressSet.of(ranges);
    }

    private static AddressRange ipv4(long low, long high) {
        return new AddressRange(Address.ipv4(low), Address.ipv4(high));
    }

    private static AddressRange ipv6(long high, long low, long lastHigh, long lastLow) {
        return new AddressRange(Address.ipv6(high, low), Address.ipv6(lastHigh, lastLow));
    }

    /** A set of so many ranges, no two of which touch, half of each family. */
    public static AddressSet large(int ranges, long seed) {
        Random random = new Random(seed);
        List<AddressRange> all = new ArrayList<>();
        for (int i = 0; i < ranges / 2; i++) {
            long at = 0x0A00_0000L + i * 16L;
            all.add(ipv4(at, at + random.nextInt(15)));
            long high = 0xFD00L << 48 | i;
            all.add(ipv6(high, 0, high, random.nextBoolean() ? 0 : random.nextInt(1 << 20)));
        }
        return AddressSet.of(all);
    }
}

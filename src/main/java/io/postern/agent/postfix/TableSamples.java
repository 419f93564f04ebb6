package io.postern.agent.postfix;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Addresses to look up in a table: both sides of boundaries, evenly chosen where there are many.
 */
final class TableSamples {
    private static final int MAX_RANGES = 64;

    private TableSamples() {}

    static List<Address> of(AddressSet set) {
        TreeSet<Address> samples = new TreeSet<>();
        for (AddressRange family : AddressSet.ALL.ranges()) {
            samples.add(family.low());
            samples.add(family.high());
        }
        List<AddressRange> ranges = set.ranges();
        int count = Math.min(MAX_RANGES, ranges.size());
        for (int i = 0; i < count; i++) {
            // The first and the last are among them.
            int index = count == 1 ? 0 : (int) ((long) i * (ranges.size() - 1) / (count - 1));
            AddressRange range = ranges.get(index);
            samples.add(range.low());
            samples.add(range.high());
            Optional<Address> before = range.low().previous();
            before.ifPresent(samples::add);
            range.high().next().ifPresent(samples::add);
        }
        return List.copyOf(samples);
    }
}

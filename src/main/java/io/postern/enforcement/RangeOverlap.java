package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Tells quickly which of many ranges meet any of a few; plans look at thousands for each write. */
final class RangeOverlap {
    private final TreeMap<Address, Address> ends = new TreeMap<>();

    RangeOverlap(Collection<AddressRange> few) {
        for (AddressRange range : AddressSet.of(few).ranges()) {
            ends.put(range.low(), range.high());
        }
    }

    boolean meets(AddressRange range) {
        Map.Entry<Address, Address> last = ends.floorEntry(range.high());
        return last != null && last.getValue().compareTo(range.low()) >= 0;
    }
}

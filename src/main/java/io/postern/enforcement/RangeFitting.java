package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Cuts ranges so that they may stand beside given obstacles: no partial overlap, never equal, and
 * narrower than every obstacle of more than one address that covers them. A single address never
 * cuts: nested inside a wider range it is allowed.
 */
final class RangeFitting {
    /** First addresses behind a cut. */
    private final TreeSet<Address> cuts = new TreeSet<>();

    private final Set<AddressRange> taken = new HashSet<>();

    /**
     * @param ranges the pieces in order
     * @param blocked single addresses that an obstacle holds as such: no piece can hold them
     */
    record Fitted(List<AddressRange> ranges, List<Address> blocked) {}

    RangeFitting(Collection<AddressRange> obstacles) {
        taken.addAll(obstacles);
        for (AddressRange obstacle : taken) {
            if (!obstacle.low().equals(obstacle.high())) {
                cutAt(obstacle);
            }
        }
    }

    /** Cuts at both ends of a range from now on, without forbidding the range itself. */
    void cutAt(AddressRange range) {
        cuts.add(range.low());
        range.high().next().ifPresent(cuts::add);
    }

    Fitted fit(Collection<AddressRange> ranges) {
        Fitted fitted = new Fitted(new ArrayList<>(), new ArrayList<>());
        for (AddressRange range : ranges) {
            Address low = range.low();
            for (Address cut : cuts.subSet(range.low(), false, range.high(), true)) {
                if (cut.family() == range.family()) {
                    place(new AddressRange(low, cut.previous().orElseThrow()), fitted);
                    low = cut;
                }
            }
            place(new AddressRange(low, range.high()), fitted);
        }
        return fitted;
    }

    private void place(AddressRange piece, Fitted fitted) {
        if (!taken.contains(piece)) {
            fitted.ranges().add(piece);
        } else if (piece.low().equals(piece.high())) {
            fitted.blocked().add(piece.low());
        } else {
            BigInteger sum = piece.low().value().add(piece.high().value());
            Address middle = Address.of(piece.family(), sum.shiftRight(1));
            place(new AddressRange(piece.low(), middle), fitted);
            place(new AddressRange(middle.next().orElseThrow(), piece.high()), fitted);
        }
    }
}

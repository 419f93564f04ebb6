package io.postern.policy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * A set of submissions whose tier changes in the same way: the product of its dimensions. In
 * accounts and computers {@code ["*"]} = every value, {@code (none)} = no proven identity, {@code
 * (other)} = any proven principal the policy does not know. No list is ever empty.
 *
 * @param from first instant; null = from the beginning
 * @param until first instant after; null = without end
 * @param witness one submission inside
 * @param because the deciding entries on both sides, at the witness
 */
public record Region(
        Direction direction,
        List<String> servers,
        List<Integer> ports,
        List<String> accounts,
        List<String> computers,
        AddressSet addresses,
        Instant from,
        Instant until,
        Tier before,
        Tier after,
        Submission witness,
        Because because) {
    /** The order of regions: what opens first, by tier, address, time and place. */
    public static final Comparator<Region> ORDER =
            Comparator.comparing(Region::direction)
                    .thenComparing(Region::after, Comparator.reverseOrder())
                    .thenComparing(Region::before)
                    .thenComparing(region -> region.addresses().ranges().get(0))
                    .thenComparing(Region::from, Comparator.nullsFirst(Comparator.naturalOrder()))
                    .thenComparing(Region::until, Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(region -> region.servers().toString(), KeyOrder.CODE_POINT)
                    .thenComparing(region -> region.ports().toString())
                    .thenComparing(region -> region.accounts().toString(), KeyOrder.CODE_POINT)
                    .thenComparing(region -> region.computers().toString(), KeyOrder.CODE_POINT);

    /** Keys of the deciding block or grant; null = no entry matched. */
    public record Because(String before, String after) {}

    public Region {
        Objects.requireNonNull(direction);
        servers = List.copyOf(servers);
        ports = List.copyOf(ports);
        accounts = List.copyOf(accounts);
        computers = List.copyOf(computers);
        Objects.requireNonNull(addresses);
        Objects.requireNonNull(before);
        Objects.requireNonNull(after);
        Objects.requireNonNull(witness);
        Objects.requireNonNull(because);
    }

    /**
     * The same at another time.
     *
     * @param at instant of the witness, within the bounds
     */
    Region during(Instant begins, Instant ends, Instant at) {
        return new Region(
                direction,
                servers,
                ports,
                accounts,
                computers,
                addresses,
                begins,
                ends,
                before,
                after,
                new Submission(
                        witness.address(),
                        witness.account(),
                        witness.computer(),
                        witness.server(),
                        witness.port(),
                        at),
                because);
    }

    /**
     * The part of it within some addresses.
     *
     * @param part not empty, all of them within the region
     * @param moved the witness there
     * @param movedBecause the deciding entries at it
     */
    public Region within(AddressSet part, Submission moved, Because movedBecause) {
        return new Region(
                direction,
                servers,
                ports,
                accounts,
                computers,
                part,
                from,
                until,
                before,
                after,
                moved,
                movedBecause);
    }

    public BigInteger addressCount() {
        return addresses.count();
    }
}

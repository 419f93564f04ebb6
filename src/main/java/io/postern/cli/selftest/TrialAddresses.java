package io.postern.cli.selftest;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import java.math.BigInteger;
import java.util.Random;

/**
 * Ranges that nothing else in the test policy touches, nor lies next to: what a fault does at their
 * edges is nobody else's. Deterministic by the random numbers it is given.
 */
final class TrialAddresses {
    private static final int NETWORKS = 200;

    private final Random random;
    private int drawn;

    TrialAddresses(Random random) {
        this.random = random;
    }

    /** A fresh range of either family. */
    AddressRange any() {
        return random.nextBoolean() ? ipv4() : ipv6();
    }

    /** Of 1 to 120 addresses within a /24 of its own. */
    AddressRange ipv4() {
        int network = drawn++ % NETWORKS;
        return within(Address.parse("10.40." + network + ".0"), 100, sizes(120));
    }

    /** Of 1 to 2^40 addresses within a /64 of its own. */
    AddressRange ipv6() {
        int network = drawn++ % NETWORKS;
        BigInteger size =
                random.nextInt(3) == 0 ? BigInteger.ONE.shiftLeft(random.nextInt(40)) : sizes(5000);
        return within(Address.parse("fd00:40:" + Integer.toHexString(network) + "::"), 5000, size);
    }

    /** Of 2 to 64 addresses where clients can prove who they are (10.20.0.0/16). */
    AddressRange provable() {
        int network = 30 + drawn++ % NETWORKS;
        BigInteger size = BigInteger.valueOf(2 + random.nextInt(63));
        return within(Address.parse("10.20." + network + ".0"), 100, size);
    }

    private BigInteger sizes(int most) {
        return BigInteger.valueOf(
                switch (random.nextInt(4)) {
                    case 0 -> 1;
                    case 1 -> 2;
                    case 2 -> 16;
                    default -> 3 + random.nextInt(most - 3);
                });
    }

    private AddressRange within(Address network, int firstBelow, BigInteger size) {
        AddressFamily family = network.family();
        BigInteger low = network.value().add(BigInteger.valueOf(8 + random.nextInt(firstBelow)));
        return new AddressRange(
                Address.of(family, low),
                Address.of(family, low.add(size).subtract(BigInteger.ONE)));
    }
}

package io.postern.policy;

/** The two address families; they never match each other. */
public enum AddressFamily {
    IPV4(32),
    IPV6(128);

    private final int bits;

    AddressFamily(int bits) {
        this.bits = bits;
    }

    /** Address width: 32 or 128. */
    public int bits() {
        return bits;
    }
}

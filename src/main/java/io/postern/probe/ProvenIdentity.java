package io.postern.probe;

import java.util.Comparator;

/**
 * Whom a probe proves to be.
 *
 * @param account null = no account
 * @param computer null = no computer
 */
record ProvenIdentity(String account, String computer) {
    /** Nobody in particular. */
    static final ProvenIdentity NONE = new ProvenIdentity(null, null);

    static final Comparator<ProvenIdentity> ORDER =
            Comparator.comparing(
                            ProvenIdentity::account,
                            Comparator.nullsFirst(Comparator.<String>naturalOrder()))
                    .thenComparing(
                            ProvenIdentity::computer,
                            Comparator.nullsFirst(Comparator.<String>naturalOrder()));
}

package io.postern.enforcement;

import java.util.Objects;

/**
 * A domain that an Exchange organisation takes mail for.
 *
 * @param name the entry's name
 * @param domain may be {@code *} (every domain: an open relay) or {@code *.x}
 * @param isDefault whether it is the organisation's default
 */
public record AcceptedDomain(String name, String domain, Type type, boolean isDefault) {
    /** What becomes of mail for it. */
    public enum Type {
        /** Delivered here, else refused. */
        AUTHORITATIVE,
        /** Delivered here, else sent on inside. */
        INTERNAL_RELAY,
        /** Sent on to outside. */
        EXTERNAL_RELAY
    }

    public AcceptedDomain {
        Objects.requireNonNull(name);
        Objects.requireNonNull(domain);
        Objects.requireNonNull(type);
    }

    /** Whether it stands for every domain there is. */
    public boolean isEveryDomain() {
        return domain.equals("*");
    }
}

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
        AUTHORITATIVE("Authoritative"),
        /** Delivered here, else sent on inside. */
        INTERNAL_RELAY("InternalRelay"),
        /** Sent on to outside. */
        EXTERNAL_RELAY("ExternalRelay");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        /** Exchange's word for it. */
        public String word() {
            return word;
        }
    }

    /** What cannot be said of a server whose accepted domains are not known; for people. */
    public static final String UNKNOWN =
            "The accepted domains were not read back: one of them could be '*', and then whoever may"
                    + " send to own domains may send to anyone.";

    public AcceptedDomain {
        Objects.requireNonNull(name);
        Objects.requireNonNull(domain);
        Objects.requireNonNull(type);
    }

    /** Whether it stands for every domain there is. */
    public boolean isEveryDomain() {
        return domain.equals("*");
    }

    /** Whether it stands for every domain of a top-level domain, such as {@code *.com}. */
    public boolean isWholeTopLevel() {
        return domain.startsWith("*.") && domain.indexOf('.', 2) < 0;
    }
}

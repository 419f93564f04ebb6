package io.postern.enforcement;

/** Flags of a connector's AuthMechanism. */
public enum AuthMechanism {
    TLS("Tls"),
    INTEGRATED("Integrated"),
    BASIC_AUTH("BasicAuth"),
    BASIC_AUTH_REQUIRE_TLS("BasicAuthRequireTLS"),
    EXCHANGE_SERVER("ExchangeServer"),
    EXTERNAL_AUTHORITATIVE("ExternalAuthoritative");

    private final String word;

    AuthMechanism(String word) {
        this.word = word;
    }

    /** Exchange's own spelling. */
    public String word() {
        return word;
    }
}

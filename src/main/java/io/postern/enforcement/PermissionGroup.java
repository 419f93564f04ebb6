package io.postern.enforcement;

/** Flags of a connector's PermissionGroups. CUSTOM is only ever reported, never set. */
public enum PermissionGroup {
    ANONYMOUS_USERS("AnonymousUsers"),
    EXCHANGE_USERS("ExchangeUsers"),
    EXCHANGE_SERVERS("ExchangeServers"),
    EXCHANGE_LEGACY_SERVERS("ExchangeLegacyServers"),
    PARTNERS("Partners"),
    CUSTOM("Custom");

    private final String word;

    PermissionGroup(String word) {
        this.word = word;
    }

    /** Exchange's own spelling. */
    public String word() {
        return word;
    }
}

package io.postern.enforcement;

/** The Exchange service that owns a connector. */
public enum TransportRole {
    FRONTEND_TRANSPORT("FrontendTransport"),
    HUB_TRANSPORT("HubTransport");

    private final String word;

    TransportRole(String word) {
        this.word = word;
    }

    /** Exchange's own spelling. */
    public String word() {
        return word;
    }
}

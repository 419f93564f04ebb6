package io.postern.agent;

/**
 * What came of asking for a desired state.
 *
 * @param etag the service's tag of it; null unless PUBLISHED
 * @param jws the signed state, unchecked; null unless PUBLISHED
 */
record Download(Kind kind, String etag, String jws) {
    enum Kind {
        /** Nothing was ever published: leave the server as found. */
        NOTHING,
        /** The one that is known. */
        UNCHANGED,
        PUBLISHED
    }
}

package io.postern.policy;

import java.util.Locale;

/** What may be written to a server without a person, when it drifts. */
public enum ServerRepair {
    /** Nothing: a person decides. */
    NONE,
    /** Our own objects, where writing them again gives no address more than it has now. */
    TIGHTENING;

    /** The word used in policy files and JSON: the lower-case name. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

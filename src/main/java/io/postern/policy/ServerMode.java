package io.postern.policy;

import java.util.Locale;

/** What the agents of a server may do to it. */
public enum ServerMode {
    /** Compile, read, probe and report; write nothing. */
    OBSERVE,
    /** Hold the desired state. */
    ENFORCE,
    /** Record drift, repair nothing. */
    MAINTENANCE;

    /** The word used in policy files and JSON: the lower-case name. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

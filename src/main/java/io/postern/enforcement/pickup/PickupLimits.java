package io.postern.enforcement.pickup;

import java.util.List;

/** What the pickup folder cannot do, in words for documents, pages and terminals. */
public final class PickupLimits {
    private static final List<String> WORDS =
            List.of(
                    "Whoever can write to the pickup folder can relay to any recipient under any"
                            + " sender: no connector, no authentication and no anti-spam stands"
                            + " in between.",
                    "Its access list knows accounts only: no addresses, no computers, no ports.",
                    "Administrators, SYSTEM and NETWORK SERVICE of the server can always write and"
                            + " are not counted.",
                    "Entries of others are told and never removed; inherited ones cannot be"
                            + " removed on the folder without ending inheritance.",
                    "Postern makes no share; it lets accounts through the shares of the folder that"
                            + " are there.",
                    "Exchange does not log who dropped a file. The owner is captured while the file"
                            + " lies there: it can be gone within 5 seconds, before it is seen,"
                            + " and the owner can be the group Administrators. Name and content"
                            + " are never kept.");

    private PickupLimits() {}

    /** The sentences. */
    public static List<String> words() {
        return WORDS;
    }
}

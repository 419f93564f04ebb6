package io.postern.enforcement.outlook;

import java.util.List;

/** What the guard cannot do, in words for documents, pages and terminals. */
public final class OutlookGuardLimits {
    private static final List<String> WORDS =
            List.of(
                    "It is independent of SMTP: it neither opens nor closes a port, and no"
                            + " grant or block reaches it.",
                    "It asks or refuses when a program sends through Outlook; the new Outlook for"
                            + " Windows has no object model and is not concerned (unverified).",
                    "Policies of users are seen and written only while their hives are loaded,"
                            + " that is, while they are logged on; a roaming or group policy"
                            + " overwrites them, so set the same values there.",
                    "What is taken back leaves an empty registry key where none was.",
                    "The path of click-to-run Office, the values 0 and 1 of ObjectModelGuard, the"
                            + " modes 0 to 2 and the name of the prompt for meeting requests are"
                            + " unverified.");

    private OutlookGuardLimits() {}

    /** The sentences. */
    public static List<String> words() {
        return WORDS;
    }
}

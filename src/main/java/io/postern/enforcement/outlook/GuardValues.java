package io.postern.enforcement.outlook;

import java.util.List;

/**
 * The values of the guard. Names, and what 0 to 3 mean for a prompt, are those of the
 * administrative templates of Office as policypicker.app shows them. Unverified: the name {@link
 * #PROMPT_MEETING}; 0 to 2 of {@link #ADMIN_SECURITY_MODE}; 0 and 1 of {@link #OBJECT_MODEL_GUARD};
 * that all versions share them.
 */
public final class GuardValues {
    /**
     * Of the machine: {@link #WARN_WITHOUT_ANTIVIRUS}, {@link #WARN_ALWAYS}, {@link #WARN_NEVER}.
     */
    public static final String OBJECT_MODEL_GUARD = "ObjectModelGuard";

    /** Warns where no up-to-date antivirus is registered; as if the value were absent. */
    public static final int WARN_WITHOUT_ANTIVIRUS = 0;

    public static final int WARN_ALWAYS = 1;
    public static final int WARN_NEVER = 2;

    /** Of a user: only with {@link #MODE_POLICY} the prompts below are read at all. */
    public static final String ADMIN_SECURITY_MODE = "AdminSecurityMode";

    public static final int MODE_POLICY = 3;

    /** A program sends through the object model. */
    public static final String PROMPT_SEND = "PromptOOMSend";

    /** A program answers meeting and task requests. */
    public static final String PROMPT_MEETING = "PromptOOMMeetingTaskRequestResponse";

    /** A program sends through Simple MAPI. */
    public static final String PROMPT_SIMPLE_MAPI = "PromptSimpleMAPISend";

    public static final int PROMPT_DENY = 0;
    public static final int PROMPT_ASK = 1;
    public static final int PROMPT_ALLOW = 2;
    public static final int PROMPT_BY_ANTIVIRUS = 3;

    /** What sends: these are set. */
    public static final List<String> SENDING =
            List.of(PROMPT_SEND, PROMPT_MEETING, PROMPT_SIMPLE_MAPI);

    /** All of a user that are read. */
    public static final List<String> USER =
            List.of(
                    ADMIN_SECURITY_MODE,
                    PROMPT_SEND,
                    PROMPT_MEETING,
                    PROMPT_SIMPLE_MAPI,
                    "PromptOOMAddressBookAccess",
                    "PromptOOMAddressInformationAccess",
                    "PromptOOMSaveAs",
                    "PromptOOMFormulaAccess",
                    "PromptOOMCustomAction",
                    "PromptOOMItemPropertyAccess",
                    "PromptOOMAddressUserPropertyFind",
                    "PromptSimpleMAPINameResolve",
                    "PromptSimpleMAPIOpenMessage");

    /** All of the machine. */
    public static final List<String> MACHINE = List.of(OBJECT_MODEL_GUARD);

    private GuardValues() {}

    /** What a value means, for people; an unknown one is told as its number. */
    static String meaning(String name, Integer value) {
        if (value == null) {
            return "absent";
        }
        return switch (name) {
            case OBJECT_MODEL_GUARD ->
                    word(value, "warn without antivirus", "always warn", "never warn");
            case ADMIN_SECURITY_MODE ->
                    value == MODE_POLICY ? "3 (policy)" : value + " (prompts are not read)";
            default -> word(value, "deny", "ask", "allow", "ask without antivirus");
        };
    }

    private static String word(int value, String... words) {
        return value >= 0 && value < words.length
                ? value + " (" + words[value] + ")"
                : value + " (unknown)";
    }
}

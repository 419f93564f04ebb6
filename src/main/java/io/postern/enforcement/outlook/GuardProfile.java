package io.postern.enforcement.outlook;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What happens when a program sends through Outlook. */
public enum GuardProfile {
    /** The user is asked, each time. */
    ASK(GuardValues.PROMPT_ASK),
    /** It is refused. */
    DENY(GuardValues.PROMPT_DENY);

    private final int prompt;

    GuardProfile(int prompt) {
        this.prompt = prompt;
    }

    /** The word of the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The values of each user's policy. */
    Map<String, Integer> userValues() {
        Map<String, Integer> values = new TreeMap<>();
        values.put(GuardValues.ADMIN_SECURITY_MODE, GuardValues.MODE_POLICY);
        GuardValues.SENDING.forEach(name -> values.put(name, prompt));
        return values;
    }
}

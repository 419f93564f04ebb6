package io.postern.enforcement.outlook;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * A registry key of the guard: the policy of one user, or the setting of the machine in one view,
 * for one version of Office.
 *
 * @param user SID of a user whose hive is loaded, upper case; null = the machine's
 * @param view of the machine's registry; null = a user's
 * @param version such as {@code 16.0}
 */
public record GuardKey(String user, View view, String version) {
    /** 2007, 2010, 2013, and 2016 with everything after it (which version is which: unverified). */
    public static final List<String> VERSIONS = List.of("12.0", "14.0", "15.0", "16.0");

    /** By user, view and version, the machine's first. */
    static final Comparator<GuardKey> ORDER =
            Comparator.comparing(GuardKey::user, Comparator.nullsFirst(Comparator.naturalOrder()))
                    .thenComparing(GuardKey::view, Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(GuardKey::version);

    /** Where Office of one kind keeps the machine's settings. */
    public enum View {
        /** Office of the same width as Windows. */
        NATIVE("native", "HKLM\\SOFTWARE\\Microsoft\\Office\\"),
        /** 32-bit Office on 64-bit Windows. */
        WOW6432("wow6432", "HKLM\\SOFTWARE\\Wow6432Node\\Microsoft\\Office\\"),
        /** The registry of click-to-run Office (unverified). */
        CLICK_TO_RUN(
                "click-to-run",
                "HKLM\\SOFTWARE\\Microsoft\\Office\\ClickToRun\\REGISTRY\\MACHINE\\Software\\"
                        + "Microsoft\\Office\\"),
        /** The same of 32-bit click-to-run Office on 64-bit Windows (unverified). */
        CLICK_TO_RUN_WOW6432(
                "click-to-run-wow6432",
                "HKLM\\SOFTWARE\\Microsoft\\Office\\ClickToRun\\REGISTRY\\MACHINE\\Software\\"
                        + "Wow6432Node\\Microsoft\\Office\\");

        private final String word;
        private final String path;

        View(String word, String path) {
            this.word = word;
            this.path = path;
        }

        /** The word of scripts and exports. */
        public String word() {
            return word;
        }

        /**
         * The view of a word.
         *
         * @throws IllegalArgumentException if it is none
         */
        public static View ofWord(String word) {
            for (View view : values()) {
                if (view.word.equals(word)) {
                    return view;
                }
            }
            throw new IllegalArgumentException("'" + word + "' is no view of the registry");
        }
    }

    public GuardKey {
        Objects.requireNonNull(version);
        if ((user == null) == (view == null)) {
            throw new IllegalArgumentException("a key is a user's or the machine's");
        }
        if (!VERSIONS.contains(version)) {
            throw new IllegalArgumentException(
                    "'" + version + "' is not one of " + String.join(", ", VERSIONS));
        }
    }

    /** The machine's. */
    public static GuardKey ofMachine(View view, String version) {
        return new GuardKey(null, view, version);
    }

    /** The policy of a user. */
    public static GuardKey ofUser(String sid, String version) {
        return new GuardKey(sid, null, version);
    }

    /** The names of the values that count there. */
    public List<String> names() {
        return user == null ? GuardValues.MACHINE : GuardValues.USER;
    }

    /** Where it is, as people write it. */
    public String path() {
        return (user == null
                        ? view.path
                        : "HKU\\" + user + "\\Software\\Policies\\Microsoft\\Office\\")
                + version
                + "\\Outlook\\Security";
    }
}

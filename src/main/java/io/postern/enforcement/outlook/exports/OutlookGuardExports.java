package io.postern.enforcement.outlook.exports;

import io.postern.enforcement.VisibleText;
import io.postern.enforcement.exports.ExportException;
import io.postern.enforcement.exports.ExportNode;
import io.postern.enforcement.exports.ExportObject;
import io.postern.enforcement.exports.OneFile;
import io.postern.enforcement.exports.UnreadableException;
import io.postern.enforcement.outlook.GuardKey;
import io.postern.enforcement.outlook.ObservedGuardKey;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the JSON of the read script of the object model guard. */
public final class OutlookGuardExports {
    private static final int MAX_KEYS = 10_000;
    private static final int MAX_NOTES = 1000;
    private static final Pattern SID = Pattern.compile("(?i)S-1-[0-9]{1,15}(-[0-9]{1,10}){1,15}");

    private OutlookGuardExports() {}

    /**
     * What a file says.
     *
     * @param files the bytes by the name to use in messages; exactly one
     * @throws ExportException with the fault and its place
     */
    public static ObservedOutlookGuard read(Map<String, byte[]> files) throws ExportException {
        return OneFile.read(files, OutlookGuardExports::parse);
    }

    /**
     * What a text says.
     *
     * @throws UnreadableException with the first fault and its place
     */
    public static ObservedOutlookGuard parse(String text) throws UnreadableException {
        ExportObject whole = ExportObject.whole(text, "the object model guard");
        List<ObservedGuardKey> keys = new ArrayList<>();
        Set<GuardKey> seen = new HashSet<>();
        for (ExportNode node : whole.list("keys", MAX_KEYS)) {
            ExportObject object = ExportObject.of(node, "a key");
            GuardKey key = key(object);
            if (!seen.add(key)) {
                throw object.fault("version", key.path() + " is there twice");
            }
            keys.add(key(object, key));
        }
        return new ObservedOutlookGuard(keys, whole.texts("notes", MAX_NOTES));
    }

    private static GuardKey key(ExportObject object) throws UnreadableException {
        String user = object.optional("user");
        String view = object.optional("view");
        if (user != null && !SID.matcher(user).matches()) {
            throw object.fault(
                    "user", "'" + VisibleText.of(user, 60) + "' is no SID of the form S-1-…");
        }
        try {
            return new GuardKey(
                    user == null ? null : user.toUpperCase(Locale.ROOT),
                    view == null ? null : GuardKey.View.ofWord(view),
                    object.text("version"));
        } catch (IllegalArgumentException e) {
            throw object.fault(view == null ? "version" : "view", VisibleText.of(e.getMessage()));
        }
    }

    private static ObservedGuardKey key(ExportObject object, GuardKey key)
            throws UnreadableException {
        Map<String, Integer> present = object.numbers("present");
        List<String> unreadable = object.texts("unreadable", key.names().size());
        for (String name : present.keySet()) {
            check(object, "present", key, name);
        }
        for (String name : unreadable) {
            check(object, "unreadable", key, name);
            if (present.containsKey(name)) {
                throw object.fault("unreadable", name + " is present and unreadable");
            }
        }
        return new ObservedGuardKey(key, present, unreadable);
    }

    private static void check(ExportObject object, String where, GuardKey key, String name)
            throws UnreadableException {
        if (!key.names().contains(name)) {
            throw object.fault(
                    where, "'" + VisibleText.of(name, 60) + "' is no value of " + key.path());
        }
    }
}

package io.postern.enforcement.pickup.exports;

import io.postern.enforcement.VisibleText;
import io.postern.enforcement.exports.ExportException;
import io.postern.enforcement.exports.ExportNode;
import io.postern.enforcement.exports.ExportObject;
import io.postern.enforcement.exports.OneFile;
import io.postern.enforcement.exports.UnreadableException;
import io.postern.enforcement.pickup.FolderEntry;
import io.postern.enforcement.pickup.FolderShare;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.ShareEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the JSON of the read script of the pickup folder. */
public final class PickupExports {
    /** Most entries of one list; Windows holds fewer. */
    static final int MAX_ENTRIES = 4000;

    private static final int MAX_SHARES = 200;
    private static final int MAX_NOTES = 100;
    private static final int MAX_TEXT = 2000;
    private static final Pattern SID = Pattern.compile("(?i)S-1-[0-9]{1,15}(-[0-9]{1,10}){1,15}");

    private PickupExports() {}

    /**
     * What a file says.
     *
     * @param files the bytes by the name to use in messages; exactly one
     * @throws ExportException with the fault and its place
     */
    public static ObservedPickup read(Map<String, byte[]> files) throws ExportException {
        return OneFile.read(files, PickupExports::parse);
    }

    /**
     * What a text says.
     *
     * @throws UnreadableException with the first fault and its place
     */
    public static ObservedPickup parse(String text) throws UnreadableException {
        ExportObject whole = ExportObject.whole(text, "the pickup folder");
        String path = whole.optional("path");
        String owner = whole.optional("owner");
        List<FolderEntry> entries = new ArrayList<>();
        for (ExportNode node : whole.list("entries", MAX_ENTRIES)) {
            entries.add(entry(ExportObject.of(node, "an entry")));
        }
        List<FolderShare> shares = new ArrayList<>();
        for (ExportNode node : whole.list("shares", MAX_SHARES)) {
            shares.add(share(ExportObject.of(node, "a share")));
        }
        return new ObservedPickup(
                path == null || path.isBlank() ? null : bounded(whole, "path", path),
                whole.flag("isDefaultPath"),
                whole.flag("inherits"),
                owner == null || owner.isBlank() ? null : sid(whole, "owner"),
                entries,
                shares,
                whole.texts("notes", MAX_NOTES));
    }

    private static FolderEntry entry(ExportObject entry) throws UnreadableException {
        String propagation = entry.text("propagation");
        return new FolderEntry(
                sid(entry, "sid"),
                account(entry),
                isAllow(entry),
                entry.number("mask"),
                !propagation.contains("InheritOnly"),
                !entry.text("inheritance").equals("None"),
                entry.flag("inherited"));
    }

    private static FolderShare share(ExportObject share) throws UnreadableException {
        List<ShareEntry> entries = new ArrayList<>();
        for (ExportNode node : share.list("entries", MAX_ENTRIES)) {
            ExportObject entry = ExportObject.of(node, "a share's entry");
            entries.add(
                    new ShareEntry(
                            sid(entry, "sid"),
                            account(entry),
                            isAllow(entry),
                            entry.text("right")));
        }
        return new FolderShare(
                bounded(share, "name", share.text("name")), share.flag("isOfFolder"), entries);
    }

    private static boolean isAllow(ExportObject entry) throws UnreadableException {
        String type = entry.text("type");
        return switch (type) {
            case "Allow" -> true;
            case "Deny" -> false;
            default -> throw entry.fault("type", "type must be Allow or Deny");
        };
    }

    private static String account(ExportObject entry) throws UnreadableException {
        String account = entry.optional("account");
        return account == null || account.isBlank() ? null : bounded(entry, "account", account);
    }

    private static String sid(ExportObject of, String name) throws UnreadableException {
        String sid = of.text(name);
        if (!SID.matcher(sid).matches()) {
            throw of.fault(name, "'" + VisibleText.of(sid, 60) + "' is no SID of the form S-1-…");
        }
        return sid;
    }

    private static String bounded(ExportObject of, String name, String text)
            throws UnreadableException {
        if (text.length() > MAX_TEXT) {
            throw of.fault(name, name + " is longer than " + MAX_TEXT + " characters");
        }
        return text;
    }
}

package io.postern.enforcement.pickup;

import static io.postern.enforcement.pickup.FolderRight.CHANGE_PERMISSIONS;
import static io.postern.enforcement.pickup.FolderRight.CREATE_FILES;
import static io.postern.enforcement.pickup.FolderRight.GENERIC_ALL;
import static io.postern.enforcement.pickup.FolderRight.GENERIC_WRITE;
import static io.postern.enforcement.pickup.FolderRight.READ_ATTRIBUTES;
import static io.postern.enforcement.pickup.FolderRight.SYNCHRONIZE;
import static io.postern.enforcement.pickup.FolderRight.TAKE_OWNERSHIP;
import static io.postern.enforcement.pickup.FolderRight.WRITE_ATTRIBUTES;
import static io.postern.enforcement.pickup.FolderRight.WRITE_EXTENDED_ATTRIBUTES;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One entry of the pickup folder's NTFS access list.
 *
 * <p>An access list has no room for an ownership mark. Ours is the shape: an allowing entry for
 * this folder only with exactly {@link #OWN_MASK}, which no preset of Windows gives. It lets an
 * account create a file and fill it through the same handle, and neither list the folder nor read,
 * rename or delete what is in it.
 *
 * @param sid in text form, upper case
 * @param account its name; null = the server knows none
 * @param isAllow else it denies
 * @param mask the access mask
 * @param appliesHere whether it holds for the folder itself
 * @param appliesBelow whether files or folders in it inherit it
 * @param isInherited whether it comes from a folder above
 */
public record FolderEntry(
        String sid,
        String account,
        boolean isAllow,
        int mask,
        boolean appliesHere,
        boolean appliesBelow,
        boolean isInherited) {
    /** The rights that Postern gives. */
    public static final int OWN_MASK =
            FolderRight.mask(
                    CREATE_FILES,
                    WRITE_EXTENDED_ATTRIBUTES,
                    READ_ATTRIBUTES,
                    WRITE_ATTRIBUTES,
                    SYNCHRONIZE);

    /** With any of these an account can put a file there, or give itself the right to. */
    private static final int WRITING =
            FolderRight.mask(
                    CREATE_FILES, GENERIC_WRITE, GENERIC_ALL, CHANGE_PERMISSIONS, TAKE_OWNERSHIP);

    /** CREATOR OWNER, CREATOR GROUP and OWNER RIGHTS name nobody who is not there already. */
    private static final Set<String> PLACEHOLDERS = Set.of("S-1-3-0", "S-1-3-1", "S-1-3-4");

    public FolderEntry {
        sid = sid.toUpperCase(Locale.ROOT);
    }

    /** The entry that Postern writes for an account. */
    public static FolderEntry own(String sid) {
        return new FolderEntry(sid, null, true, OWN_MASK, true, false, false);
    }

    /** Whether it is one that Postern wrote. */
    public boolean isOwn() {
        return isAllow && mask == OWN_MASK && appliesHere && !appliesBelow && !isInherited;
    }

    /** Whether it lets its account submit: write a message, or change one that lies there. */
    public boolean isWriting() {
        return isAllow && (mask & WRITING) != 0 && !PLACEHOLDERS.contains(sid);
    }

    /** Whether it takes from its account every way to write that another entry gives. */
    boolean deniesWritingOf(FolderEntry allowing) {
        return !isAllow
                && appliesHere
                && (appliesBelow || !allowing.appliesBelow())
                && (!isInherited || allowing.isInherited())
                && (allowing.mask & WRITING & ~expanded()) == 0;
    }

    private int expanded() {
        return GENERIC_ALL.isIn(mask) || (mask & 0x1F_01FF) == 0x1F_01FF
                ? -1
                : GENERIC_WRITE.isIn(mask) ? mask | FolderRight.mask(CREATE_FILES) : mask;
    }

    /** Whether Windows would merge an entry of ours with it into one that is neither. */
    boolean wouldMerge(String other) {
        return isAllow && !isOwn() && !isInherited && appliesHere && !appliesBelow && is(other);
    }

    boolean is(String other) {
        return sid.equalsIgnoreCase(other);
    }

    /** The words of its rights. */
    public List<String> rights() {
        return FolderRight.words(mask);
    }

    /** What people call it. */
    public String shown() {
        return account == null ? sid : account;
    }

    /** Without the name, which is a label. */
    FolderEntry withoutName() {
        return new FolderEntry(sid, null, isAllow, mask, appliesHere, appliesBelow, isInherited);
    }
}

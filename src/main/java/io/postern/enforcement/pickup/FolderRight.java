package io.postern.enforcement.pickup;

import java.util.ArrayList;
import java.util.List;

/** Rights in an access mask of a folder, in the words of .NET's FileSystemRights. */
enum FolderRight {
    LIST_DIRECTORY("ListDirectory", 0x1),
    CREATE_FILES("CreateFiles", 0x2),
    CREATE_DIRECTORIES("CreateDirectories", 0x4),
    READ_EXTENDED_ATTRIBUTES("ReadExtendedAttributes", 0x8),
    WRITE_EXTENDED_ATTRIBUTES("WriteExtendedAttributes", 0x10),
    TRAVERSE("Traverse", 0x20),
    DELETE_SUBDIRECTORIES_AND_FILES("DeleteSubdirectoriesAndFiles", 0x40),
    READ_ATTRIBUTES("ReadAttributes", 0x80),
    WRITE_ATTRIBUTES("WriteAttributes", 0x100),
    DELETE("Delete", 0x1_0000),
    READ_PERMISSIONS("ReadPermissions", 0x2_0000),
    CHANGE_PERMISSIONS("ChangePermissions", 0x4_0000),
    TAKE_OWNERSHIP("TakeOwnership", 0x8_0000),
    SYNCHRONIZE("Synchronize", 0x10_0000),
    GENERIC_ALL("GenericAll", 0x1000_0000),
    GENERIC_EXECUTE("GenericExecute", 0x2000_0000),
    GENERIC_WRITE("GenericWrite", 0x4000_0000),
    GENERIC_READ("GenericRead", 0x8000_0000);

    private final String word;
    private final int bit;

    FolderRight(String word, int bit) {
        this.word = word;
        this.bit = bit;
    }

    boolean isIn(int mask) {
        return (mask & bit) != 0;
    }

    /** The mask of several. */
    static int mask(FolderRight... rights) {
        int mask = 0;
        for (FolderRight right : rights) {
            mask |= right.bit;
        }
        return mask;
    }

    /** The words of a mask, in the order of the bits; what has no word is left out. */
    static List<String> words(int mask) {
        List<String> words = new ArrayList<>();
        for (FolderRight right : values()) {
            if (right.isIn(mask)) {
                words.add(right.word);
            }
        }
        return List.copyOf(words);
    }
}

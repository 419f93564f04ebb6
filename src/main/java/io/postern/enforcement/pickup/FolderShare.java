package io.postern.enforcement.pickup;

import java.util.List;
import java.util.Objects;

/**
 * A share through which the pickup folder is reached from other computers; administrative ones such
 * as {@code C$} are left out.
 *
 * @param isOfFolder whether it shares the folder itself; else a folder above it, which Postern does
 *     not write to
 */
public record FolderShare(String name, boolean isOfFolder, List<ShareEntry> entries) {
    public FolderShare {
        Objects.requireNonNull(name);
        entries = List.copyOf(entries);
    }
}

package io.postern.enforcement.pickup;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * What of a server's pickup folder is Postern's business, as it should be or as it was read back:
 * plain data for an agent and its journal. Where the folder is, the server knows best. Immutable.
 *
 * @param writers SIDs with an entry of ours in the folder's list, upper case, ascending
 * @param shareWriters those of them that have an entry of ours on every share of the folder too;
 *     all of them where it is not shared
 */
public record PickupState(List<String> writers, List<String> shareWriters) {
    /** Nobody by us. */
    public static final PickupState NOBODY = new PickupState(List.of(), List.of());

    public PickupState {
        writers = canonical(writers);
        shareWriters = canonical(shareWriters);
        if (!writers.containsAll(shareWriters)) {
            throw new IllegalArgumentException("who may write through a share may write");
        }
    }

    /** For these, at the folder and through every share of it. */
    public static PickupState of(List<String> writers) {
        return new PickupState(writers, writers);
    }

    private static List<String> canonical(List<String> sids) {
        return sids.stream().map(sid -> sid.toUpperCase(Locale.ROOT)).distinct().sorted().toList();
    }

    /**
     * SHA-256, lower-case hex, over the UTF-8 lines {@code postern-pickup-1}, {@code writers=<SIDs
     * joined by commas>} and {@code shareWriters=<likewise>}.
     */
    public String digest() {
        String text =
                "postern-pickup-1\nwriters="
                        + String.join(",", writers)
                        + "\nshareWriters="
                        + String.join(",", shareWriters)
                        + "\n";
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package io.postern.enforcement.firewall;

import io.postern.enforcement.VisibleText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Names of what is ours. A name carries a digest of the content, so that one name never means two
 * things and a change is a new object beside the old one.
 */
final class OwnNames {
    /** Every copy's name begins so, and nothing else of ours. */
    static final String COPY_PREFIX = "postern-copy-";

    private static final int SLUG_CHARACTERS = 40;
    private static final int DIGITS = 12;
    private static final int SHOWN_CHARACTERS = 200;

    private OwnNames() {}

    /** {@code postern-25-scan-to-mail-0123456789ab}. */
    static String of(int port, String slug, List<String> content) {
        return "postern-" + port + "-" + slug + "-" + digest(content);
    }

    /** The name of the copy of an original. */
    static String ofCopy(String original) {
        return COPY_PREFIX + digest(List.of(original));
    }

    /** A key as a part of a name: at most 40 of a to z, 0 to 9 and hyphens, never empty. */
    static String slug(String key) {
        String slug = key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        slug = slug.substring(0, Math.min(SLUG_CHARACTERS, slug.length()));
        slug = slug.replaceAll("^-+|-+$", "");
        return slug.isEmpty() ? "entry" : slug;
    }

    /**
     * {@code Postern 25: scan-to-mail (2 of 6)}, without {@code |}, which separates fields where
     * Windows keeps rules, and without what cannot be seen.
     *
     * @param of 1 = no number is written
     */
    static String display(int port, String what, int number, int of) {
        String shown = VisibleText.of(what).replace('|', '/');
        if (shown.length() > SHOWN_CHARACTERS) {
            int end = SHOWN_CHARACTERS;
            end -= Character.isHighSurrogate(shown.charAt(end - 1)) ? 1 : 0;
            shown = shown.substring(0, end) + "…";
        }
        return "Postern "
                + port
                + ": "
                + shown
                + (of == 1 ? "" : " (" + number + " of " + of + ")");
    }

    /** Twelve digits over texts that may hold anything: each is written with its length. */
    static String digest(List<String> content) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (String text : content) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                sha256.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                sha256.update(bytes);
            }
            return HexFormat.of().formatHex(sha256.digest()).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package io.postern.enforcement.nftables;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names of ours that nft takes without quotes. */
public final class NftablesNames {
    /** What every table of ours begins with. */
    public static final String PREFIX = "postern_";

    private static final Pattern TABLE = Pattern.compile("postern_[a-z0-9_]{1,80}");

    // nft takes up to 255 bytes; people read shorter ones.
    private static final int MAX_PLAIN = 40;

    private NftablesNames() {}

    /**
     * The name of a server's table: {@code postern_} and the server's name in lower case, with an
     * underscore for what nft does not take. Where something was replaced or cut, 16 digits of a
     * hash of the lower-case name follow behind {@code _h_}, so that no two servers share a table.
     */
    public static String table(String server) {
        String lower = server.toLowerCase(Locale.ROOT);
        String plain = lower.replaceAll("[^a-z0-9]", "_");
        // It has no underscore, so it is never what another name becomes.
        if (lower.matches("[a-z0-9]{1," + MAX_PLAIN + "}")) {
            return PREFIX + lower;
        }
        String cut = plain.substring(0, Math.min(MAX_PLAIN, plain.length()));
        return PREFIX + cut + "_h_" + hash(lower);
    }

    private static String hash(String text) {
        try {
            byte[] sum =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The name itself, if it can be one of ours; nothing else reaches a script. */
    static String checked(String table) {
        if (!TABLE.matcher(table).matches()) {
            throw new IllegalArgumentException("'" + table + "' is no name of a table of ours");
        }
        return table;
    }
}

package io.postern.enforcement;

/** The text in a connector's Comment by which Postern knows its own objects again. */
public final class OwnershipMark {
    /** What Postern writes. */
    public static final String TEXT = "[postern:managed] Managed by Postern. Do not edit.";

    static final String PREFIX = "[postern:managed]";

    private OwnershipMark() {}

    /** Whether a comment carries the mark; people may have added text behind it. */
    public static boolean isIn(String comment) {
        return comment.strip().startsWith(PREFIX);
    }
}

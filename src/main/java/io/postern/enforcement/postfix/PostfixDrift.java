package io.postern.enforcement.postfix;

import java.util.List;
import java.util.Objects;

/**
 * A difference between what a Postfix should let through and what it does.
 *
 * @param kind MISSING, CHANGED, FOREIGN or EFFECTIVE, as of {@link
 *     io.postern.enforcement.ConnectorDrift}
 * @param subject file, parameter or service it is about
 * @param detail for people: what is so
 * @param remedy for people: what to do
 */
public record PostfixDrift(String kind, String subject, String detail, String remedy) {
    public PostfixDrift {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(detail);
        Objects.requireNonNull(remedy);
    }

    /** Every difference, those of ours first; empty = as desired. */
    public static List<PostfixDrift> compare(PostfixState desired, ObservedPostfix observed) {
        return new PostfixComparison(desired, observed).drifts();
    }
}

package io.postern.change;

import java.time.Instant;

/**
 * One person's verdict on one content.
 *
 * @param approved false = rejected
 * @param hash the analysis hash it binds to
 */
public record Approval(
        String approver, boolean approved, String hash, String comment, Instant at) {}

package io.postern.change;

/** Where a change request stands. docs/states.md has a sentence for each. */
public enum ChangeState {
    DRAFT,
    IN_REVIEW,
    APPROVED,
    ROLLING_OUT,
    VERIFIED,
    REJECTED,
    CANCELLED,
    SUPERSEDED,
    FAILED,
    ROLLED_BACK;

    /** Whether nothing more will happen to it. */
    public boolean isFinal() {
        return switch (this) {
            case DRAFT, IN_REVIEW, APPROVED, ROLLING_OUT -> false;
            case VERIFIED, REJECTED, CANCELLED, SUPERSEDED, FAILED, ROLLED_BACK -> true;
        };
    }
}

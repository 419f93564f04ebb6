package io.postern.audit;

/**
 * Fired on every replica after a record was committed anywhere; at least once, in order as a rule.
 *
 * @param seq the record's position; 0 = the listener was away and anything may have happened
 */
public record AuditNews(long seq, String action, String subjectKind, String subjectId) {
    /** Anything may have happened: look at everything. */
    public static final AuditNews UNKNOWN = new AuditNews(0, "", "", "");
}

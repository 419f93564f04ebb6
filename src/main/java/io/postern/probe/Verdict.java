package io.postern.probe;

/** What a probe says about the policy. */
public enum Verdict {
    /** It happened as the policy says. */
    PASS,
    /** Something else happened. */
    FAIL,
    /** It could not be asked, or the answer does not tell. */
    INCONCLUSIVE
}

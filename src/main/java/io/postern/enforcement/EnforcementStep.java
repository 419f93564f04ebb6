package io.postern.enforcement;

/** One write to an enforcement point, with its exact inverse. */
public interface EnforcementStep {
    /** What it does, a sentence for people. */
    String description();

    /** The step that brings back what was there before. */
    EnforcementStep inverse();
}

package io.postern.probe;

/** Whether a probe has its answer. */
public enum ProbeState {
    OPEN,
    ANSWERED,
    /** Nobody waits for it any more. */
    DROPPED
}

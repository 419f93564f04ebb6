/**
 * A simulated Exchange server: an SMTP listener with the receive-connector semantics of a real one,
 * for trials, demos and tests on any machine. It accepts messages only to count and discard them.
 */
package io.postern.agent.simulated;

/** Probes as blocking calls. */
package io.postern.agent.probe;

/** Runs probes over real sockets, from a real local address or a simulated one. */
package io.postern.agent.probe;

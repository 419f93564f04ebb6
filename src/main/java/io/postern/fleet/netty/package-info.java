/** What the service does on event loops of its own: its probes, and the streams of agents. */
package io.postern.fleet.netty;

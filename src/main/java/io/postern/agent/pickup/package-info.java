/** Drives the pickup folder of a real Exchange server by scripts. */
package io.postern.agent.pickup;

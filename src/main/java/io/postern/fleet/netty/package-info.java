/** The service's own probes on the probe engine. */
package io.postern.fleet.netty;
